"""The command for stock counts: begin, enter, look through, approve."""

import argparse
from collections.abc import Callable

from pegboard.commands.console import Arguments, Command, Console, actor, counted, quantity_micro, table
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr


def _count_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=tuple(_ACTIONS),
        help=tr("start [LOCATION...], enter COUNT ITEM QUANTITY, show [COUNT], approve COUNT, cancel COUNT"),
    )
    parser.add_argument("words", nargs="*", metavar="WORD", help=tr("what the action is about"))
    parser.add_argument("--item", action="append", default=[], metavar="ITEM", help=tr("start: only this item, repeat"))
    parser.add_argument("--note", default="", metavar="TEXT", help=tr("start: what it is for"))
    parser.add_argument("--location", default="MAIN", metavar="LOCATION", help=tr("enter: where it was counted"))
    parser.add_argument("--lot", default="", metavar="L", help=tr("enter: the lot or serial"))
    parser.add_argument("--leave-uncounted", action="store_true", help=tr("approve: leave the rest as it is booked"))
    parser.add_argument("--reason", default="", metavar="TEXT", help=tr("approve: why"))


def _count(console: Console, arguments: Arguments) -> None:
    least, most, action = _ACTIONS[arguments.action]
    if not least <= len(arguments.words) <= most:
        raise InvalidInput(
            tr("count {action} takes other words.", action=arguments.action), hint=tr("See: pegboard count --help")
        )
    action(console, arguments)


def _start(console: Console, arguments: Arguments) -> None:
    from pegboard.queries.counts import count_named
    from pegboard.services.counts import start_count

    with console.transaction("stock_count.start") as tx:
        number = start_count(tx, arguments.words, arguments.item, arguments.note)
        places = count_named(tx, number).places
    told = tr("{number}: {places} to count.", number=number, places=counted(places, tr("place"), tr("places")))
    console.result({"count": number, "places": places}, told)


def _enter(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.quantity import Quantity
    from pegboard.services.counts import enter_count

    count, item, text = arguments.words
    quantity = Quantity(quantity_micro(text))
    with console.transaction("stock_count.enter") as tx:
        enter_count(tx, count, item, quantity, arguments.location, arguments.lot, actor())
    console.result({"count": count, "item": item, "counted": str(quantity)}, f"{count}: {quantity} {item}.")


def _show(console: Console, arguments: Arguments) -> None:
    from pegboard.queries.counts import count_lines, count_rows

    with console.read() as reading:
        if not arguments.words:
            rows = count_rows(reading)
            value = [
                {
                    "count": row.number,
                    "state": row.state,
                    "places": row.places,
                    "counted": row.counted,
                    "differ": row.differ,
                }
                for row in rows
            ]
            cells = [(row.number, row.state, row.places, row.counted, row.differ) for row in rows]
            heads = (tr("count"), tr("state"), tr("places"), tr("counted"), tr("differ"))
            console.result({"counts": value}, table(heads, cells, (2, 3, 4)))
            return
        lines = count_lines(reading, arguments.words[0])
    console.result(
        {
            "count": arguments.words[0],
            "lines": [
                {
                    "location": line.location,
                    "item": line.item,
                    "lot": line.lot,
                    "booked": None if line.booked is None else str(line.booked),
                    "counted": None if line.counted is None else str(line.counted),
                    "difference": None if line.difference is None else str(line.difference),
                }
                for line in lines
            ],
        },
        table(
            (tr("location"), tr("item"), tr("lot"), tr("counted"), tr("difference")),
            [(line.location, line.item, line.lot, line.counted, line.difference) for line in lines],
            (3, 4),
        ),
    )


def _approve(console: Console, arguments: Arguments) -> None:
    from pegboard.services.counts import approve_count

    with console.transaction("stock_count.approve") as tx:
        done = approve_count(tx, arguments.words[0], leave_uncounted=arguments.leave_uncounted, reason=arguments.reason)
    value = {
        "count": done.number,
        "booked": [{"stock": line.stock, "before": str(line.before), "after": str(line.after)} for line in done.lines],
        "short": [{"demand": loss.demand, "item": loss.item, "quantity": str(loss.quantity)} for loss in done.short],
    }
    told = [tr("{count} is booked: {differ}.", count=done.number, differ=_differing(len(done.lines)))]
    told += [f"  {line.stock}: {line.before} -> {line.after}" for line in done.lines]
    told += [
        tr("  short: {quantity} {item} for {demand}", quantity=loss.quantity, item=loss.item, demand=loss.demand)
        for loss in done.short
    ]
    console.result(value, "\n".join(told))


def _differing(places: int) -> str:
    return counted(places, tr("place differed"), tr("places differed"))


def _cancel(console: Console, arguments: Arguments) -> None:
    from pegboard.services.counts import cancel_count

    with console.transaction("stock_count.cancel") as tx:
        cancel_count(tx, arguments.words[0])
    console.result({"count": arguments.words[0]}, tr("{count} is cancelled.", count=arguments.words[0]))


_ACTIONS: dict[str, tuple[int, int, Callable[[Console, Arguments], None]]] = {
    "start": (0, 1000, _start),
    "enter": (3, 3, _enter),
    "show": (0, 1, _show),
    "approve": (1, 1, _approve),
    "cancel": (1, 1, _cancel),
}

COMMANDS = (Command("count", tr("count the stock: start, enter, show, approve, cancel"), _count_arguments, _count),)
