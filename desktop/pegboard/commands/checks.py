"""Commands that look into the workshop: why, check."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.queries.pegging import Hop


def _why_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "number",
        metavar="NUMBER",
        help=tr("a work order, PURCHASE_ORDER/LINE, ORDER/LINE, lot, or STOCK:LOCATION:ITEM[:LOT]"),
    )


def _why(console: Console, arguments: Arguments) -> None:
    from pegboard.queries.pegging import why

    with console.read() as reading:
        found = why(reading, arguments.number)
    parts = [f"{found.number}  {found.item}  {found.quantity}"]
    if found.up:
        parts += [tr("Up to the demand that pulled it:"), *_nested(found.up, upward=True)]
    if found.down:
        parts += [tr("Down to what hangs on it:"), *_nested(found.down, upward=False)]
    if not found.up and not found.down:
        parts.append(tr("Nothing is pegged to it."))
    console.result(found.as_json(), "\n".join(parts))


def _nested(hops: "Sequence[Hop]", *, upward: bool) -> list[str]:
    """Put each hop under the one that leads to it; what several lead to stands under the first of them."""
    below: dict[str, list[Hop]] = {}
    for hop in hops:
        below.setdefault(hop.supply if upward else hop.demand, []).append(hop)
    lines: list[str] = []
    waiting = [hop for hop in reversed(hops) if hop.level == 1]
    for hop in waiting:
        below.pop(hop.supply if upward else hop.demand, None)
    while waiting:
        hop = waiting.pop()
        word = (
            tr("{quantity} {item} for {demand}", quantity=hop.quantity, item=hop.item, demand=hop.demand)
            if upward
            else tr("{quantity} {item} from {supply}", quantity=hop.quantity, item=hop.item, supply=hop.supply)
        )
        lines.append("  " * hop.level + word)
        waiting += reversed(below.pop(hop.demand if upward else hop.supply, []))
    return lines


def _no_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take nothing of its own."""


def _check(console: Console, _arguments: Arguments) -> int:
    from pegboard.queries.integrity import check

    console.busy(tr("Checking"))
    with console.read() as reading:
        console.look_at_rights(reading)
        found = check(reading)
    if not console.tells_money:
        found = found.without_money()
    lines = [f"{tr('ok') if each.ok else tr('BROKEN'):8}{each.name}" for each in found.invariants]
    console.result(found.as_json(), "\n".join(lines))
    for invariant in found.invariants:
        for breach in invariant.breaches:
            console.complain(f"{invariant.name}: {breach}")
    return 0 if found.ok else 1


COMMANDS = (
    Command("why", tr("show the pegs up to the demand and down to the supply"), _why_arguments, _why),
    Command("check", tr("prove that supply, pegs, stock and values add up"), _no_arguments, _check),
)
