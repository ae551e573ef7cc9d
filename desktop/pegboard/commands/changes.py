"""Commands that change what was ordered: change, cancel."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, day, quantity_micro, table
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.services.changes import ChangeResult
    from pegboard.storage.store import Transaction


def _change_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("line", metavar="ORDER/LINE", help=tr("such as SO-0001/2"))
    parser.add_argument("--quantity", metavar="Q", help=tr("the new quantity"))
    parser.add_argument("--due", metavar="DATE", help=tr('the new due date; "" is as soon as possible'))
    _common_arguments(parser)


def _cancel_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order", metavar="ORDER[/LINE]", help=tr("such as SO-0001 or SO-0001/2"))
    _common_arguments(parser)


def _common_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help=tr("show the consequences and write nothing"))
    parser.add_argument(
        "--decide", choices=("keep",), default="", help=tr("keep as surplus what was sent, started or received already")
    )


def _change(console: Console, arguments: Arguments) -> int:
    from pegboard.domain.quantity import Quantity
    from pegboard.services.changes import UNCHANGED, change_line

    if arguments.quantity is None and arguments.due is None:
        raise InvalidInput(tr("Nothing to change was named."), hint=tr("Say --quantity, --due, or both."))
    quantity = None if arguments.quantity is None else Quantity(quantity_micro(arguments.quantity))
    due = UNCHANGED if arguments.due is None else day(arguments.due) if arguments.due else None
    return _worked_out(
        console,
        "order.change",
        lambda tx: change_line(
            tx, arguments.line, quantity=quantity, due=due, decide=arguments.decide, dry_run=arguments.dry_run
        ),
        dry_run=arguments.dry_run,
    )


def _cancel(console: Console, arguments: Arguments) -> int:
    from pegboard.services.changes import cancel

    return _worked_out(
        console,
        "order.cancel",
        lambda tx: cancel(tx, arguments.order, decide=arguments.decide, dry_run=arguments.dry_run),
        dry_run=arguments.dry_run,
    )


def _worked_out(console: Console, command: str, work: "Callable[[Transaction], ChangeResult]", *, dry_run: bool) -> int:
    """Run the change; where a person must decide first, print all the same what it would do and what to decide."""
    from pegboard.services.changes import DecisionNeeded

    try:
        with console.transaction(command) as tx:
            result = work(tx)
    except DecisionNeeded as needed:
        console.result(needed.result.as_json(), _told(needed.result, tr("Nothing was changed.")))
        for decision in needed.result.decisions:
            told = tr("{sentence} --decide keep leaves it as it is.", sentence=decision.sentence())
            console.complain(f"{decision.kind} {told}")
        return 1
    console.result(result.as_json(), _told(result, tr("A dry run: nothing was written.") if dry_run else ""))
    return 0


def _told(result: "ChangeResult", last: str) -> str:
    from pegboard.services.consequences import KINDS

    rows = [
        (
            KINDS[each.kind](),
            each.number,
            each.item,
            each.before,
            each.after,
            "" if each.money is None else str(each.money),
        )
        for each in result.consequences
    ]
    headings = (tr("what"), tr("number"), tr("item"), tr("from"), tr("to"), tr("money"))
    shown = table(headings, rows, right=(3, 4, 5)) if rows else tr("Nothing else changes.")
    return "\n".join(filter(None, (shown, last)))


COMMANDS = (
    Command("change", tr("change an order line and all that hangs on it"), _change_arguments, _change),
    Command("cancel", tr("cancel an order or a line and all that hangs on it"), _cancel_arguments, _cancel),
)
