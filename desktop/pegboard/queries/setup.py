"""Reads what the shop is set up with: customers, suppliers, work centers, options, the calendar."""

import datetime
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from pegboard.domain.customer import CustomerDraft
from pegboard.domain.quantity import Price, Quantity
from pegboard.domain.supplier import SupplierDraft
from pegboard.domain.work_center import WorkCenterDraft
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer in the list; `orders` open ones."""

    code: str
    draft: CustomerDraft
    is_retired: bool
    orders: int


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier in the list; `articles` of theirs, `orders` drafts and sent ones."""

    code: str
    draft: SupplierDraft
    is_retired: bool
    articles: int
    orders: int


@dataclass(frozen=True, slots=True)
class WorkCenterRow:
    """A work center in the list; `steps` routing steps that name it."""

    code: str
    draft: WorkCenterDraft
    is_retired: bool
    steps: int


@dataclass(frozen=True, slots=True)
class DaysRow:
    """Days in a row that differ from their week alike.

    Attributes: first, last: both included; a weekend between two days off belongs to them.
    """

    first: datetime.date
    last: datetime.date
    working: bool
    note: str
    days: int


def customer_rows(reading: Reading) -> tuple[CustomerRow, ...]:
    """Return all customers, by code."""
    found = rows(
        reading,
        "SELECT c.*, (SELECT count(DISTINCT o.order_id) FROM customer_order o JOIN order_line l"
        " ON l.order_id = o.order_id WHERE o.customer_id = c.customer_id AND l.status IN ('quote', 'confirmed'))"
        " AS orders FROM customer c ORDER BY c.code",
    )
    return tuple(CustomerRow(row.code, customer_draft(row), row.retired_on is not None, row.orders) for row in found)


def supplier_rows(reading: Reading) -> tuple[SupplierRow, ...]:
    """Return all suppliers, by code."""
    found = rows(
        reading,
        "SELECT s.*, (SELECT count(*) FROM supplier_item a WHERE a.supplier_id = s.supplier_id) AS articles,"
        " (SELECT count(*) FROM purchase_order o WHERE o.supplier_id = s.supplier_id AND o.state IN ('draft', 'sent'))"
        " AS orders FROM supplier s ORDER BY s.code",
    )
    return tuple(SupplierRow(row.code, supplier_draft(row), not row.active, row.articles, row.orders) for row in found)


def work_center_rows(reading: Reading) -> tuple[WorkCenterRow, ...]:
    """Return all work centers, by code."""
    found = rows(
        reading,
        "SELECT w.*, (SELECT count(*) FROM routing_operation r WHERE r.work_center_id = w.work_center_id) AS steps"
        " FROM work_center w ORDER BY w.code",
    )
    return tuple(
        WorkCenterRow(row.code, work_center_draft(row), row.retired_on is not None, row.steps) for row in found
    )


def calendar_rows(reading: Reading) -> tuple[DaysRow, ...]:
    """Return the days that differ from their week, those with one note in a row joined, the first ones first."""
    found = [
        (datetime.date.fromisoformat(row.day), bool(row.working), row.note)
        for row in rows(reading, "SELECT day, working, note FROM calendar_day ORDER BY day")
    ]
    joined: list[DaysRow] = []
    for (working, note), group in groupby(found, key=lambda day: day[1:]):
        for day, _working, _note in group:
            before = joined[-1] if joined else None
            if before is not None and (before.working, before.note) == (working, note) and _follows(before.last, day):
                joined[-1] = DaysRow(before.first, day, working, note, before.days + 1)
            else:
                joined.append(DaysRow(day, day, working, note, 1))
    return tuple(joined)


def _follows(before: datetime.date, day: datetime.date) -> bool:
    """Whether only a weekend, if anything, lies between."""
    between = (before + datetime.timedelta(days=place) for place in range(1, (day - before).days))
    return all(each.weekday() >= 5 for each in between)


def customer_draft(row: Row[Any]) -> CustomerDraft:
    """A customer as it can be typed on."""
    return CustomerDraft(
        code=row.code,
        name=row.name,
        contact=row.contact,
        email=row.email,
        phone=row.phone,
        billing_address=row.billing_address,
        shipping_address=row.shipping_address,
        payment_terms_days=row.payment_terms_days,
        discount_percent=None if row.discount_percent is None else Quantity(row.discount_percent),
        discount_days=row.discount_days,
        deposit_percent=Quantity(row.deposit_percent),
        currency=row.currency,
    )


def supplier_draft(row: Row[Any]) -> SupplierDraft:
    """A supplier as it can be typed on."""
    return SupplierDraft(
        code=row.code,
        name=row.name,
        contact=row.contact,
        email=row.email,
        phone=row.phone,
        address=row.address,
        lead_time_days=row.lead_time_days,
        calendar_lead_time=bool(row.calendar_lead_time),
        payment_terms_days=row.payment_terms_days,
        discount_percent=None if row.discount_percent is None else Quantity(row.discount_percent),
        discount_days=row.discount_days,
        currency=row.currency,
    )


def work_center_draft(row: Row[Any]) -> WorkCenterDraft:
    """A work center as it can be typed on."""
    return WorkCenterDraft(
        code=row.code,
        description=row.description,
        hours_per_day=Quantity(row.hours_per_day),
        machines=row.machines,
        hourly_rate=None if row.hourly_rate is None else Price(row.hourly_rate),
        queue_days=Quantity(row.queue_days),
    )


def optionable_items(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return code and words of the items that can have options: active ones, those with options left out."""
    found = rows(
        reading,
        "SELECT i.code, i.description FROM item i WHERE i.active = 1"
        " AND NOT EXISTS (SELECT 1 FROM option_group g WHERE g.item_id = i.item_id)"
        " ORDER BY i.source <> 'make', i.list_price IS NULL, i.code",
    )
    return tuple((row.code, row.description) for row in found)
