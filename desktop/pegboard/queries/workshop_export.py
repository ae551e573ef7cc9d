"""Reads the workshop as the files of the workshop folder: for each file its rows, in the order they are written.

Values are as they lie in the tables; choices and alternates are joined as the files have them. Orders, purchases, work
orders and sales come in entry order, everything else by key. Left out: stock of zero, supply that is not open any more,
and lines that buy an operation, which belong to their work order. An order line that has shipped in part is there with
what is still to be shipped.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from pegboard.domain.configuration import is_configuration
from pegboard.domain.portions import mean_cost
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

Rows = list[tuple[Any, ...]]

_STATEMENTS = {
    "settings": "SELECT name, value FROM setting WHERE value <> '' ORDER BY name",
    "items": """
        SELECT code, description, source, unit, whole_units, lead_time_days, standard_cost, list_price, tracking,
            batching, loss_percent, minimum_quantity, order_multiple, revision, drawing, active
        FROM item ORDER BY code""",
    "boms": """
        SELECT i.code, b.revision, b.output_quantity, b.valid_from, b.valid_to
        FROM bom b JOIN item i USING (item_id) ORDER BY i.code, b.revision""",
    "bom_lines": """
        SELECT p.code, b.revision, l.line, c.code, l.quantity, CASE l.per_batch WHEN 0 THEN 'unit' ELSE 'batch' END,
            l.scrap_percent, l.setup_quantity, l.rounding_multiple, l.pieces_per_stock, l.operation, l.position,
            CASE l.option_group WHEN '' THEN '' ELSE l.option_group || '=' || l.option_choice END, l.bom_line_id,
            l.valid_from, l.valid_to
        FROM bom_line l JOIN bom b USING (bom_id) JOIN item p ON p.item_id = b.item_id
            JOIN item c ON c.item_id = l.component_id
        ORDER BY p.code, b.revision, l.line""",
    "options": """
        SELECT i.code, g.code, c.code, c.description, c.price_extra, c.is_default, g.required
        FROM option_choice c JOIN option_group g USING (option_group_id) JOIN item i USING (item_id)
        ORDER BY i.code, g.code, c.code""",
    "work_centers": """
        SELECT code, description, hours_per_day, machines, hourly_rate, queue_days FROM work_center ORDER BY code""",
    "routings": """
        SELECT i.code, r.revision, r.sequence, w.code, r.description, r.instructions, r.setup_minutes, r.run_minutes,
            s.code, r.lead_time_days, r.price
        FROM routing_operation r JOIN item i USING (item_id) LEFT JOIN work_center w USING (work_center_id)
            LEFT JOIN supplier s ON s.supplier_id = r.supplier_id
        ORDER BY i.code, r.revision, r.sequence""",
    "suppliers": """
        SELECT code, name, contact, email, phone, address, lead_time_days,
            CASE calendar_lead_time WHEN 0 THEN 'working' ELSE 'calendar' END, payment_terms_days, currency, active
        FROM supplier ORDER BY code""",
    "supplier_items": """
        SELECT s.code, i.code, a.supplier_sku, coalesce(b.from_quantity, 0), a.purchase_unit, a.units_per_purchase_unit,
            a.minimum_quantity, a.order_multiple, a.maximum_quantity, a.lead_time_days, b.price, a.manufacturer,
            a.manufacturer_part, a.rank, a.active
        FROM supplier_item a JOIN supplier s USING (supplier_id) JOIN item i USING (item_id)
            LEFT JOIN price_break b USING (supplier_item_id)
        ORDER BY s.code, i.code, a.supplier_sku, b.from_quantity""",
    "customers": """
        SELECT code, name, contact, email, phone, billing_address, shipping_address, payment_terms_days,
            deposit_percent, currency
        FROM customer ORDER BY code""",
    "stock": """
        SELECT i.code, l.code, s.lot, s.quantity, s.unit_cost, s.received_on, s.expires_on, s.status
        FROM stock s JOIN item i USING (item_id) JOIN location l USING (location_id)
        WHERE s.quantity > 0 ORDER BY i.code, l.code, s.lot""",
    "orders": """
        SELECT o.number, l.line, c.code, o.order_date, i.code,
            CASE WHEN l.status = 'confirmed' THEN l.quantity - l.shipped_quantity ELSE l.quantity END,
            l.due_date, l.unit_price, l.tax_percent, l.order_line_id, l.description, o.customer_reference, o.ship_to,
            o.freight, o.deposit_percent, o.deposit_paid_on, l.status, l.hold, l.shipped_on, l.invoiced_on, l.paid_on
        FROM order_line l JOIN customer_order o USING (order_id) JOIN customer c USING (customer_id)
            JOIN item i USING (item_id)
        ORDER BY l.order_line_id""",
    "open_purchases": """
        SELECT o.number, l.line, s.code, i.code, l.quantity - l.received_quantity, l.due_date, l.unit_price,
            o.ordered_on, o.state
        FROM purchase_line l JOIN purchase_order o USING (purchase_order_id) JOIN supplier s USING (supplier_id)
            JOIN item i ON i.item_id = l.item_id
        WHERE l.state = 'open' AND o.state IN ('draft', 'sent') AND l.quantity > l.received_quantity
            AND l.work_order_id IS NULL
        ORDER BY l.purchase_line_id""",
    "purchase_history": """
        SELECT h.purchase_order, h.line, s.code, i.code, h.quantity, h.unit_price, h.ordered_on, h.promised_on,
            h.received_on, h.billed_on, h.paid_on
        FROM purchase_history h JOIN supplier s USING (supplier_id) JOIN item i USING (item_id)
        ORDER BY h.purchase_history_id""",
    "open_work_orders": """
        SELECT w.number, i.code, w.quantity - w.completed_quantity, w.start_date, w.due_date,
            w.components_issued OR (
                EXISTS (SELECT 1 FROM requirement r WHERE r.work_order_id = w.work_order_id)
                AND NOT EXISTS (SELECT 1 FROM requirement r
                    WHERE r.work_order_id = w.work_order_id AND r.issued_quantity < r.quantity))
        FROM work_order w JOIN item i USING (item_id)
        WHERE w.state IN ('planned', 'released', 'in_progress') AND w.quantity > w.completed_quantity
        ORDER BY w.work_order_id""",
    "kanban_loops": """
        SELECT i.code, coalesce(s.code, 'make'), l.code, k.container_quantity, k.cards
        FROM kanban_loop k JOIN item i USING (item_id) JOIN location l USING (location_id)
            LEFT JOIN supplier s USING (supplier_id)
        WHERE k.cards IS NULL OR k.cards > 0
        ORDER BY i.code, coalesce(s.code, 'make'), l.code""",
    "replenishment": """
        SELECT i.code, l.code, r.order_up_to
        FROM replenishment r JOIN item i USING (item_id) JOIN location l USING (location_id)
        ORDER BY i.code, l.code""",
    "buffers": """
        SELECT i.code, b.quantity, b.reason FROM buffer b JOIN item i USING (item_id) ORDER BY i.code""",
    "pos_sales": """
        SELECT p.reference, p.line, p.sold_at, l.code, i.code, p.quantity, p.unit_price, p.signalled
        FROM pos_sale p JOIN location l USING (location_id) JOIN item i USING (item_id)
        ORDER BY p.pos_sale_id""",
    "calendar": "SELECT day, working, note FROM calendar_day ORDER BY day",
}
_ALTERNATES_PLACE = 13  # of alternates in a row of bom_lines; the statement has the line's id there
_LOT_PLACE = 2  # of the lot in a row of stock
_OPTIONS_PLACE = 9  # of options in a row of orders, likewise


def file_rows(reading: Reading, name: str) -> Rows:
    """All rows of one file, values in the order of its columns."""
    rows = cast(Rows, list(fetch(reading, _STATEMENTS[name])))
    if name == "bom_lines":
        return _with_texts(rows, _ALTERNATES_PLACE, _alternates(reading))
    if name == "orders":
        return _with_texts(rows, _OPTIONS_PLACE, _options(reading))
    return _without_choices(rows) if name == "stock" else rows


def _without_choices(rows: Rows) -> Rows:
    """One row for each item, location and lot: what was made to options is told with what was made to none."""
    found: dict[tuple[object, ...], list[tuple[Any, ...]]] = {}
    for row in rows:
        lot = "" if is_configuration(row[_LOT_PLACE]) else row[_LOT_PLACE]
        found.setdefault((*row[:_LOT_PLACE], lot), []).append(row)
    return [(*key, *_added_up(own)) for key, own in found.items()]


def _added_up(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Quantity and mean cost of stock rows; the rest as of the first, which is the one without options."""
    first = rows[0][_LOT_PLACE + 1 :]
    if len(rows) == 1:
        return first
    quantities, costs = ([row[_LOT_PLACE + place] for row in rows] for place in (1, 2))
    return sum(quantities), mean_cost(zip(quantities, costs, strict=True)), *first[2:]


def _with_texts(rows: Rows, place: int, texts: dict[int, str]) -> Rows:
    """Put the text of each row's id in place of the id."""
    return [(*row[:place], texts.get(row[place], ""), *row[place + 1 :]) for row in rows]


def _alternates(reading: Reading) -> dict[int, str]:
    rows = fetch(
        reading,
        "SELECT bom_line_id, code FROM bom_alternate JOIN item USING (item_id) ORDER BY bom_line_id, rank",
    )
    return _joined(rows)


def _options(reading: Reading) -> dict[int, str]:
    rows = fetch(
        reading,
        "SELECT order_line_id, option_group || '=' || option_choice FROM order_line_option"
        " ORDER BY order_line_id, order_line_option_id",
    )
    return _joined(rows)


def _joined(rows: Sequence[tuple[object, ...]]) -> dict[int, str]:
    texts: dict[int, list[str]] = defaultdict(list)
    for row_id, text in rows:
        texts[cast(int, row_id)].append(str(text))
    return {row_id: ";".join(parts) for row_id, parts in texts.items()}
