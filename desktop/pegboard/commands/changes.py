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
        "--decide",
        action="append",
        default=[],
        type=_choice,
        metavar="[NUMBER=]CHOICE",
        help=tr("what becomes of what was sent, started or received: keep, ask, scrap, or repeg:DEMAND; repeats"),
    )


def _choice(text: str) -> str:
    """A decision as it is typed; argparse tells what is wrong with another."""
    verb = text.rpartition("=")[2]
    if verb not in ("keep", "ask", "scrap") and not verb.startswith("repeg:"):
        raise argparse.ArgumentTypeError(tr("{choice} is none of keep, ask, scrap, repeg:DEMAND", choice=verb))
    return text


def _change(console: Console, arguments: Arguments) -> int:
    from pegboard.domain.quantity import Quantity
    from pegboard.services.changes import UNCHANGED, change_line
    from pegboard.services.decisions import read_choices

    if arguments.quantity is None and arguments.due is None:
        raise InvalidInput(tr("Nothing to change was named."), hint=tr("Say --quantity, --due, or both."))
    quantity = None if arguments.quantity is None else Quantity(quantity_micro(arguments.quantity))
    due = UNCHANGED if arguments.due is None else day(arguments.due) if arguments.due else None
    return _worked_out(
        console,
        "order.change",
        lambda tx: change_line(
            tx,
            arguments.line,
            quantity=quantity,
            due=due,
            decide=read_choices(arguments.decide),
            dry_run=arguments.dry_run,
        ),
        dry_run=arguments.dry_run,
    )


def _cancel(console: Console, arguments: Arguments) -> int:
    from pegboard.services.changes import cancel
    from pegboard.services.decisions import read_choices

    return _worked_out(
        console,
        "order.cancel",
        lambda tx: cancel(tx, arguments.order, decide=read_choices(arguments.decide), dry_run=arguments.dry_run),
        dry_run=arguments.dry_run,
    )


def _worked_out(console: Console, command: str, work: "Callable[[Transaction], ChangeResult]", *, dry_run: bool) -> int:
    """Run the change; where a person must decide first, print all the same what it would do and what to decide."""
    from pegboard.services.changes import DecisionNeeded

    try:
        with console.transaction(command) as tx:
            result = work(tx)
    except DecisionNeeded as needed:
        _show(console, needed.result, tr("Nothing was changed."))
        for decision in needed.result.decisions:
            told = tr(
                "{sentence} Say --decide keep, or --decide {number}=keep, ask, scrap or repeg:DEMAND.",
                sentence=decision.sentence(),
                number=decision.number,
            )
            console.complain(f"{decision.kind} {told}")
        return 1
    _show(console, result, tr("A dry run: nothing was written.") if dry_run else "")
    return 0


def _show(console: Console, result: "ChangeResult", last: str) -> None:
    """Print what a change does, with what it is worth for who may see that."""
    value = result.as_json()
    if not console.tells_money:
        for consequence in value["consequences"]:
            consequence["money"] = None
    console.result(value, _told(result, last, with_money=console.tells_money))


def _told(result: "ChangeResult", last: str, *, with_money: bool) -> str:
    from pegboard.services.consequences import KINDS

    rows = [
        (
            KINDS[each.kind](),
            each.number,
            each.item,
            each.before,
            each.after,
            "" if each.money is None or not with_money else str(each.money),
        )
        for each in result.consequences
    ]
    headings = (tr("what"), tr("number"), tr("item"), tr("from"), tr("to"), tr("money"))
    shown = table(headings, rows, right=(3, 4, 5)) if rows else tr("Nothing else changes.")
    return "\n".join(filter(None, (shown, last)))


def _answer_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("line", metavar="PURCHASE_ORDER/LINE", help=tr("what the supplier was asked about"))
    parser.add_argument("outcome", choices=("accepted", "declined"), help=tr("what the supplier says"))
    parser.add_argument("--due", metavar="DATE", help=tr("the day that the supplier promises"))


def _answer(console: Console, arguments: Arguments) -> None:
    from pegboard.services.decisions import answer

    promised = None if arguments.due is None else day(arguments.due)
    with console.transaction("decision.answer") as tx:
        moved = answer(tx, arguments.line, accepted=arguments.outcome == "accepted", promised=promised)
    late = [each for each in moved if each.is_late]
    value = {
        "line": arguments.line,
        "outcome": arguments.outcome,
        "promises": [{"line": each.line, "date": each.after.isoformat(), "late": each.is_late} for each in moved],
    }
    told = tr("{line}: {outcome}.", line=arguments.line, outcome=arguments.outcome)
    console.result(value, " ".join([told, *(tr("{line} is late now.", line=each.line) for each in late)]))


def _repeg_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("supply", metavar="SUPPLY", help=tr("a work order, PURCHASE_ORDER/LINE or STOCK:LOCATION:ITEM"))
    parser.add_argument("demand", metavar="DEMAND", help=tr("an order line, a card, or a work order that needs it"))
    parser.add_argument("quantity", metavar="QUANTITY", nargs="?", help=tr("so much of it; all where nothing is said"))


def _repeg(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.quantity import Quantity
    from pegboard.services.repegging import repeg

    quantity = None if arguments.quantity is None else Quantity(quantity_micro(arguments.quantity))
    with console.transaction("supply.repeg") as tx:
        given = repeg(tx, arguments.supply, arguments.demand, quantity)
    told = tr(
        "Gave {quantity} {item} of {supply} to {demand}.",
        quantity=given.quantity,
        item=given.item,
        supply=given.supply,
        demand=given.demand,
    )
    value = {"supply": given.supply, "demand": given.demand, "item": given.item, "quantity": str(given.quantity)}
    found = given.result.as_json()
    if not console.tells_money:
        found["consequences"] = [{**each, "money": None} for each in found["consequences"]]
    console.result({**value, **found}, told)


def _orphans_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on-order", action="store_true", help=tr("jobs and purchase lines alone, no stock"))


def _orphans(console: Console, arguments: Arguments) -> None:
    from pegboard.queries.orphans import orphans

    with console.read() as reading:
        console.look_at_rights(reading)
        found = orphans(reading, with_stock=not arguments.on_order)
    value = [
        {
            "supply": each.number,
            "item": each.item,
            "quantity": str(each.quantity),
            "value": None if each.value is None or not console.tells_money else str(each.value),
            "reason": each.reason,
            "state": each.state,
            "age": each.age,
            "serves": [
                {
                    "demand": one.demand,
                    "quantity": str(one.quantity),
                    "needed": one.needed.isoformat(),
                    "short": one.is_short,
                }
                for one in each.serves
            ],
        }
        for each in found
    ]
    headings = (tr("supply"), tr("item"), tr("quantity"), tr("value"), tr("reason"), tr("could serve"))
    lines = [
        (
            each.number,
            each.item,
            str(each.quantity),
            "" if each.value is None or not console.tells_money else str(each.value),
            each.reason or each.state,
            ", ".join(one.demand for one in each.serves[:3]),
        )
        for each in found
    ]
    text = table(headings, lines, right=(2, 3)) if lines else tr("Every supply has an owner.")
    console.result({"orphans": value}, text)


def _revise_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("numbers", metavar="WORK_ORDER", nargs="+", help=tr("open jobs of a revised BOM"))
    parser.add_argument("--revision", metavar="REV", help=tr("this one; else the one that holds when each job starts"))
    parser.add_argument("--untouched", action="store_true", help=tr("leave out jobs to which parts were issued"))
    _common_arguments(parser)


def _revise(console: Console, arguments: Arguments) -> int:
    from pegboard.queries.production import revisions_at_start
    from pegboard.services.decisions import read_choices
    from pegboard.services.revisions import to_update, update_jobs

    def work(tx: "Transaction") -> "ChangeResult":
        wanted = [(number, arguments.revision) for number in arguments.numbers]
        jobs = revisions_at_start(tx, arguments.numbers) if arguments.revision is None else wanted
        chosen = to_update(tx, jobs, only_if_nothing_issued=arguments.untouched)
        return update_jobs(tx, chosen, decide=read_choices(arguments.decide), dry_run=arguments.dry_run)

    return _worked_out(console, "job.update_revision", work, dry_run=arguments.dry_run)


COMMANDS = (
    Command("change", tr("change an order line and all that hangs on it"), _change_arguments, _change),
    Command("cancel", tr("cancel an order or a line and all that hangs on it"), _cancel_arguments, _cancel),
    Command("revise", tr("make open jobs by another BOM revision"), _revise_arguments, _revise),
    Command("answer", tr("book what a supplier answers to a question"), _answer_arguments, _answer),
    Command("orphans", tr("list supply that no demand wants"), _orphans_arguments, _orphans),
    Command("repeg", tr("give supply that nobody wants to a demand"), _repeg_arguments, _repeg),
)
