"""Reads purchase orders and their lines: keys of all that match first, then the rows of the page that is seen."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Money, Price, Quantity, extended_amount, minor_digits
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class PurchaseOrderRow:
    """A purchase order as the list shows it.

    Attributes: supplier: its code; supplier_name; lines, open_lines: how many; amount: of all lines that are not
    cancelled, in the supplier's currency, None where a price is unknown; order_by: the last day to send a draft; due:
    when the next open line comes; is_late: a draft that should be sent already, or a line that should have come;
    overrides: lines whose quantity a person set.
    """

    key: int
    number: str
    supplier: str
    supplier_name: str
    state: str
    ordered_on: datetime.date | None
    lines: int
    open_lines: int
    amount: Money | None
    known_amount: Money
    order_by: datetime.date | None
    due: datetime.date | None
    is_late: bool
    overrides: int


_OPEN_LINE = "l.state = 'open' AND l.purchase_order_id = o.purchase_order_id"
# Filters by name: SQL on the order `o`; `?` is today.
FILTERS = {
    "open": "o.state IN ('draft', 'sent')",
    "draft": "o.state = 'draft'",
    "today": "o.state = 'draft' AND EXISTS (SELECT 1 FROM purchase_line l"
    f" WHERE {_OPEN_LINE} AND l.order_by_date <= ?)",
    "sent": "o.state = 'sent'",
    "overdue": "o.state = 'sent' AND EXISTS (SELECT 1 FROM purchase_line l"
    f" WHERE {_OPEN_LINE} AND coalesce(l.promised_date, l.due_date) < ?)",
    "closed": "o.state IN ('closed', 'cancelled')",
    "all": "1",
}
_STATE_ORDER = "CASE o.state WHEN 'draft' THEN 1 WHEN 'sent' THEN 2 WHEN 'closed' THEN 3 ELSE 4 END"
_ORDER_BY = f"(SELECT min(l.order_by_date) FROM purchase_line l WHERE {_OPEN_LINE})"
_DUE = f"(SELECT min(coalesce(l.promised_date, l.due_date)) FROM purchase_line l WHERE {_OPEN_LINE})"
_LINES = "(SELECT count(*) FROM purchase_line l WHERE l.purchase_order_id = o.purchase_order_id)"
_ORDERS = {
    "": f"{_STATE_ORDER}, coalesce(nullif(v.name, ''), v.code), o.purchase_order_id DESC",
    "number": "length(o.number) {0}, o.number {0}",
    "supplier": "coalesce(nullif(v.name, ''), v.code) {0}, o.purchase_order_id",
    "state": f"{_STATE_ORDER} {{0}}, o.purchase_order_id",
    "ordered_on": "o.ordered_on {0}, o.purchase_order_id",
    "lines": f"{_LINES} {{0}}, o.purchase_order_id",
    "order_by": f"CASE o.state WHEN 'draft' THEN 0 ELSE 1 END, {_ORDER_BY} IS NULL, {_ORDER_BY} {{0}},"
    " o.purchase_order_id",
    "due": f"{_DUE} IS NULL, {_DUE} {{0}}, o.purchase_order_id",
}


def order_keys(
    reading: Reading, chip: str = "open", words: Sequence[str] = (), sort_key: str = "", descending: bool = False
) -> list[int]:
    """Return the keys of all purchase orders of a filter that hold every word; by default drafts first, by supplier.

    Words are looked for in the order's number, its supplier, and the items on its lines.
    """
    condition = FILTERS.get(chip, "1")
    parameters: list[object] = [reading.today.isoformat()] * condition.count("?")
    for word in words:
        condition += f" AND ({_WORDS})"
        parameters += [f"%{word}%"] * _WORDS.count("?")
    order = _ORDERS.get(sort_key, _ORDERS[""]).format("DESC" if descending else "ASC")
    found = fetch(
        reading,
        "SELECT o.purchase_order_id FROM purchase_order o JOIN supplier v ON v.supplier_id = o.supplier_id"
        f" WHERE {condition} ORDER BY {order}",
        parameters,
    )
    return [row[0] for row in found]


_WORDS = (
    "o.number LIKE ? OR v.code LIKE ? OR v.name LIKE ? OR o.purchase_order_id IN"
    " (SELECT l.purchase_order_id FROM item i JOIN purchase_line l ON l.item_id = i.item_id"
    " WHERE i.code LIKE ? OR i.description LIKE ?)"
)


def order_key(reading: Reading, number: str) -> int | None:
    """Return the key of the purchase order with this number, None where there is none."""
    found = first(reading, "SELECT purchase_order_id FROM purchase_order WHERE number = ?", number)
    return None if found is None else int(found[0])


def supplier_order(reading: Reading, code: str) -> int | None:
    """Return the key of a supplier's newest purchase order, the open ones first; None where there is none."""
    found = first(
        reading,
        "SELECT o.purchase_order_id FROM purchase_order o JOIN supplier v ON v.supplier_id = o.supplier_id"
        f" WHERE v.code = ? ORDER BY {_STATE_ORDER}, o.purchase_order_id DESC LIMIT 1",
        code,
    )
    return None if found is None else int(found[0])


def line_key(reading: Reading, name: str) -> int | None:
    """Return the key of the line that PURCHASE_ORDER/LINE names, None where there is none."""
    number, _slash, line = name.rpartition("/")
    found = first(
        reading,
        "SELECT l.purchase_line_id FROM purchase_line l JOIN purchase_order o"
        " ON o.purchase_order_id = l.purchase_order_id WHERE o.number = ? AND CAST(l.line AS TEXT) = ?",
        number,
        line,
    )
    return None if found is None else int(found[0])


def orders(reading: Reading, keys: Sequence[int]) -> list[PurchaseOrderRow]:
    """Return the purchase orders with these keys, in their order; those that are no more are left out."""
    found = rows(
        reading,
        "SELECT o.*, v.code, v.name, coalesce(nullif(v.currency, ''), ?) AS currency,"
        " count(l.purchase_line_id) AS lines, sum(l.state = 'open') AS open_lines,"
        " sum(l.quantity_set_by <> '') AS overrides,"
        " min(CASE WHEN l.state = 'open' THEN l.order_by_date END) AS order_by,"
        " min(CASE WHEN l.state = 'open' THEN coalesce(l.promised_date, l.due_date) END) AS due"
        " FROM purchase_order o JOIN supplier v ON v.supplier_id = o.supplier_id"
        " LEFT JOIN purchase_line l ON l.purchase_order_id = o.purchase_order_id"
        " WHERE o.purchase_order_id IN (SELECT value FROM json_each(?)) GROUP BY o.purchase_order_id",
        settings(reading).currency,
        json.dumps(list(keys)),
    )
    amounts: dict[int, tuple[int, bool]] = {}
    for currency in {row.currency for row in found}:
        amounts |= _amounts(reading, [row.purchase_order_id for row in found if row.currency == currency], currency)
    made = {
        row.purchase_order_id: _order(reading, row, *amounts.get(row.purchase_order_id, (0, False))) for row in found
    }
    return [made[key] for key in keys if key in made]


LARGEST_PRODUCT = 1 << 61  # beyond it, SQLite would go on in binary floating point


def _amounts(reading: Reading, keys: Sequence[int], currency: str) -> dict[int, tuple[int, bool]]:
    """Amount of the priced lines in minor units, and whether a price is missing, by order; each line rounded alone."""
    scale = 10 ** (12 - minor_digits(currency))
    found = fetch(
        reading,
        "SELECT purchase_order_id, coalesce(sum((2 * quantity * unit_price + ?) / ?), 0), sum(unit_price IS NULL),"
        " max(quantity), max(unit_price) FROM purchase_line WHERE state <> 'cancelled'"
        " AND purchase_order_id IN (SELECT value FROM json_each(?)) GROUP BY purchase_order_id",
        (scale, 2 * scale, json.dumps(keys)),
    )
    return {
        key: (minor if most * (dearest or 0) < LARGEST_PRODUCT else _large_amount(reading, key, currency), unknown > 0)
        for key, minor, unknown, most, dearest in found
    }


def _large_amount(reading: Reading, key: int, currency: str) -> int:
    found = fetch(
        reading,
        "SELECT quantity, unit_price FROM purchase_line WHERE purchase_order_id = ? AND state <> 'cancelled'"
        " AND unit_price IS NOT NULL",
        (key,),
    )
    return sum(extended_amount(quantity, price, currency).minor for quantity, price in found)


def _order(reading: Reading, row: Row[Any], minor: int, has_unknown: bool) -> PurchaseOrderRow:
    order_by, due = day(row.order_by), day(row.due)
    is_draft = row.state == "draft"
    last = order_by if is_draft else due
    known = Money(minor, row.currency)
    return PurchaseOrderRow(
        key=row.purchase_order_id,
        number=row.number,
        supplier=row.code,
        supplier_name=row.name or row.code,
        state=row.state,
        ordered_on=day(row.ordered_on),
        lines=row.lines,
        open_lines=row.open_lines or 0,
        amount=None if has_unknown else known,
        known_amount=known,
        order_by=order_by if is_draft else None,
        due=due,
        is_late=row.state in ("draft", "sent") and last is not None and last < reading.today,
        overrides=row.overrides or 0,
    )


def day(text: str | None) -> datetime.date | None:
    """Return the day of its ISO text."""
    return datetime.date.fromisoformat(text) if text else None


# --- one order


@dataclass(frozen=True, slots=True)
class PurchaseOrderDetail:
    """A purchase order with whom it goes to.

    Attributes: email, contact, phone: of the supplier; terms_days: until its bill is due; last_print: code and time of
    the newest print, None where none was made.
    """

    order: PurchaseOrderRow
    contact: str
    email: str
    phone: str
    terms_days: int
    revision: int
    note: str
    last_print: tuple[str, datetime.datetime] | None


def order_detail(reading: Reading, number: str) -> PurchaseOrderDetail | None:
    """Return the purchase order with this number, None where there is none."""
    key = order_key(reading, number)
    if key is None:
        return None
    [order] = orders(reading, [key])
    [row] = rows(
        reading,
        "SELECT v.contact, v.email, v.phone, v.payment_terms_days, o.revision, o.note, n.print_code, n.printed_at"
        " FROM purchase_order o JOIN supplier v ON v.supplier_id = o.supplier_id LEFT JOIN print n ON n.print_id ="
        " (SELECT max(x.print_id) FROM print x WHERE x.kind = 'purchase-order' AND x.number = o.number)"
        " WHERE o.purchase_order_id = ?",
        key,
    )
    printed = None
    if row.print_code is not None:
        printed = (row.print_code, datetime.datetime.fromisoformat(row.printed_at).replace(tzinfo=datetime.UTC))
    return PurchaseOrderDetail(
        order, row.contact, row.email, row.phone, row.payment_terms_days, row.revision, row.note, printed
    )


# --- its lines


@dataclass(frozen=True, slots=True)
class PurchaseLineRow:
    """A line of a purchase order as the list shows it.

    Attributes: name: PURCHASE_ORDER/LINE; received, open: of `quantity`; pegged: what demands claim of the open part;
    surplus: the rest of it, nobody's, with its reason; wanted_by: jobs and demands that claim it, most urgent first, at
    most three of `wanted_count`; due: when it should come, `promised` what the supplier said; is_late: it should be
    ordered or here already; needed: the first day somebody needs it; set_by: who set the quantity; service_of: the job
    whose operation it buys, such as "WO-0003 operation 20".
    """

    key: int
    name: str
    line: int
    item: str
    description: str
    unit: str
    is_whole: bool
    tracking: str
    sku: str
    quantity: Quantity
    received: Quantity
    open: Quantity
    pegged: Quantity
    surplus: Quantity
    surplus_reason: str
    wanted_by: tuple[str, ...]
    wanted_count: int
    unit_price: Price | None
    amount: Money | None
    order_by: datetime.date | None
    due: datetime.date
    promised: datetime.date | None
    needed: datetime.date | None
    is_late: bool
    state: str
    order_state: str
    set_by: str
    job: str
    operation: int | None

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to come."""
        return self.state == "open" and self.order_state in ("draft", "sent")


def line_keys(
    reading: Reading, order_key_: int, words: Sequence[str] = (), sort_key: str = "", descending: bool = False
) -> list[int]:
    """Return the keys of the lines of one purchase order that hold every word, by line or as asked."""
    condition, parameters = "l.purchase_order_id = ?", [order_key_]
    values: list[object] = list(parameters)
    for word in words:
        condition += " AND (i.code LIKE ? OR i.description LIKE ?)"
        values += [f"%{word}%"] * 2
    order = _LINE_ORDERS.get(sort_key, "l.line").format("DESC" if descending else "ASC")
    found = fetch(
        reading,
        "SELECT l.purchase_line_id FROM purchase_line l JOIN item i ON i.item_id = l.item_id"
        f" WHERE {condition} ORDER BY {order}",
        values,
    )
    return [row[0] for row in found]


_LINE_ORDERS = {
    "line": "l.line {0}",
    "item": "i.code {0}, l.line",
    "description": "i.description {0}, l.line",
    "quantity": "l.quantity {0}, l.line",
    "open": "l.quantity - l.received_quantity {0}, l.line",
    "price": "l.unit_price IS NULL, l.unit_price {0}, l.line",
    "amount": "l.unit_price IS NULL, l.unit_price * 1.0 * l.quantity {0}, l.line",
    "order_by": "l.order_by_date IS NULL, l.order_by_date {0}, l.line",
    "due": "coalesce(l.promised_date, l.due_date) {0}, l.line",
}


def lines(reading: Reading, keys: Sequence[int]) -> list[PurchaseLineRow]:
    """Return the purchase lines with these keys, in their order, with who claims them; two statements."""
    wanted = json.dumps(list(keys))
    pegs = _pegs(reading, wanted)
    found = rows(
        reading,
        "SELECT l.*, o.number, o.state AS order_state, i.code, i.description, i.unit, i.whole_units, i.tracking,"
        " coalesce(s.supplier_sku, '') AS sku, coalesce(nullif(v.currency, ''), ?) AS currency,"
        " coalesce(j.number, '') AS job, j.start_date AS job_start FROM purchase_line l"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN supplier v ON v.supplier_id = o.supplier_id JOIN item i ON i.item_id = l.item_id"
        " LEFT JOIN supplier_item s ON s.supplier_item_id = l.supplier_item_id"
        " LEFT JOIN work_order j ON j.work_order_id = l.work_order_id"
        " WHERE l.purchase_line_id IN (SELECT value FROM json_each(?))",
        settings(reading).currency,
        wanted,
    )
    made = {row.purchase_line_id: _line(reading, row, pegs.get(row.purchase_line_id)) for row in found}
    return [made[key] for key in keys if key in made]


def _pegs(reading: Reading, wanted: str) -> dict[int, Row[Any]]:
    """What claims each line: sum, count, first need, and the first three claimants."""
    found = rows(
        reading,
        "SELECT line, sum(quantity) AS pegged, count(*) AS claims, min(need_date) AS needed,"
        " group_concat(CASE WHEN place <= 3 THEN claimant END, char(10)) AS claimants FROM ("
        " SELECT p.purchase_line_id AS line, p.quantity, r.need_date, coalesce(d.name, w.number) AS claimant,"
        " row_number() OVER (PARTITION BY p.purchase_line_id ORDER BY r.need_date, r.requirement_id) AS place"
        " FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
        " WHERE p.purchase_line_id IN (SELECT value FROM json_each(?))) GROUP BY line",
        wanted,
    )
    return {int(row.line): row for row in found}


def _line(reading: Reading, row: Row[Any], pegs: Row[Any] | None) -> PurchaseLineRow:
    is_open = row.state == "open" and row.order_state in ("draft", "sent")
    still_open = max(0, row.quantity - row.received_quantity) if is_open else 0
    pegged = 0 if pegs is None else int(pegs.pegged)
    if row.work_order_id is not None:
        pegged = still_open  # a service hangs on its job as a whole
    due, promised, order_by = datetime.date.fromisoformat(row.due_date), day(row.promised_date), day(row.order_by_date)
    last = order_by if row.order_state == "draft" else promised or due
    return PurchaseLineRow(
        key=row.purchase_line_id,
        name=f"{row.number}/{row.line}",
        line=row.line,
        item=row.code,
        description=row.description,
        unit=row.unit,
        is_whole=bool(row.whole_units),
        tracking=row.tracking,
        sku=row.sku,
        quantity=Quantity(row.quantity),
        received=Quantity(row.received_quantity),
        open=Quantity(still_open),
        pegged=Quantity(pegged),
        surplus=Quantity(max(0, still_open - pegged)),
        surplus_reason=row.surplus_reason,
        wanted_by=_claimants(row, pegs),
        wanted_count=1 if row.job else 0 if pegs is None else int(pegs.claims),
        unit_price=None if row.unit_price is None else Price(row.unit_price),
        amount=None if row.unit_price is None else extended_amount(row.quantity, row.unit_price, row.currency),
        order_by=order_by,
        due=due,
        promised=promised,
        needed=None if pegs is None else day(pegs.needed),
        is_late=is_open and last is not None and last < reading.today,
        state=row.state,
        order_state=row.order_state,
        set_by=row.quantity_set_by,
        job=row.job,
        operation=row.operation,
    )


def _claimants(row: Row[Any], pegs: Row[Any] | None) -> tuple[str, ...]:
    if row.job:
        return (row.job,)
    return () if pegs is None or not pegs.claimants else tuple(pegs.claimants.split("\n"))
