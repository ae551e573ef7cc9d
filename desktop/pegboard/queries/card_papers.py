"""Reads what kanban cards and labels say."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain import codes
from pegboard.domain.codes import ScanCode
from pegboard.domain.configuration import is_configuration
from pegboard.domain.errors import NotFound
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class CardPaper:
    """A kanban card.

    Attributes: number, of: card n of m, the highest number of the item's cards; quantity: one container; location:
    where it is used up; supplier: who refills it, "" for the shop itself, with their sku; lead_time_days: None where it
    is not known; is_extra: it goes round once.
    """

    item: str
    description: str
    unit: str
    number: int
    of: int
    quantity: Quantity
    location: str
    supplier: str
    supplier_sku: str
    lead_time_days: int | None
    is_extra: bool = False

    @property
    def name(self) -> str:
        """How people and the command line call it."""
        return f"KANBAN:{self.item}:{self.number}"

    @property
    def code(self) -> ScanCode:
        """What its barcode says."""
        return ScanCode(codes.KANBAN_CARD, f"{self.item}:{self.number}")


@dataclass(frozen=True, slots=True)
class LabelPaper:
    """A label: one code, what it names in large, and lines of detail below."""

    code: ScanCode
    name: str
    title: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """Cards or labels that share sheets of paper."""

    number: str
    parts: tuple[Any, ...]


def card_papers(reading: Reading, numbers: Sequence[str]) -> tuple[Several, ...]:
    """Return the cards KANBAN:ITEM:CARD, or all cards of an item's code; NotFound names what is neither."""
    found = rows(
        reading,
        "SELECT i.code, i.description, i.unit, k.number, k.is_extra, l.container_quantity, p.code AS location,"
        " l.supplier_id, coalesce(nullif(v.name, ''), v.code, '') AS supplier, coalesce(s.supplier_sku, '') AS sku,"
        " coalesce(s.lead_time_days, v.lead_time_days, i.lead_time_days) AS lead_time,"
        " max(k.number) OVER (PARTITION BY i.item_id) AS cards FROM kanban_card k"
        " JOIN kanban_loop l ON l.kanban_loop_id = k.kanban_loop_id JOIN item i ON i.item_id = l.item_id"
        " JOIN location p ON p.location_id = l.location_id LEFT JOIN supplier v ON v.supplier_id = l.supplier_id"
        " LEFT JOIN supplier_item s ON s.supplier_item_id = (SELECT x.supplier_item_id FROM supplier_item x"
        " WHERE x.item_id = l.item_id AND x.supplier_id = l.supplier_id AND x.active ORDER BY x.rank LIMIT 1)"
        " WHERE k.state <> 'retired' AND i.code IN (SELECT value FROM json_each(?)) ORDER BY i.code, k.number",
        json.dumps([_card_item(number) for number in numbers]),
    )
    cards = [_card(row) for row in found]
    wanted = {number: [card for card in cards if number in (card.name, card.item)] for number in numbers}
    if missing := [number for number, of_it in wanted.items() if not of_it]:
        raise NotFound(
            tr("There is no kanban card {numbers}.", numbers=", ".join(missing)),
            hint=tr("Give an item with cards, or a card as in KANBAN:ITEM:1."),
        )
    parts = tuple(dict.fromkeys(card for of_it in wanted.values() for card in of_it))
    return (Several(", ".join(numbers), parts),)


def _card_item(number: str) -> str:
    parts = number.split(":")
    return parts[1] if len(parts) == 3 and parts[0] == "KANBAN" else number


def _card(row: Row[Any]) -> CardPaper:
    return CardPaper(
        item=row.code,
        description=row.description,
        unit=row.unit,
        number=row.number,
        of=row.cards,
        quantity=Quantity(row.container_quantity),
        location=row.location,
        supplier=row.supplier,
        supplier_sku=row.sku,
        lead_time_days=row.lead_time,
        is_extra=bool(row.is_extra),
    )


def label_papers(reading: Reading, numbers: Sequence[str]) -> tuple[Several, ...]:
    """Return a label for each work order, location, item or STOCK:LOCATION:ITEM[:LOT]; NotFound names what is none."""
    labels = {number: _label(reading, number) for number in numbers}
    if missing := [number for number, label in labels.items() if label is None]:
        raise NotFound(
            tr("There is nothing to label called {numbers}.", numbers=", ".join(missing)),
            hint=tr("Give a job, a location, an item, or stock as in STOCK:MAIN:ITEM."),
        )
    return (Several(", ".join(numbers), tuple(labels.values())),)


def _label(reading: Reading, number: str) -> LabelPaper | None:
    if number.startswith("STOCK:"):
        return _stock_label(reading, number)
    return _job_label(reading, number) or _location_label(reading, number) or _item_label(reading, number)


def _job_label(reading: Reading, number: str) -> LabelPaper | None:
    job = first(
        reading,
        "SELECT w.number, w.quantity, coalesce(nullif(w.revision, ''), i.revision) AS revision, i.code, i.description,"
        " i.unit FROM work_order w JOIN item i ON i.item_id = w.item_id WHERE w.number = ?",
        number,
    )
    if job is None:
        return None
    quantity = tr("{quantity} {unit}", quantity=Quantity(job.quantity), unit=job.unit)
    revision = tr("rev {revision}", revision=job.revision) if job.revision else ""
    details = (job.description, " · ".join(part for part in (quantity, revision, job.number) if part))
    return LabelPaper(ScanCode(codes.WORK_ORDER, job.number), job.code, job.number, details)


def _location_label(reading: Reading, number: str) -> LabelPaper | None:
    place = first(reading, "SELECT code, description FROM location WHERE code = ?", number)
    return place and LabelPaper(ScanCode(codes.LOCATION, place.code), place.code, tr("Bin"), (place.description,))


def _item_label(reading: Reading, number: str) -> LabelPaper | None:
    item = first(reading, "SELECT code, description, unit, revision FROM item WHERE code = ?", number)
    if item is None:
        return None
    revision = tr("rev {revision}", revision=item.revision) if item.revision else ""
    return LabelPaper(ScanCode(codes.ITEM, item.code), item.code, tr("Part"), (item.description, revision))


def _stock_label(reading: Reading, number: str) -> LabelPaper | None:
    location, _, rest = number.removeprefix("STOCK:").partition(":")
    item, _, lot = rest.partition(":")
    stock = first(
        reading,
        "SELECT i.code, i.description, i.unit, i.revision, s.lot, s.quantity, s.received_on, s.expires_on FROM stock s"
        " JOIN item i ON i.item_id = s.item_id JOIN location l ON l.location_id = s.location_id"
        " WHERE l.code = ? AND i.code = ? AND s.lot = ?",
        *(location, item, lot),
    )
    if stock is None:
        return None
    facts = [tr("{quantity} {unit}", quantity=Quantity(stock.quantity), unit=stock.unit)]
    if stock.revision:
        facts.append(tr("rev {revision}", revision=stock.revision))
    if stock.expires_on:
        facts.append(tr("use by {day}", day=stock.expires_on))
    code = ScanCode(codes.ITEM, f"{stock.code}:{stock.lot}" if stock.lot else stock.code)
    title = tr("Lot {lot}", lot=stock.lot) if stock.lot else tr("Part")
    if is_configuration(stock.lot):
        title = str(stock.lot)
    return LabelPaper(code, stock.code, title, (stock.description, " · ".join(facts)))
