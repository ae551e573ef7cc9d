"""Reads the lists of the money page: invoices, bills and payments, a page of rows at a time.

Each list has `..._keys(reading, chip, words, sort_key, descending)` and `..._rows(reading, keys)`; a hundred thousand
documents are as quick as ten.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Money
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

AT_ONCE = 500  # parameters of one statement
RECENT = 90  # days


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An invoice, a bill, or a credit note for one (`credits` names what it takes back; amounts negative).

    Attributes: party: code of the customer or supplier; theirs: the supplier's number, or our order's; dated: issued or
    billed on; days_late: since it was due, while something is open, else 0; origin: '', imported or opening.
    """

    key: int
    number: str
    credits: str
    party: str
    party_name: str
    theirs: str
    dated: datetime.date
    due_on: datetime.date
    total: Money
    open: Money
    days_late: int
    origin: str

    @property
    def is_credit(self) -> bool:
        """Whether it takes another document back."""
        return bool(self.credits)


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment; `amount` is positive where cash came in.

    Attributes: kind: customer, supplier, deposit, expense, opening; what: the order of a deposit, the category of an
    expense; rest: what settles nothing yet; reverses, reversed_by: the other half of one that was taken back.
    """

    key: int
    number: str
    kind: str
    party: str
    party_name: str
    what: str
    paid_on: datetime.date
    amount: Money
    rest: Money
    reference: str
    reverses: str
    reversed_by: str


_DOCUMENTS = {
    "invoice": (
        "SELECT d.*, d.issued_on AS dated, p.code, p.name, coalesce(o.number, '') AS theirs, coalesce(c.number, '') AS"
        " credited, d.net_amount + d.tax_amount AS total, d.net_amount + d.tax_amount - d.deposit_amount"
        " - coalesce((SELECT sum(a.amount) FROM payment_allocation a WHERE a.invoice_id = d.invoice_id), 0) AS open"
        " FROM invoice d JOIN customer p ON p.customer_id = d.customer_id LEFT JOIN customer_order o"
        " ON o.order_id = d.order_id LEFT JOIN invoice c ON c.invoice_id = d.credits_id"
    ),
    "bill": (
        "SELECT d.*, d.billed_on AS dated, p.code, p.name, d.supplier_number AS theirs, coalesce(c.number, '') AS"
        " credited, d.net_amount + d.tax_amount AS total, d.net_amount + d.tax_amount"
        " - coalesce((SELECT sum(a.amount) FROM payment_allocation a WHERE a.bill_id = d.bill_id), 0) AS open"
        " FROM bill d JOIN supplier p ON p.supplier_id = d.supplier_id LEFT JOIN bill c ON c.bill_id = d.credits_id"
    ),
}
_SETTLED = "coalesce((SELECT sum(a.amount) FROM payment_allocation a WHERE a.{0}_id = d.{0}_id), 0)"
_DUE = {"invoice": "d.net_amount + d.tax_amount - d.deposit_amount", "bill": "d.net_amount + d.tax_amount"}
_PARTY = {"invoice": "customer", "bill": "supplier"}
_THEIRS = {
    "invoice": "coalesce((SELECT o.number FROM customer_order o WHERE o.order_id = d.order_id), '')",
    "bill": "d.supplier_number",
}
_DATED = {"invoice": "d.issued_on", "bill": "d.billed_on"}


def document_keys(
    reading: Reading, table: str, chip: str, words: Sequence[str] = (), sort_key: str = "", descending: bool = False
) -> list[int]:
    """Return the keys of the invoices (or bills) of a filter: open, overdue, credits or all.

    By default what is due first comes first; of all, the newest.
    """
    open_of = f"{_DUE[table]} - {_SETTLED.format(table)}"
    condition, values = {
        "open": (f"{open_of} <> 0", []),
        "overdue": (f"d.due_on < ? AND {open_of} > 0", [reading.today.isoformat()]),
        "credits": ("d.credits_id IS NOT NULL", []),
    }.get(chip, ("1 = 1", []))
    parameters: list[object] = list(values)
    for word in words:
        condition += f" AND (d.number LIKE ? OR p.code LIKE ? OR p.name LIKE ? OR {_THEIRS[table]} LIKE ?)"
        parameters += [f"%{word}%"] * 4
    direction = "DESC" if descending else "ASC"
    by = {
        "number": "d.number",
        "party": "p.name",
        "theirs": _THEIRS[table],
        "dated": _DATED[table],
        "due": "d.due_on",
        "total": "d.net_amount + d.tax_amount",
        "open": open_of,
        "state": f"{open_of} = 0, d.due_on",
    }.get(sort_key, "d.due_on" if chip in ("open", "overdue") else "")
    order = f"{by} {direction}, d.{table}_id" if by else f"{_DATED[table]} DESC, d.{table}_id DESC"
    party = _PARTY[table]
    found = fetch(
        reading,
        f"SELECT d.{table}_id FROM {table} d JOIN {party} p ON p.{party}_id = d.{party}_id WHERE {condition}"
        f" ORDER BY {order}",
        parameters,
    )
    return [row[0] for row in found]


def document_rows(reading: Reading, table: str, keys: Sequence[int]) -> list[DocumentRow]:
    """Return the invoices (or bills) with these keys, in their order; those that are no more are left out."""
    found = _by_key(reading, f"{_DOCUMENTS[table]} WHERE d.{table}_id IN ({{}})", keys, f"{table}_id")
    return [_document(reading, found[key], key) for key in keys if key in found]


def document_key(reading: Reading, table: str, number: str) -> int | None:
    """Return the key of the invoice, bill or payment with this number, None where there is none."""
    found = rows(reading, f"SELECT {table}_id AS key FROM {table} WHERE number = ?", number)
    return int(found[0].key) if found else None


def payment_keys(
    reading: Reading, chip: str, words: Sequence[str] = (), sort_key: str = "", descending: bool = False
) -> list[int]:
    """Return the keys of the payments of a filter: recent, in, out, unused or all; by default the newest first."""
    since = reading.today - datetime.timedelta(days=RECENT)
    condition = {
        "recent": "d.paid_on >= ?",
        "in": "d.kind IN ('customer', 'deposit', 'opening')",
        "out": "d.kind IN ('supplier', 'expense')",
        "unused": f"d.kind IN ('customer', 'supplier') AND {_REST} > 0",
    }.get(chip, "1 = 1")
    parameters: list[object] = [since.isoformat()] * condition.count("?")
    for word in words:
        condition += (
            " AND (d.number LIKE ? OR d.reference LIKE ? OR d.category LIKE ? OR c.code LIKE ? OR c.name LIKE ?"
            " OR s.code LIKE ? OR s.name LIKE ? OR o.number LIKE ?)"
        )
        parameters += [f"%{word}%"] * 8
    direction = "DESC" if descending else "ASC"
    by = {
        "number": "d.number",
        "party": "coalesce(c.name, s.name, '')",
        "what": "coalesce(o.number, d.category)",
        "paid_on": "d.paid_on",
        "amount": "CASE WHEN d.kind IN ('supplier', 'expense') THEN -d.amount ELSE d.amount END",
        "kind": "d.kind",
        "reference": "d.reference",
    }.get(sort_key)
    order = f"{by} {direction}, d.payment_id" if by else "d.paid_on DESC, d.payment_id DESC"
    found = fetch(reading, f"SELECT d.payment_id {_PAYMENTS} WHERE {condition} ORDER BY {order}", parameters)
    return [row[0] for row in found]


_PAYMENTS = (
    "FROM payment d LEFT JOIN customer c ON c.customer_id = d.customer_id"
    " LEFT JOIN supplier s ON s.supplier_id = d.supplier_id LEFT JOIN customer_order o ON o.order_id = d.order_id"
)
_REST = (
    "CASE WHEN d.reverses_id IS NOT NULL OR d.kind NOT IN ('customer', 'supplier') THEN 0 ELSE d.amount"
    " - coalesce((SELECT sum(a.amount) FROM payment_allocation a WHERE a.payment_id = d.payment_id), 0)"
    " + coalesce((SELECT sum(r.amount) FROM payment r WHERE r.reverses_id = d.payment_id), 0)"
    " - coalesce((SELECT sum(a.amount) FROM payment_allocation a JOIN payment r ON r.payment_id = a.payment_id"
    " WHERE r.reverses_id = d.payment_id), 0) END"
)


def payment_rows(reading: Reading, keys: Sequence[int]) -> list[PaymentRow]:
    """Return the payments with these keys, in their order."""
    statement = (
        "SELECT d.*, coalesce(c.code, s.code, '') AS code, coalesce(c.name, s.name, '') AS name,"
        f" coalesce(o.number, '') AS order_number, {_REST} AS rest,"
        " coalesce((SELECT r.number FROM payment r WHERE r.payment_id = d.reverses_id), '') AS reverses,"
        " coalesce((SELECT min(r.number) FROM payment r WHERE r.reverses_id = d.payment_id), '') AS reversed_by"
        f" {_PAYMENTS} WHERE d.payment_id IN ({{}})"
    )
    found = _by_key(reading, statement, keys, "payment_id")
    return [_payment(found[key]) for key in keys if key in found]


def _by_key(reading: Reading, statement: str, keys: Sequence[int], column: str) -> dict[int, Row[Any]]:
    found: dict[int, Row[Any]] = {}
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        for row in rows(reading, statement.format(", ".join("?" * len(part))), *part):
            found[row._mapping[column]] = row
    return found


def _document(reading: Reading, row: Row[Any], key: int) -> DocumentRow:
    due_on = datetime.date.fromisoformat(row.due_on)
    return DocumentRow(
        key=key,
        number=row.number,
        credits=row.credited,
        party=row.code,
        party_name=row.name or row.code,
        theirs=row.theirs,
        dated=datetime.date.fromisoformat(row.dated),
        due_on=due_on,
        total=Money(row.total, row.currency),
        open=Money(row.open, row.currency),
        days_late=max(0, (reading.today - due_on).days) if row.open > 0 else 0,
        origin=row.origin,
    )


def _payment(row: Row[Any]) -> PaymentRow:
    sign = -1 if row.kind in ("supplier", "expense") else 1
    return PaymentRow(
        key=row.payment_id,
        number=row.number,
        kind=row.kind,
        party=row.code,
        party_name=row.name or row.code,
        what=row.order_number or row.category,
        paid_on=datetime.date.fromisoformat(row.paid_on),
        amount=Money(sign * row.amount, row.currency),
        rest=Money(row.rest, row.currency),
        reference=row.reference,
        reverses=row.reverses,
        reversed_by=row.reversed_by,
    )
