"""Commands of the planner: explode."""

import argparse
import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, collector_paused, counted, table
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.domain.plan import BuyLine
    from pegboard.services.explosion import Explosion

MOST_ROWS = 40  # of a table for people; --json has them all


def _explode_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--order", nargs="+", action="extend", default=[], metavar="NO", help=tr("only these orders; may be repeated")
    )
    parser.add_argument("--dry-run", action="store_true", help=tr("show what it would do and write nothing"))


def _explode(console: Console, arguments: Arguments) -> None:
    from pegboard.services.explosion import explode, preview

    console.busy(tr("Exploding"))
    if arguments.dry_run:
        with console.read() as reading:
            console.look_at_rights(reading)
            explosion = preview(reading, arguments.order)
    else:
        with console.transaction("demand.explode") as tx:
            explosion = explode(tx, arguments.order)
    if console.as_json:
        from pegboard.exchange.explosion_json import as_json

        with collector_paused():
            console.result(as_json(explosion, with_prices=console.tells_money), "")
    else:
        told = _summary(explosion, dry_run=arguments.dry_run, with_prices=console.tells_money)
        console.result(None, "\n\n".join(told))


def _summary(explosion: "Explosion", *, dry_run: bool, with_prices: bool) -> list[str]:
    plan = explosion.plan
    added = ", ".join(
        (
            counted(len(plan.jobs), tr("work order"), tr("work orders")),
            counted(len(plan.lines), tr("purchase line"), tr("purchase lines")),
            counted(len(plan.pegs), tr("peg"), tr("pegs")),
        )
    )
    if plan.is_empty:
        head = tr("Nothing new is pulled.")
    elif dry_run:
        head = tr("This would pull {added}. Nothing was written.", added=added)
    else:
        head = tr("Pulled {added}.", added=added)
    purchases = _purchases(explosion, with_prices=with_prices)
    hints = _hints(explosion) if with_prices else ""
    return [head, *filter(None, (_jobs(explosion), purchases, hints, *_exceptions(explosion)))]


def _jobs(explosion: "Explosion") -> str:
    items = explosion.snapshot.items
    jobs = sorted(explosion.plan.jobs, key=lambda job: (job.due, job.job_id))
    rows = [
        (job.number, items[job.item_id].code, _decimal(job.quantity), _day(job.start), _day(job.due))
        for job in jobs[:MOST_ROWS]
    ]
    headings = (tr("work order"), tr("item"), tr("quantity"), tr("start"), tr("due"))
    return _table(headings, rows, len(jobs), right=(2,))


def _purchases(explosion: "Explosion", *, with_prices: bool) -> str:
    """One row for each purchase order: its supplier, how many lines, their worth, and the first day to order by."""
    orders: dict[str, list[BuyLine]] = {}
    for line in explosion.plan.lines:
        orders.setdefault(line.order_number, []).append(line)
    rows = [
        (
            number,
            lines[0].supplier_code,
            len(lines),
            _worth(lines) if with_prices else "",
            _day(min(line.order_by for line in lines)),
            _day(min(line.due for line in lines)),
        )
        for number, lines in list(orders.items())[:MOST_ROWS]
    ]
    headings = (tr("purchase order"), tr("supplier"), tr("lines"), tr("worth"), tr("order by"), tr("first due"))
    return _table(headings, rows, len(orders), right=(2, 3))


def _worth(lines: "list[BuyLine]") -> str:
    """What was added costs, to the cent; a question mark where a price is not known."""
    total = sum(line.added * (line.unit_price or 0) for line in lines)
    cents = (total + 5 * 10**9) // 10**10
    return f"{cents // 100}.{cents % 100:02}" + ("?" if any(line.unit_price is None for line in lines) else "")


def _hints(explosion: "Explosion") -> str:
    lines = {line.line_id: line for line in explosion.plan.lines}
    return "\n".join(
        tr(
            "Cheaper: {quantity} on {line} at {price} each saves {saving}.",
            quantity=_decimal(hint.quantity),
            line=lines[hint.line_id].number,
            price=_decimal(hint.unit_price),
            saving=_decimal(hint.saving // 10**6),
        )
        for hint in explosion.plan.cheaper[:MOST_ROWS]
        if hint.line_id in lines
    )


def _exceptions(explosion: "Explosion") -> list[str]:
    """Late orders with the chain that makes them late, then the rest; surplus, which is ordinary, as a count."""
    by_kind: dict[str, list[str]] = {}
    for told in explosion.plan.exceptions:
        by_kind.setdefault(told.kind, []).append(told.message)
    surplus = len(by_kind.pop("surplus", ()))
    parts = []
    for kind in sorted(by_kind, key=lambda kind: kind != "late"):
        messages = by_kind[kind]
        shown = [f"  {message}" for message in messages[:MOST_ROWS]]
        if len(messages) > MOST_ROWS:
            shown.append(_and_more(len(messages) - MOST_ROWS))
        parts.append("\n".join([_KINDS[kind](), *shown]))
    if surplus:
        lines = counted(surplus, tr("supply"), tr("supplies"))
        parts.append(tr("Surplus by minimum or multiple on {lines}; --json lists them.", lines=lines))
    return parts


_KINDS = {
    "late": lambda: tr("Late:"),
    "no_bom": lambda: tr("No bill of material:"),
    "no_supplier": lambda: tr("No supplier:"),
    "inactive_item": lambda: tr("Not made or bought any more:"),
    "no_revision": lambda: tr("No valid revision:"),
    "no_price": lambda: tr("No price:"),
    "no_lead_time": lambda: tr("No lead time, so the dates are guesses:"),
    "over_maximum": lambda: tr("More than the suppliers' maximum:"),
    "waiting_for_deposit": lambda: tr("Waiting for a deposit:"),
}


def _table(headings: tuple[str, ...], rows: Sequence[Sequence[object]], total: int, right: tuple[int, ...] = ()) -> str:
    if not rows:
        return ""
    text = table(headings, rows, right)
    return text if total == len(rows) else text + "\n" + _and_more(total - len(rows))


def _and_more(count: int) -> str:
    return tr("... and {count} more; --json lists all", count=count)


def _decimal(micro: int) -> str:
    from pegboard.domain.quantity import micro_text

    return micro_text(micro)


def _day(ordinal: int) -> str:
    return datetime.date.fromordinal(ordinal).isoformat()


COMMANDS = (Command("explode", tr("explode demand into jobs, purchases and pegs"), _explode_arguments, _explode),)
