"""Reads one purchase line in full: who claims it, what has come for it, and whether buying more would cost less."""

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.lots import cheaper_break
from pegboard.domain.purchase_order import LineFigures
from pegboard.domain.quantity import Money, Price, Quantity, divide_half_up, minor_digits
from pegboard.domain.snapshot import Article
from pegboard.queries.pulled_by import Puller, pulled_by
from pegboard.queries.purchasing import PurchaseLineRow, lines
from pegboard.queries.settings import settings
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading

MOST_CLAIMS = 200  # on the screen; a screw for a whole season has thousands


@dataclass(frozen=True, slots=True)
class Claim:
    """A part of a line that is somebody's.

    Attributes: kind: job or demand; number: of the job, or the demand's name; item: that the job makes; demands: at the
    top, most urgent first.
    """

    kind: str
    number: str
    item: str
    quantity: Quantity
    needed: datetime.date
    demands: tuple[Puller, ...]


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """Goods that came for a line on one day, or that were taken back: `reverses` names the receipt then."""

    number: str
    received_on: datetime.date
    quantity: Quantity
    rejected: Quantity
    lot: str
    location: str
    reason: str
    received_by: str
    reverses: str = ""


@dataclass(frozen=True, slots=True)
class Cheaper:
    """Buying `quantity` instead makes the whole line cheaper by `saving`, at `unit_price` each."""

    quantity: Quantity
    unit_price: Price
    saving: Money


@dataclass(frozen=True, slots=True)
class PurchaseLineDetail:
    """A purchase line in full.

    Attributes: claims: earliest need first, at most 200; minimum, multiple, maximum: of the supplier's article, None
    without one; breaks: (from quantity, price); acceptable: how much a receipt may bring without a question.
    """

    row: PurchaseLineRow
    claims: tuple[Claim, ...]
    receipts: tuple[ReceiptRow, ...]
    cheaper: Cheaper | None
    minimum: Quantity | None
    multiple: Quantity | None
    maximum: Quantity | None
    breaks: tuple[tuple[Quantity, Price | None], ...]
    acceptable: Quantity


def line_detail(reading: Reading, key: int) -> PurchaseLineDetail | None:
    """Return the purchase line with this key, None where it is no more."""
    found = lines(reading, [key])
    if not found:
        return None
    article = article_of(reading, key)
    return PurchaseLineDetail(
        row=found[0],
        claims=_claims(reading, key, found[0]),
        receipts=_receipts(reading, key),
        cheaper=_cheaper(reading, key, found[0], article),
        minimum=None if article is None else _maybe(article.minimum),
        multiple=None if article is None else _maybe(article.multiple),
        maximum=None if article is None else _maybe(article.maximum),
        breaks=()
        if article is None
        else tuple((Quantity(start), None if price is None else Price(price)) for start, price in article.breaks),
        acceptable=_acceptable(reading, key),
    )


def _acceptable(reading: Reading, key: int) -> Quantity:
    row = first(
        reading,
        "SELECT l.quantity, l.received_quantity, i.over_receipt_percent FROM purchase_line l"
        " JOIN item i ON i.item_id = l.item_id WHERE l.purchase_line_id = ?",
        key,
    )
    assert row is not None
    percent = row.over_receipt_percent
    if percent is None:
        percent = settings(reading).over_receipt_percent.micro
    return Quantity(LineFigures(row.quantity, row.received_quantity, percent).acceptable)


def article_of(reading: Reading, purchase_line_id: int) -> Article | None:
    """Return what the line's supplier sells of its item, the best ranked where the line names none."""
    row = first(
        reading,
        "SELECT s.*, v.code, v.calendar_lead_time FROM purchase_line l"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN supplier v ON v.supplier_id = o.supplier_id JOIN supplier_item s ON s.supplier_id = o.supplier_id"
        " AND s.item_id = l.item_id AND (l.supplier_item_id IS NULL OR s.supplier_item_id = l.supplier_item_id)"
        " WHERE l.purchase_line_id = ? AND l.work_order_id IS NULL ORDER BY s.active DESC, s.rank LIMIT 1",
        purchase_line_id,
    )
    if row is None:
        return None
    breaks = rows(
        reading,
        "SELECT from_quantity, price FROM price_break WHERE supplier_item_id = ? ORDER BY from_quantity",
        row.supplier_item_id,
    )
    return Article(
        supplier_item_id=row.supplier_item_id,
        supplier_id=row.supplier_id,
        supplier_code=row.code,
        minimum=row.minimum_quantity,
        multiple=row.order_multiple,
        maximum=row.maximum_quantity,
        units_per_purchase_unit=row.units_per_purchase_unit,
        purchase_unit=row.purchase_unit,
        lead_time_days=row.lead_time_days,
        calendar_lead_time=bool(row.calendar_lead_time),
        breaks=tuple((each.from_quantity, each.price) for each in breaks),
    )


def _maybe(micro: int | None) -> Quantity | None:
    return None if micro is None else Quantity(micro)


def _cheaper(reading: Reading, key: int, line: PurchaseLineRow, article: Article | None) -> Cheaper | None:
    """What the next price break would save; only while the line may still be changed."""
    if article is None or line.order_state != "draft" or not line.is_open:
        return None
    found = cheaper_break(article, line.quantity.micro, whole=line.is_whole)
    if found is None:
        return None
    quantity, price, saving = found
    currency = line.amount.currency if line.amount else settings(reading).currency
    minor = divide_half_up(saving, 10 ** (12 - minor_digits(currency)))
    return Cheaper(Quantity(quantity), Price(price), Money(minor, currency))


def _claims(reading: Reading, key: int, line: PurchaseLineRow) -> tuple[Claim, ...]:
    found = list(rows(reading, _CLAIMS, key, MOST_CLAIMS)) or list(rows(reading, _SERVICE, key))
    jobs = pulled_by(reading, {row.work_order_id for row in found if row.work_order_id is not None})
    return tuple(
        Claim(
            kind="demand" if row.work_order_id is None else "job",
            number=row.number,
            item=row.code,
            quantity=Quantity(row.quantity),
            needed=datetime.date.fromisoformat(row.need_date),
            demands=() if row.work_order_id is None else jobs[row.work_order_id].demands,
        )
        for row in found
    )


_CLAIMS = (
    "SELECT p.quantity, r.need_date, r.work_order_id, coalesce(w.number, d.name) AS number,"
    " coalesce(made.code, '') AS code FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
    " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
    " LEFT JOIN item made ON made.item_id = w.item_id"
    " WHERE p.purchase_line_id = ? ORDER BY r.need_date, r.requirement_id LIMIT ?"
)
_SERVICE = (
    "SELECT l.quantity, w.due_date AS need_date, w.work_order_id, w.number, i.code FROM purchase_line l"
    " JOIN work_order w ON w.work_order_id = l.work_order_id JOIN item i ON i.item_id = w.item_id"
    " WHERE l.purchase_line_id = ?"
)


def _receipts(reading: Reading, key: int) -> tuple[ReceiptRow, ...]:
    found = rows(
        reading,
        "SELECT r.*, coalesce(s.lot, '') AS lot, coalesce(place.code, '') AS location,"
        " coalesce(back.number, '') AS reverses FROM receipt r"
        " LEFT JOIN receipt back ON back.receipt_id = r.reverses_id"
        " LEFT JOIN stock s ON s.stock_id = r.stock_id LEFT JOIN location place ON place.location_id = s.location_id"
        " WHERE r.purchase_line_id = ? ORDER BY r.receipt_id",
        key,
    )
    return tuple(_receipt(row) for row in found)


def _receipt(row: Row[Any]) -> ReceiptRow:
    return ReceiptRow(
        number=row.number,
        received_on=datetime.date.fromisoformat(row.received_on),
        quantity=Quantity(row.quantity),
        rejected=Quantity(row.rejected_quantity),
        lot=row.lot,
        location=row.location,
        reason=row.reason,
        received_by=row.received_by,
        reverses=row.reverses,
    )
