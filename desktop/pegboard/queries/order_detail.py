"""Reads one customer order in full: its head, its lines with their cover, and its history."""

import datetime
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Money, Price, Quantity, extended_amount
from pegboard.queries.order_papers import order_papers
from pegboard.queries.order_pulls import Pull, pulls_of_lines
from pegboard.queries.orders import OrderRow, order_rows
from pegboard.queries.settings import settings
from pegboard.storage.chains import chains_of_demands
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading
from pegboard.storage.true_dates import true_dates


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """A line of an order.

    Attributes: name: ORDER/LINE; promise: when it can ship; first_promise: what was told first; amount: None without a
    price; options: GROUP=CHOICE in the order given; tax_percent: None where nothing was said; is_late: promised after
    it is due; because: what makes the promise that day; pulls: what hangs on it; is_exploded: something does.
    """

    name: str
    line: int
    item: str
    description: str
    unit: str
    is_whole: bool
    quantity: Quantity
    shipped: Quantity
    due: datetime.date | None
    promise: datetime.date | None
    first_promise: datetime.date | None
    price: Price | None
    amount: Money | None
    options: tuple[tuple[str, str], ...]
    tax_percent: Quantity | None
    status: str
    hold: bool
    is_late: bool
    because: str
    pulls: tuple[Pull, ...]

    @property
    def is_exploded(self) -> bool:
        """Whether something hangs on it."""
        return bool(self.pulls)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be shipped."""
        return self.status in ("quote", "confirmed")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What was done to an order, by whom and when (UTC)."""

    at: datetime.datetime
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """An order in full.

    Attributes: row: as the list shows it; note: for the customer; own_deposit_percent: the order's own, None where the
    customer's holds; deposit_percent: which of the two holds, 0 where none is asked for; deposit: its amount;
    planned_jobs: those that hang on it, by number; revision: how often it was changed.
    """

    row: OrderRow
    ship_to: str
    freight: Price | None
    note: str
    own_deposit_percent: Quantity | None
    deposit_percent: Quantity
    deposit: Money | None
    deposit_paid_on: datetime.date | None
    revision: int
    lines: tuple[OrderLineRow, ...]
    history: tuple[HistoryEntry, ...]
    planned_jobs: tuple[str, ...]


def order_detail(reading: Reading, number: str) -> OrderDetail | None:
    """Return an order with all that a person asks about it, None where there is none."""
    found = order_rows(reading, (number,))
    if not found:
        return None
    head = rows(
        reading,
        "SELECT o.*, coalesce(o.deposit_percent, c.deposit_percent) AS percent, c.currency FROM customer_order o"
        " JOIN customer c ON c.customer_id = o.customer_id WHERE o.number = ?",
        number,
    )[0]
    lines = _lines(reading, head, head.currency or settings(reading).currency)
    jobs = sorted({number for line in lines for number in _planned(line.pulls)})
    [paper] = order_papers(reading, [number])
    return OrderDetail(
        row=found[0],
        ship_to=head.ship_to,
        freight=None if head.freight is None else Price(head.freight),
        note=head.note,
        own_deposit_percent=None if head.deposit_percent is None else Quantity(head.deposit_percent),
        deposit_percent=Quantity(head.percent or 0),
        deposit=paper.deposit if paper.deposit.minor else None,
        deposit_paid_on=_day(head.deposit_paid_on),
        revision=head.revision,
        lines=lines,
        history=_history(reading, number),
        planned_jobs=tuple(jobs),
    )


def _planned(pulls: Sequence[Pull]) -> set[str]:
    found: set[str] = set()
    for pull in pulls:
        found |= _planned(pull.parts)
        for cover in pull.covers:
            if cover.kind == "job" and cover.state == "planned":
                found.add(cover.number)
            found |= _planned(cover.pulls)
    return found


def _lines(reading: Reading, head: Row[Any], currency: str) -> tuple[OrderLineRow, ...]:
    found = rows(
        reading,
        "SELECT l.*, i.code, i.description AS item_words, i.unit, i.whole_units FROM order_line l"
        " JOIN item i ON i.item_id = l.item_id WHERE l.order_id = ? ORDER BY l.line",
        head.order_id,
    )
    ids = [row.order_line_id for row in found]
    pulls, options, chains = pulls_of_lines(reading, ids), _options(reading, ids), _chains(reading, ids)
    return tuple(
        OrderLineRow(
            name=f"{head.number}/{row.line}",
            line=row.line,
            item=row.code,
            description=row.description or row.item_words,
            unit=row.unit,
            is_whole=bool(row.whole_units),
            quantity=Quantity(row.quantity),
            shipped=Quantity(row.shipped_quantity),
            due=_day(row.due_date),
            promise=_day(row.promise_date),
            first_promise=_day(row.first_promise_date),
            price=None if row.unit_price is None else Price(row.unit_price),
            amount=None if row.unit_price is None else extended_amount(row.quantity, row.unit_price, currency),
            options=options.get(row.order_line_id, ()),
            tax_percent=None if row.tax_percent is None else Quantity(row.tax_percent),
            status=row.status,
            hold=bool(row.hold),
            is_late=_is_late(row, reading.today),
            because=chains.get(row.order_line_id, ""),
            pulls=pulls.get(row.order_line_id, ()),
        )
        for row in found
    )


def _is_late(row: Row[Any], today: datetime.date) -> bool:
    if row.status != "confirmed" or row.hold or not row.due_date:
        return False
    return bool(row.due_date < today.isoformat() or (row.promise_date and row.promise_date > row.due_date))


def _options(reading: Reading, ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for row in rows(
        reading,
        "SELECT * FROM order_line_option WHERE order_line_id IN (SELECT value FROM json_each(?))"
        " ORDER BY order_line_option_id",
        json.dumps(list(ids)),
    ):
        found[row.order_line_id] = (*found.get(row.order_line_id, ()), (row.option_group, row.option_choice))
    return found


def _chains(reading: Reading, ids: Sequence[int]) -> dict[int, str]:
    demands = {
        row.demand_id: row.order_line_id
        for row in rows(
            reading,
            "SELECT demand_id, order_line_id FROM demand WHERE state = 'open'"
            " AND order_line_id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ids)),
        )
    }
    chains = chains_of_demands(reading, list(demands), true_dates(reading, list(demands)))
    return {demands[demand]: chain for demand, chain in chains.items()}


def _history(reading: Reading, number: str) -> tuple[HistoryEntry, ...]:
    """Audit lines that name the order, the newest first; SO-0014 is not named by SO-00142."""
    found = rows(
        reading,
        "SELECT at, actor, note FROM audit_entry WHERE instr(note, ?) > 0 ORDER BY audit_entry_id DESC LIMIT 200",
        number,
    )
    whole = re.compile(rf"(?<![\w-]){re.escape(number)}(?!\w)")
    return tuple(
        HistoryEntry(
            datetime.datetime.fromisoformat(row.at).replace(tzinfo=datetime.UTC),
            row.actor,
            row.note,
        )
        for row in found
        if whole.search(row.note)
    )


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
