"""Keeps items, BOMs, routings and supplier articles; what is wrong with one is told all at once."""

import datetime
from collections.abc import Sequence
from typing import Any

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.item import (
    ArticleDraft,
    BomDraft,
    BomLineDraft,
    ItemDraft,
    OperationDraft,
    Period,
    check_article,
    check_bom,
    check_item,
    check_routing,
)
from pegboard.domain.problem import Problem
from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.queries.items import item_draft
from pegboard.queries.lookups import item_named, supplier_coded
from pegboard.services.boms import refresh_low_level_codes
from pegboard.services.seats import joined, joined_rows
from pegboard.storage.rows import add, change, first, number, rows, run
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.boms import Bom, BomAlternate, BomLine, RoutingOperation
from pegboard.storage.tables.items import Item
from pegboard.storage.tables.suppliers import PriceBreak, SupplierItem


def create_item(tx: Transaction, draft: ItemDraft) -> None:
    """Enter a new item. Raises InvalidInput with all that is wrong with it."""
    _require(check_item(draft, _codes(tx, "item")))
    add(tx, Item, code=draft.code, source=draft.source, **_item_columns(draft))
    tx.changed("item")
    tx.note(tr("New item {code}.", code=draft.code))


def update_item(tx: Transaction, code: str, draft: ItemDraft, *, seen: ItemDraft | None = None) -> None:
    """Change an item, and its code where the draft has another one.

    What another seat changed since it was `seen` stays. Raises InvalidInput with all that is wrong, Refused where the
    tracking of an item in stock would change, ChangedMeanwhile where another seat changed the same.
    """
    row = item_named(tx, code)
    draft = joined(tx, "item", code, draft, seen=seen, now=item_draft(row))
    _require(check_item(draft, _codes(tx, "item") - {code}))
    in_stock = number(tx, "SELECT sum(quantity) FROM stock WHERE item_id = ?", row.item_id)
    if in_stock and draft.tracking != row.tracking:
        raise Refused(
            tr("{code} is in stock, so its tracking cannot change.", code=code),
            hint=tr("Use up or count it to 0 first."),
        )
    change(
        tx,
        Item,
        row.item_id,
        code=draft.code,
        source=draft.source,
        row_version=row.row_version + 1,
        **_item_columns(draft),
    )
    tx.changed("item")
    tx.note(tr("Changed item {code}.", code=draft.code))


def save_bom(tx: Transaction, draft: BomDraft, *, seen: BomDraft | None = None) -> None:
    """Keep a revision of an item's BOM, new or changed; released jobs hold their own copy.

    What another seat changed since it was `seen` stays. Raises InvalidInput with all that is wrong, CyclicBom (a
    Refused) with the codes of a cycle, ChangedMeanwhile where another seat changed the same.
    """
    if seen is not None:
        now = load_bom(tx, draft.item, draft.revision)
        draft = joined(tx, "bom", draft.item, draft, seen=seen, now=now, lists={"lines": bom_line_key})
    item = first(tx, "SELECT item_id FROM item WHERE code = ?", draft.item)
    others = _revisions(tx, item.item_id) if item is not None else {}
    _require(check_bom(draft, _codes(tx, "item"), others, _choices(tx)))
    assert item is not None
    bom_id = number(tx, "SELECT bom_id FROM bom WHERE item_id = ? AND revision = ?", item.item_id, draft.revision)
    columns = {
        "output_quantity": draft.output_quantity.micro,
        "valid_from": draft.valid_from,
        "valid_to": draft.valid_to,
    }
    if bom_id:
        change(tx, Bom, bom_id, **columns)
        run(tx, "DELETE FROM bom_line WHERE bom_id = ?", bom_id)
    else:
        bom_id = add(tx, Bom, item_id=item.item_id, revision=draft.revision, **columns)
    for place, line in enumerate(draft.lines, 1):
        _write_bom_line(tx, bom_id, place, line)
    refresh_low_level_codes(tx)
    tx.changed("bom", "item")
    tx.note(tr("BOM of {item} revision {revision}.", item=draft.item, revision=draft.revision or "-"))


def load_bom(reading: Reading, item: str, revision: str = "") -> BomDraft:
    """A revision of an item's BOM as it can be typed on. NotFound where there is none."""
    row = first(
        reading,
        "SELECT b.* FROM bom b JOIN item i ON i.item_id = b.item_id WHERE i.code = ? AND b.revision = ?",
        item,
        revision,
    )
    if row is None:
        raise NotFound(
            tr("{item} has no BOM revision {revision}.", item=item, revision=revision or "-"),
            hint=tr("Look up its revisions first."),
        )
    return BomDraft(
        item=item,
        revision=row.revision,
        output_quantity=Quantity(row.output_quantity),
        valid_from=_day(row.valid_from),
        valid_to=_day(row.valid_to),
        lines=tuple(_bom_lines(reading, row.bom_id)),
    )


def new_revision(tx: Transaction, item: str, revision: str, new: str, valid_from: datetime.date) -> None:
    """Copy a BOM revision exactly, with its routing, under a new name that holds from a day on; the old one ends.

    Raises NotFound, Refused where the old one does not hold on the day before, InvalidInput where the name is taken.
    """
    old = load_bom(tx, item, revision)
    row = item_named(tx, item)
    if new in _revisions(tx, row.item_id):
        raise InvalidInput(
            tr("{item} has a revision {new} already.", item=item, new=new), hint=tr("Choose another name.")
        )
    if old.valid_from is not None and valid_from <= old.valid_from:
        raise Refused(
            tr("Revision {revision} begins only on {date}.", revision=revision or "-", date=old.valid_from),
            hint=tr("Let the new one begin later."),
        )
    last_day = valid_from - datetime.timedelta(days=1)
    run(
        tx,
        "UPDATE bom SET valid_to = ? WHERE item_id = ? AND revision = ? AND (valid_to IS NULL OR valid_to > ?)",
        last_day.isoformat(),
        row.item_id,
        revision,
        last_day.isoformat(),
    )
    save_bom(
        tx,
        BomDraft(
            item=item,
            revision=new,
            output_quantity=old.output_quantity,
            valid_from=valid_from,
            valid_to=old.valid_to if old.valid_to is not None and old.valid_to >= valid_from else None,
            lines=old.lines,
        ),
    )
    steps = load_routing(tx, item, revision)
    if steps:
        save_routing(tx, item, steps, new)


def save_routing(
    tx: Transaction,
    item: str,
    steps: Sequence[OperationDraft],
    revision: str = "",
    *,
    seen: Sequence[OperationDraft] | None = None,
) -> None:
    """Keep the routing of an item's revision ('' serves all that have none of their own); no steps take it away.

    What another seat changed since it was `seen` stays. Raises InvalidInput with all that is wrong, ChangedMeanwhile
    where another seat changed the same.
    """
    row = item_named(tx, item)
    there = load_routing(tx, item, revision)
    steps = joined_rows(tx, "routing", item, steps, seen=seen, now=there, key=lambda step: step.sequence)
    _require(check_routing(steps, _codes(tx, "work_center"), _codes(tx, "supplier"), _choices(tx)))
    run(tx, "DELETE FROM routing_operation WHERE item_id = ? AND revision = ?", row.item_id, revision)
    for step in steps:
        add(
            tx,
            RoutingOperation,
            item_id=row.item_id,
            revision=revision,
            sequence=step.sequence,
            work_center_id=_key(tx, "work_center", step.work_center),
            supplier_id=_key(tx, "supplier", step.supplier),
            description=step.description,
            instructions=step.instructions,
            setup_minutes=step.setup_minutes.micro,
            run_minutes=step.run_minutes.micro,
            lead_time_days=step.lead_time_days,
            price=step.price.micro if step.price is not None else None,
            option_group=step.option_group,
            option_choice=step.option_choice,
        )
    tx.changed("routing", "item")
    tx.note(tr("Routing of {item}.", item=item))


def load_routing(reading: Reading, item: str, revision: str = "") -> tuple[OperationDraft, ...]:
    """The steps of an item's routing as they can be typed on."""
    found = rows(
        reading,
        "SELECT r.*, c.code AS work_center, s.code AS supplier FROM routing_operation r"
        " JOIN item i ON i.item_id = r.item_id LEFT JOIN work_center c ON c.work_center_id = r.work_center_id"
        " LEFT JOIN supplier s ON s.supplier_id = r.supplier_id WHERE i.code = ? AND r.revision = ?"
        " ORDER BY r.sequence",
        item,
        revision,
    )
    return tuple(
        OperationDraft(
            sequence=row.sequence,
            work_center=row.work_center or "",
            supplier=row.supplier or "",
            description=row.description,
            instructions=row.instructions,
            setup_minutes=Quantity(row.setup_minutes),
            run_minutes=Quantity(row.run_minutes),
            lead_time_days=row.lead_time_days,
            price=Price(row.price) if row.price is not None else None,
            option_group=row.option_group,
            option_choice=row.option_choice,
        )
        for row in found
    )


def save_article(tx: Transaction, draft: ArticleDraft) -> None:
    """Keep what a supplier sells of an item, new or changed, with its price breaks."""
    units = {row.code: row.unit for row in rows(tx, "SELECT code, unit FROM item WHERE code = ?", draft.item)}
    _require(check_article(draft, units, _codes(tx, "supplier")))
    item, supplier = item_named(tx, draft.item), supplier_coded(tx, draft.supplier)
    known = number(
        tx,
        "SELECT supplier_item_id FROM supplier_item WHERE supplier_id = ? AND item_id = ? AND supplier_sku = ?",
        supplier.supplier_id,
        item.item_id,
        draft.supplier_sku,
    )
    columns = _article_columns(draft)
    if known:
        change(tx, SupplierItem, known, **columns)
        run(tx, "DELETE FROM price_break WHERE supplier_item_id = ?", known)
    else:
        known = add(
            tx,
            SupplierItem,
            supplier_id=supplier.supplier_id,
            item_id=item.item_id,
            supplier_sku=draft.supplier_sku,
            **columns,
        )
    for start, price in draft.breaks:
        add(
            tx,
            PriceBreak,
            supplier_item_id=known,
            from_quantity=start.micro,
            price=price.micro if price is not None else None,
        )
    tx.changed("supplier_item", "item")
    tx.note(tr("{supplier} sells {item}.", supplier=draft.supplier, item=draft.item))


def bom_line_key(line: BomLineDraft) -> tuple[str, ...]:
    """What tells the lines of a BOM apart."""
    return line.component, line.option_group, line.option_choice, line.position


def _require(problems: Sequence[Problem]) -> None:
    if problems:
        told = " ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise InvalidInput(told, hint=tr("Nothing was kept."))


def _codes(reading: Reading, table: str) -> set[str]:
    return {row.code for row in rows(reading, f"SELECT code FROM {table}")}


def _key(tx: Transaction, table: str, code: str) -> int | None:
    return number(tx, f"SELECT {table}_id FROM {table} WHERE code = ?", code) if code else None


def _choices(reading: Reading) -> set[tuple[str, str]]:
    found = rows(
        reading,
        'SELECT g.code AS "group", c.code AS choice FROM option_group g'
        " JOIN option_choice c ON c.option_group_id = g.option_group_id",
    )
    return {(row.group, row.choice) for row in found}


def _revisions(reading: Reading, item_id: int) -> dict[str, Period]:
    found = rows(reading, "SELECT revision, valid_from, valid_to FROM bom WHERE item_id = ?", item_id)
    return {row.revision: Period(_day(row.valid_from), _day(row.valid_to)) for row in found}


def _item_columns(draft: ItemDraft) -> dict[str, Any]:
    return {
        "description": draft.description,
        "unit": draft.unit,
        "whole_units": draft.whole_units,
        "lead_time_days": draft.lead_time_days,
        "standard_cost": _micro(draft.standard_cost),
        "list_price": _micro(draft.list_price),
        "tracking": draft.tracking,
        "batching": draft.batching,
        "loss_percent": draft.loss_percent.micro,
        "minimum_quantity": _micro(draft.minimum_quantity),
        "order_multiple": _micro(draft.order_multiple),
        "revision": draft.revision,
        "drawing": draft.drawing,
        "active": draft.active,
        "over_receipt_percent": _micro(draft.over_receipt_percent),
    }


def _article_columns(draft: ArticleDraft) -> dict[str, Any]:
    return {
        "purchase_unit": draft.purchase_unit,
        "units_per_purchase_unit": draft.units_per_purchase_unit.micro,
        "minimum_quantity": _micro(draft.minimum_quantity),
        "order_multiple": _micro(draft.order_multiple),
        "maximum_quantity": _micro(draft.maximum_quantity),
        "lead_time_days": draft.lead_time_days,
        "manufacturer": draft.manufacturer,
        "manufacturer_part": draft.manufacturer_part,
        "rank": draft.rank,
        "active": draft.active,
    }


def _write_bom_line(tx: Transaction, bom_id: int, place: int, line: BomLineDraft) -> None:
    line_id = add(
        tx,
        BomLine,
        bom_id=bom_id,
        line=place,
        component_id=item_named(tx, line.component).item_id,
        quantity=_micro(line.quantity),
        pieces_per_stock=_micro(line.pieces_per_stock),
        per_batch=line.per_batch,
        scrap_percent=line.scrap_percent.micro,
        setup_quantity=line.setup_quantity.micro,
        rounding_multiple=_micro(line.rounding_multiple),
        operation=line.operation,
        position=line.position,
        option_group=line.option_group,
        option_choice=line.option_choice,
        valid_from=line.valid_from,
        valid_to=line.valid_to,
    )
    for rank, alternate in enumerate(line.alternates, 1):
        add(tx, BomAlternate, bom_line_id=line_id, rank=rank, item_id=item_named(tx, alternate).item_id)


def _bom_lines(reading: Reading, bom_id: int) -> list[BomLineDraft]:
    alternates: dict[int, list[str]] = {}
    for row in rows(
        reading,
        "SELECT a.bom_line_id, i.code FROM bom_alternate a JOIN item i ON i.item_id = a.item_id"
        " JOIN bom_line l ON l.bom_line_id = a.bom_line_id WHERE l.bom_id = ? ORDER BY a.bom_line_id, a.rank",
        bom_id,
    ):
        alternates.setdefault(row.bom_line_id, []).append(row.code)
    found = rows(
        reading,
        "SELECT l.*, i.code AS component FROM bom_line l JOIN item i ON i.item_id = l.component_id"
        " WHERE l.bom_id = ? ORDER BY l.line",
        bom_id,
    )
    return [
        BomLineDraft(
            component=row.component,
            quantity=_quantity(row.quantity),
            pieces_per_stock=_quantity(row.pieces_per_stock),
            per_batch=bool(row.per_batch),
            scrap_percent=Quantity(row.scrap_percent),
            setup_quantity=Quantity(row.setup_quantity),
            rounding_multiple=_quantity(row.rounding_multiple),
            operation=row.operation,
            position=row.position,
            option_group=row.option_group,
            option_choice=row.option_choice,
            alternates=tuple(alternates.get(row.bom_line_id, ())),
            valid_from=_day(row.valid_from),
            valid_to=_day(row.valid_to),
        )
        for row in found
    ]


def _micro(value: Quantity | Price | None) -> int | None:
    return None if value is None else value.micro


def _quantity(value: int | None) -> Quantity | None:
    return None if value is None else Quantity(value)


def _day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)
