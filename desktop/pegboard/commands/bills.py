"""The command that enters a supplier's bill."""

import argparse
from typing import TYPE_CHECKING

from pegboard.commands.amounts import amount_of, amount_text, maybe_day, price_of, quantity_of
from pegboard.commands.console import Arguments, Command, Console
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.services.money.bills import BillDraftLine
    from pegboard.storage.store import Reading, Transaction


def _bill_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names", nargs="+", metavar="PURCHASE_ORDER", help=tr("purchase orders, their lines or receipts that it is for")
    )
    parser.add_argument("--number", default="", metavar="THEIRS", help=tr("the number on the supplier's paper"))
    parser.add_argument("--quantity", metavar="Q", help=tr("the billed quantity, where one line or receipt is named"))
    parser.add_argument("--price", metavar="P", help=tr("the billed price, where one line or receipt is named"))
    parser.add_argument("--freight", metavar="AMOUNT", help=tr("freight on the bill"))
    parser.add_argument("--tax", default="0", metavar="AMOUNT", help=tr("tax on the bill"))
    parser.add_argument("--on", metavar="DATE", help=tr("the date of the bill; today without"))
    parser.add_argument("--due", metavar="DATE", help=tr("when it is due; by the supplier's terms without"))


def _bill(console: Console, arguments: Arguments) -> None:
    from pegboard.queries.lookups import supplier_coded
    from pegboard.queries.money_lookups import bill_numbered, currency_of
    from pegboard.queries.money_to_bill import bill_variances
    from pegboard.services.money.bills import enter_bill

    with console.transaction("bill.enter") as tx:
        supplier, lines = _bill_lines(tx, arguments)
        currency = currency_of(tx, supplier_coded(tx, supplier))
        own = enter_bill(
            tx,
            supplier,
            lines,
            supplier_number=arguments.number,
            tax=amount_of(arguments.tax, currency).minor,
            billed_on=maybe_day(arguments.on),
            due_on=maybe_day(arguments.due),
        )
        row, found = bill_numbered(tx, own), bill_variances(tx, own)
    value = {
        "number": own,
        "total": amount_text(row.due, currency),
        "currency": currency,
        "due_on": row.due_on,
        "lines": [
            {
                "line": each.purchase_line,
                "receipt": each.receipt,
                "quantity": str(each.billed),
                "unit_price": str(each.unit_price),
                "net": str(each.net),
                "price_variance": None if each.price is None else str(each.price),
                "quantity_variance": None if each.quantity is None else str(each.quantity),
            }
            for each in found
        ],
    }
    told = [tr("{number}: {total} {currency}, due {due_on}.", **{key: value[key] for key in value if key != "lines"})]
    told += [
        tr(
            "{line}: {price} by price and {quantity} by quantity against the order.",
            line=each.purchase_line,
            price=each.price,
            quantity=each.quantity or 0,
        )
        for each in found
        if not each.is_clean
    ]
    console.result(value, "\n".join(told))


def _bill_lines(tx: "Transaction", arguments: Arguments) -> tuple[str, "list[BillDraftLine]"]:
    """The supplier and lines that the named purchase orders, lines and receipts stand for."""
    from pegboard.queries.money_to_bill import receipts_to_bill
    from pegboard.services.money.bills import BillDraftLine
    from pegboard.storage.rows import first

    quantity = quantity_of(arguments.quantity) if arguments.quantity else None
    price = price_of(arguments.price) if arguments.price else None
    suppliers: dict[str, None] = {}
    lines = []
    for name in dict.fromkeys(arguments.names):
        if first(tx, "SELECT 1 AS found FROM purchase_order WHERE number = ?", name) is not None:
            open_receipts = receipts_to_bill(tx, purchase_order=name)
            lines += [
                BillDraftLine(receipt=each.receipt, quantity=quantity, unit_price=price) for each in open_receipts
            ]
        elif first(tx, "SELECT 1 AS found FROM receipt WHERE number = ?", name) is not None:
            lines.append(BillDraftLine(receipt=name, quantity=quantity, unit_price=price))
        else:
            lines.append(BillDraftLine(purchase_line=name, quantity=quantity, unit_price=price))
        suppliers[_supplier_of(tx, name)] = None
    if len(suppliers) > 1:
        raise InvalidInput(tr("A bill comes from one supplier."), hint=tr("Enter one bill for each supplier."))
    if (arguments.quantity or arguments.price) and len(lines) != 1:
        raise InvalidInput(tr("Quantity and price are of one line."), hint=tr("Name one line or one receipt."))
    if not lines:
        raise InvalidInput(
            tr("Nothing of {names} is to be billed.", names=", ".join(arguments.names)),
            hint=tr("Receive it first, or name the line that was billed before it came."),
        )
    if arguments.freight:
        lines.append(BillDraftLine(kind="freight", unit_price=price_of(arguments.freight)))
    return next(iter(suppliers)), lines


def _supplier_of(reading: "Reading", name: str) -> str:
    from pegboard.queries.lookups import purchase_line_named
    from pegboard.storage.rows import first

    found = first(
        reading,
        "SELECT s.code FROM supplier s JOIN purchase_order o ON o.supplier_id = s.supplier_id WHERE o.number = ?"
        " UNION SELECT s.code FROM supplier s JOIN purchase_order o ON o.supplier_id = s.supplier_id"
        " JOIN purchase_line l ON l.purchase_order_id = o.purchase_order_id"
        " JOIN receipt r ON r.purchase_line_id = l.purchase_line_id WHERE r.number = ?",
        name,
        name,
    )
    if found is not None:
        return str(found.code)
    line = purchase_line_named(reading, name)
    row = first(reading, "SELECT code FROM supplier WHERE supplier_id = ?", line.supplier_id)
    assert row is not None, "a purchase order has its supplier"
    return str(row.code)


COMMANDS = (Command("bill", tr("enter a supplier's bill for what was received"), _bill_arguments, _bill),)
