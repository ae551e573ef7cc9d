"""Reads what suppliers delivered and have not billed, and how bills differ from what was ordered and received."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Money, Price, Quantity, extended_amount
from pegboard.queries.money_lookups import bill_numbered
from pegboard.queries.settings import settings
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

# Net of what a later receipt reversed; a rejected quantity is not billed.
_RECEIPTS = (
    "SELECT r.receipt_id, r.number AS receipt, r.received_on, r.purchase_line_id, o.number, l.line, o.supplier_id,"
    " l.unit_price, l.work_order_id, i.code AS item, i.description, i.unit, r.quantity"
    " + coalesce((SELECT sum(v.quantity) FROM receipt v WHERE v.reverses_id = r.receipt_id), 0)"
    " - coalesce((SELECT sum(b.quantity) FROM bill_line b WHERE b.receipt_id = r.receipt_id), 0) AS to_bill"
    " FROM receipt r JOIN purchase_line l ON l.purchase_line_id = r.purchase_line_id"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id JOIN item i ON i.item_id = l.item_id"
    " WHERE r.reverses_id IS NULL"
)


@dataclass(frozen=True, slots=True)
class ToBill:
    """A receipt, or what of it is not billed. `unit_price` as ordered; `is_service` where an operation was bought."""

    receipt: str
    purchase_line: str
    supplier: str
    item: str
    description: str
    unit: str
    received_on: datetime.date
    quantity: Quantity
    unit_price: Price | None
    amount: Money | None
    is_service: bool


@dataclass(frozen=True, slots=True)
class Variance:
    """How one line of a bill differs from the purchase order and the receipt.

    Attributes: received: of the receipt, or of the line up to now where the bill names no receipt; price: billed price
    less ordered price, times the billed quantity; quantity: billed less received, at the ordered price. Both are None
    where nothing is known to compare with.
    """

    line: int
    purchase_line: str
    receipt: str
    item: str
    description: str
    billed: Quantity
    received: Quantity | None
    unit_price: Price
    ordered_price: Price | None
    net: Money
    price: Money | None
    quantity: Money | None

    @property
    def is_clean(self) -> bool:
        """Whether the line is as ordered and received."""
        return not ((self.price and self.price.minor) or (self.quantity and self.quantity.minor))


def receipts_to_bill(reading: Reading, *, supplier: str = "", purchase_order: str = "") -> tuple[ToBill, ...]:
    """What was received and not billed, oldest first: of all, or of one supplier or purchase order."""
    narrowed, values = "", []
    if supplier:
        narrowed, values = " AND s.code = ?", [supplier]
    if purchase_order:
        narrowed, values = f"{narrowed} AND x.number = ?", [*values, purchase_order]
    shop = settings(reading).currency
    return tuple(
        _to_bill(row, row.currency or shop)
        for row in rows(
            reading,
            f"SELECT x.*, s.code AS supplier, s.currency FROM ({_RECEIPTS}) AS x JOIN supplier s"
            f" ON s.supplier_id = x.supplier_id WHERE x.to_bill > 0{narrowed} ORDER BY x.received_on, x.receipt_id",
            *values,
        )
    )


def unbilled_receipts(
    reading: Reading, *, receipt: str = "", purchase_line_id: int | None = None
) -> Sequence[Row[Any]]:
    """The receipt of this number, or all of a purchase line, with what is `to_bill` in millionths, oldest first."""
    if receipt:
        return rows(reading, f"{_RECEIPTS} AND r.number = ?", receipt)
    return rows(reading, f"{_RECEIPTS} AND r.purchase_line_id = ? ORDER BY r.receipt_id", purchase_line_id)


def bill_variances(reading: Reading, bill: str) -> tuple[Variance, ...]:
    """Each line of a bill beside what was ordered and received."""
    head = bill_numbered(reading, bill)
    found = rows(
        reading,
        "SELECT b.*, coalesce(r.number, '') AS receipt, r.quantity AS received, r.receipt_id AS matched,"
        " coalesce((SELECT sum(v.quantity) FROM receipt v WHERE v.reverses_id = r.receipt_id), 0) AS reversed,"
        " coalesce((SELECT sum(e.quantity) FROM bill_line e WHERE e.receipt_id = b.receipt_id"
        " AND e.bill_line_id < b.bill_line_id), 0) AS earlier, o.number, l.line, l.unit_price AS ordered_price,"
        " l.received_quantity, coalesce(i.code, hi.code, '') AS item, h.unit_price AS history_price,"
        " h.purchase_order, h.line AS history_line FROM bill_line b LEFT JOIN receipt r ON r.receipt_id = b.receipt_id"
        " LEFT JOIN purchase_line l ON l.purchase_line_id = b.purchase_line_id"
        " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " LEFT JOIN item i ON i.item_id = l.item_id"
        " LEFT JOIN purchase_history h ON h.purchase_history_id = b.purchase_history_id"
        " LEFT JOIN item hi ON hi.item_id = h.item_id WHERE b.bill_id = ? ORDER BY b.bill_line_id",
        head.bill_id,
    )
    return tuple(_variance(place, row, head.currency) for place, row in enumerate(found, 1))


def _to_bill(row: Row[Any], currency: str) -> ToBill:
    price = None if row.unit_price is None else Price(row.unit_price)
    return ToBill(
        receipt=row.receipt,
        purchase_line=f"{row.number}/{row.line}",
        supplier=row.supplier,
        item=row.item,
        description=row.description,
        unit=row.unit,
        received_on=datetime.date.fromisoformat(row.received_on),
        quantity=Quantity(row.to_bill),
        unit_price=price,
        amount=None if price is None else extended_amount(row.to_bill, price.micro, currency),
        is_service=row.work_order_id is not None,
    )


def _variance(place: int, row: Row[Any], currency: str) -> Variance:
    received = None
    if row.matched is not None:
        received = row.received + row.reversed - row.earlier
    elif row.received_quantity is not None:
        received = row.received_quantity
    ordered = row.ordered_price
    is_credit = row.quantity < 0
    by_price = by_quantity = None
    if ordered is not None and not is_credit:
        by_price = Money(row.net_amount - extended_amount(row.quantity, ordered, currency).minor, currency)
        if received is not None:
            by_quantity = extended_amount(row.quantity - received, ordered, currency)
    if row.number is not None:
        named = f"{row.number}/{row.line}"
    else:
        named = f"{row.purchase_order}/{row.history_line}" if row.purchase_order is not None else ""
    return Variance(
        line=place,
        purchase_line=named,
        receipt=row.receipt,
        item=row.item,
        description=row.description,
        billed=Quantity(row.quantity),
        received=None if received is None else Quantity(received),
        unit_price=Price(row.unit_price),
        ordered_price=None if ordered is None else Price(ordered),
        net=Money(row.net_amount, currency),
        price=by_price,
        quantity=by_quantity,
    )
