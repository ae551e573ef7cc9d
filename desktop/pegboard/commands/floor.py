"""Commands for what the office and the floor report: release, send, receive, complete."""

import argparse

from pegboard.commands.console import Arguments, Command, Console, actor, quantity_micro
from pegboard.i18n import tr


def _release_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("numbers", nargs="+", metavar="WORK_ORDER", help=tr("such as WO-0001"))


def _release(console: Console, arguments: Arguments) -> None:
    from pegboard.services.production import release_work_order

    numbers = list(dict.fromkeys(arguments.numbers))
    with console.transaction("work_order.release") as tx:
        for number in numbers:
            release_work_order(tx, number)
    console.result({"released": numbers}, tr("Released {numbers}.", numbers=", ".join(numbers)))


def _send_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("numbers", nargs="+", metavar="PURCHASE_ORDER", help=tr("such as PO-0001"))


def _send(console: Console, arguments: Arguments) -> None:
    from pegboard.services.purchasing import send

    numbers = list(dict.fromkeys(arguments.numbers))
    with console.transaction("purchase_order.send") as tx:
        for number in numbers:
            send(tx, number)
    console.result({"sent": numbers}, tr("Sent {numbers}.", numbers=", ".join(numbers)))


def _receive_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("line", metavar="PURCHASE_ORDER/LINE", help=tr("such as PO-0001/2"))
    parser.add_argument("quantity", metavar="QUANTITY", help=tr("good ones, in the item's own unit"))
    parser.add_argument("--lot", default="", metavar="L", help=tr("the lot, or serials separated by ;"))
    parser.add_argument("--rejected", default="0", metavar="QUANTITY", help=tr("bad ones, which go to quarantine"))
    parser.add_argument("--reason", default="", metavar="TEXT", help=tr("why they were rejected"))
    parser.add_argument("--surplus", action="store_true", help=tr("keep what comes beyond the tolerance"))


def _receive(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.quantity import Quantity
    from pegboard.services.purchasing import receive

    quantity = Quantity(quantity_micro(arguments.quantity))
    rejected = Quantity(quantity_micro(arguments.rejected))
    with console.transaction("purchase_line.receive") as tx:
        done = receive(
            tx,
            arguments.line,
            quantity,
            arguments.lot,
            rejected=rejected,
            reason=arguments.reason,
            surplus=arguments.surplus,
        )
    value = {
        "line": done.line,
        "receipts": list(done.receipts),
        "quantity": str(done.quantity),
        "rejected": str(done.rejected),
        "surplus": str(done.surplus),
        "open": str(done.open),
    }
    told = [tr("Received {quantity} for {line}.", quantity=done.quantity, line=done.line)]
    if done.surplus:
        told.append(tr("{quantity} of it is surplus.", quantity=done.surplus))
    told.append(tr("{quantity} to come.", quantity=done.open) if done.open else tr("Nothing more to come."))
    console.result(value, " ".join(told))


def _complete_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="WORK_ORDER", help=tr("such as WO-0001"))
    parser.add_argument("quantity", metavar="QUANTITY", help=tr("good ones, in the item's own unit"))
    parser.add_argument("--scrap", default="0", metavar="QUANTITY", help=tr("bad ones"))
    parser.add_argument("--reason", default="", metavar="TEXT", help=tr("why they are scrap"))
    parser.add_argument("--no-make-up", action="store_true", help=tr("do not make the scrap good"))
    parser.add_argument("--lot", default="", metavar="L", help=tr("the output's lot, or serials separated by ;"))
    parser.add_argument("--surplus", action="store_true", help=tr("keep what is beyond the open quantity"))


def _complete(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.quantity import Quantity
    from pegboard.services import floor

    quantity, scrap = Quantity(quantity_micro(arguments.quantity)), Quantity(quantity_micro(arguments.scrap))
    with console.transaction("work_order.complete") as tx:
        done = floor.complete(
            tx,
            arguments.number,
            actor(),
            quantity,
            scrap,
            arguments.reason,
            arguments.lot,
            make_up=not arguments.no_make_up,
            surplus=arguments.surplus,
        )
    value = {
        "work_order": done.number,
        "quantity": str(done.quantity),
        "scrap": str(done.scrap),
        "open": str(done.open),
        "done": done.is_done,
        "make_up": str(done.make_up),
        "issued": [{"item": part.item, "lot": part.lot, "quantity": str(part.quantity)} for part in done.issued],
        "short": [{"demand": loss.demand, "item": loss.item, "quantity": str(loss.quantity)} for loss in done.short],
    }
    told = [tr("Completed {quantity} of {number}.", quantity=done.quantity, number=done.number)]
    if done.scrap:
        told.append(tr("{quantity} scrapped, {make_up} to make up.", quantity=done.scrap, make_up=done.make_up))
    told.append(tr("The job is done.") if done.is_done else tr("{quantity} to come.", quantity=done.open))
    console.result(value, " ".join(told))


def _take_back_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("line", metavar="ORDER/LINE", help=tr("such as SO-0001/2"))
    parser.add_argument("quantity", metavar="QUANTITY", help=tr("how many came back, in the item's own unit"))
    parser.add_argument("--reason", required=True, metavar="TEXT", help=tr("why they came back"))
    parser.add_argument("--replace", action="store_true", help=tr("deliver as many again"))
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--quarantine", action="store_true", help=tr("nobody uses them before somebody looked at them"))
    place.add_argument("--scrap", action="store_true", help=tr("book them out again at once"))


def _take_back(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.quantity import Quantity
    from pegboard.services.returns import take_back

    with console.transaction("order.take_back") as tx:
        back = take_back(
            tx,
            arguments.line,
            Quantity(quantity_micro(arguments.quantity)),
            reason=arguments.reason,
            replace=arguments.replace,
            quarantine=arguments.quarantine,
            scrap=arguments.scrap,
        )
    value = {"line": back.line, "quantity": str(back.quantity), "to_follow": str(back.to_follow)}
    told = tr("{quantity} of {line} came back.", quantity=back.quantity, line=back.line)
    if back.to_follow:
        told = f"{told} {tr('As many are delivered again.')}"
    console.result(value, told)


COMMANDS = (
    Command("release", tr("release work orders to the floor"), _release_arguments, _release),
    Command("send", tr("mark purchase orders as sent"), _send_arguments, _send),
    Command("receive", tr("receive goods of a purchase line"), _receive_arguments, _receive),
    Command("take-back", tr("book goods that a customer returned"), _take_back_arguments, _take_back),
    Command("complete", tr("report good pieces and scrap of a work order"), _complete_arguments, _complete),
)
