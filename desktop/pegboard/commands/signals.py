"""Commands of signals: of inferred demand, of the one exception to pull, and those of cards and shops."""

import argparse

from pegboard.commands import loops
from pegboard.commands.console import Arguments, Command, Console, quantity_micro
from pegboard.i18n import tr


def _suggestion_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "key", metavar="CUSTOMER:ITEM", help=tr("as `report suggestions` lists it; :ITEM where it is nobody's")
    )


def _accept_arguments(parser: argparse.ArgumentParser) -> None:
    _suggestion_arguments(parser)
    parser.add_argument("--long-lead", action="store_true", help=tr("only the parts that take long to come"))


def _accept(console: Console, arguments: Arguments) -> None:
    from pegboard.services.inference import accept, find

    console.busy(tr("Replaying the past"))
    with console.open() as store:
        with store.read(today=console.today) as reading:
            chosen = find(reading, arguments.key)
        with console.transaction_on(store, "inference.accept") as tx:
            number = accept(tx, chosen, long_lead_only=arguments.long_lead)
    said = tr("Accepted {key} as {number}; the next explosion pulls it.", key=arguments.key, number=number)
    console.result({"accepted": arguments.key, "number": number, "demand": f"INFERRED:{number}"}, said)


def _decline(console: Console, arguments: Arguments) -> None:
    from pegboard.services.inference import decline, find

    console.busy(tr("Replaying the past"))
    with console.open() as store:
        with store.read(today=console.today) as reading:
            chosen = find(reading, arguments.key)
        with console.transaction_on(store, "inference.decline") as tx:
            decline(tx, chosen)
    console.result({"declined": arguments.key}, tr("Declined {key}.", key=arguments.key))


def _withdraw_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help=tr("such as INF-0001"))


def _withdraw(console: Console, arguments: Arguments) -> None:
    from pegboard.services.inference_ends import withdraw_inference

    with console.transaction("inference.withdraw") as tx:
        withdraw_inference(tx, arguments.number)
    console.result({"withdrawn": arguments.number}, tr("Withdrew {number}.", number=arguments.number))


def _build_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("item", metavar="ITEM", help=tr("what is to be made or bought"))
    parser.add_argument("quantity", metavar="QUANTITY", help=tr("how much, in the item's own unit"))
    parser.add_argument("--reason", required=True, metavar="TEXT", help=tr("why no demand is waited for"))


def _build(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.quantity import Quantity
    from pegboard.services.stock_builds import build_for_stock

    quantity = Quantity(quantity_micro(arguments.quantity))
    with console.transaction("stock.build") as tx:
        numbers = build_for_stock(tx, arguments.item, quantity, arguments.reason)
        signed = tx.actor
    said = tr(
        "{quantity} {item} for stock on {numbers}, signed by {person}.",
        quantity=quantity,
        item=arguments.item,
        numbers=", ".join(numbers),
        person=signed,
    )
    console.result(
        {"item": arguments.item, "quantity": str(quantity), "supply": list(numbers), "signed_by": signed}, said
    )


COMMANDS = (
    Command("accept", tr("accept what is inferred, so that it pulls"), _accept_arguments, _accept),
    Command("decline", tr("decline what is inferred"), _suggestion_arguments, _decline),
    Command("withdraw", tr("take an acceptance back"), _withdraw_arguments, _withdraw),
    Command(
        "build-stock", tr("make or buy for stock without demand, signed and with a reason"), _build_arguments, _build
    ),
    *loops.COMMANDS,
)
