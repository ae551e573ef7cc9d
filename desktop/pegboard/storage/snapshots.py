"""Reads a planning snapshot from the workshop file: master data of the items concerned, and the frame around it.

Only items that what is open asks for, and what lies below them, are read: one more order on top of a large plan must
not cost the whole plan. `open_positions` reads demand and supply.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pegboard.domain.configuration import joined
from pegboard.domain.snapshot import (
    Article,
    FirstIds,
    OpenDemand,
    PlanBom,
    PlanBomLine,
    PlanItem,
    PlanningSnapshot,
    PlanOperation,
)
from pegboard.storage import open_positions
from pegboard.storage.bulk import fetch
from pegboard.storage.reading_rows import among, calendar, day_number
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Scope:
    """Which demand an explosion is about.

    Attributes: demand_ids: those alone, or None for all that is open; extra: demand that is not in the file, such as a
    quote or an order that is still being typed (negative ids); master: an earlier snapshot of the same transaction,
    whose items, BOMs and articles still hold, so that they need not be read again;
    dates_hold: the dates of what stands were made true in this transaction.
    """

    demand_ids: frozenset[int] | None = None
    extra: tuple[OpenDemand, ...] = field(default=())
    master: PlanningSnapshot | None = None
    dates_hold: bool = False


def planning_snapshot(
    reading: Reading, scope: Scope, *, combining_days: int, deposit_gates_pull: bool
) -> PlanningSnapshot:
    """Read what an explosion of `scope` needs to know, as of the reading's today."""
    today = reading.today.toordinal()
    demands = open_positions.demands(
        reading, scope.demand_ids, deposit_gates_pull=deposit_gates_pull, dates_hold=scope.dates_hold
    )
    requirements = open_positions.uncovered(reading, scope.demand_ids)
    jobs = open_positions.standing_jobs(reading, {need.job_id for need in requirements if need.job_id is not None})
    asked = {demand.item_id for demand in (*demands, *scope.extra) if not demand.exploded}
    asked |= {need.item_id for need in requirements} | {job.item_id for job in jobs.values()}
    concerned = _closure(reading, asked)
    guesses = _unknown_lead_times(reading, None if scope.demand_ids is None else concerned)
    named = concerned | guesses | {demand.item_id for demand in demands}
    master = scope.master if scope.master is not None and named <= scope.master.items.keys() else None
    boms = master.boms if master is not None else _boms(reading, concerned)
    defaults = master.option_defaults if master is not None else _option_defaults(reading, named)
    return PlanningSnapshot(
        today=today,
        calendar=calendar(reading),
        combining_days=combining_days,
        items=master.items if master is not None else _items(reading, named),
        boms=boms,
        routings=master.routings if master is not None else _routings(reading, concerned),
        articles=master.articles if master is not None else _articles(reading, concerned),
        option_defaults=defaults,
        stock=open_positions.free_stock(reading, concerned),
        supplies=open_positions.supplies(reading, concerned),
        demands=tuple(
            replace(demand, choices=_with_defaults(demand, defaults)) if demand.item_id in defaults else demand
            for demand in (*demands, *scope.extra)
        ),
        requirements=open_positions.with_alternates(requirements, jobs, boms),
        standing_jobs=jobs,
        draft_orders=_draft_orders(reading),
        unknown_lead_times=guesses,
        first=_first_ids(reading),
    )


def _closure(reading: Reading, asked: set[int]) -> set[int]:
    """The items and everything in and below their BOMs, alternates included."""
    known = set(asked)
    level = asked
    while level:
        found: set[int] = set()
        for statement in (
            "SELECT l.component_id FROM bom b JOIN bom_line l ON l.bom_id = b.bom_id WHERE {among}",
            "SELECT a.item_id FROM bom b JOIN bom_line l ON l.bom_id = b.bom_id"
            " JOIN bom_alternate a ON a.bom_line_id = l.bom_line_id WHERE {among}",
        ):
            found.update(row[0] for row in among(reading, statement, "b.item_id", level))
        level = found - known
        known |= level
    return known


def _items(reading: Reading, item_ids: Iterable[int]) -> dict[int, PlanItem]:
    rows = among(
        reading,
        "SELECT item_id, code, source, whole_units, lead_time_days, loss_percent, minimum_quantity, order_multiple,"
        " batching, active, unit FROM item WHERE {among}",
        "item_id",
        item_ids,
    )
    return {
        row[0]: PlanItem(
            row[0], row[1], row[2], bool(row[3]), row[4], row[5], row[6], row[7], row[8], bool(row[9]), row[10]
        )
        for row in rows
    }


def _boms(reading: Reading, item_ids: Iterable[int]) -> dict[int, tuple[PlanBom, ...]]:
    """BOMs by item, each with its lines in order; the BOM of a bought item is kept but not used."""
    wanted = list(item_ids)
    alternates: dict[int, list[int]] = defaultdict(list)
    for line_id, item_id in among(
        reading,
        "SELECT a.bom_line_id, a.item_id FROM bom_alternate a JOIN bom_line l ON l.bom_line_id = a.bom_line_id"
        " JOIN bom b ON b.bom_id = l.bom_id WHERE {among} ORDER BY a.bom_line_id, a.rank",
        "b.item_id",
        wanted,
    ):
        alternates[line_id].append(item_id)
    lines: dict[int, list[PlanBomLine]] = defaultdict(list)
    for row in among(
        reading,
        "SELECT l.bom_id, l.bom_line_id, l.component_id, l.quantity, l.pieces_per_stock, l.per_batch, l.scrap_percent,"
        " l.setup_quantity, l.rounding_multiple, l.operation, l.option_group, l.option_choice, l.valid_from, l.valid_to"
        " FROM bom b JOIN bom_line l ON l.bom_id = b.bom_id WHERE {among} ORDER BY l.bom_id, l.line",
        "b.item_id",
        wanted,
    ):
        lines[row[0]].append(_bom_line(row, tuple(alternates.get(row[1], ()))))
    boms: dict[int, list[PlanBom]] = defaultdict(list)
    for bom_id, item_id, revision, output, first, last in among(
        reading,
        "SELECT b.bom_id, b.item_id, b.revision, b.output_quantity, b.valid_from, b.valid_to FROM bom b"
        " JOIN item i ON i.item_id = b.item_id AND i.source <> 'buy' WHERE {among} ORDER BY b.item_id, b.revision",
        "b.item_id",
        wanted,
    ):
        days = day_number(first), day_number(last)
        boms[item_id].append(PlanBom(bom_id, revision, output, *days, tuple(lines.get(bom_id, ()))))
    return {item_id: tuple(revisions) for item_id, revisions in boms.items()}


def _bom_line(row: Sequence[Any], alternates: tuple[int, ...]) -> PlanBomLine:
    return PlanBomLine(
        component_id=row[2],
        quantity=row[3],
        pieces_per_stock=row[4],
        per_batch=bool(row[5]),
        scrap_percent=row[6],
        setup_quantity=row[7],
        rounding_multiple=row[8],
        operation=row[9],
        option_group=row[10],
        option_choice=row[11],
        valid_from=day_number(row[12]),
        valid_to=day_number(row[13]),
        alternates=alternates,
    )


def _routings(reading: Reading, item_ids: Iterable[int]) -> dict[tuple[int, str], tuple[PlanOperation, ...]]:
    routings: dict[tuple[int, str], list[PlanOperation]] = defaultdict(list)
    for row in among(
        reading,
        "SELECT r.item_id, r.revision, r.sequence, r.setup_minutes, r.run_minutes, COALESCE(w.queue_days, 0),"
        " COALESCE(w.hours_per_day, 0), COALESCE(w.machines, 1), r.supplier_id, COALESCE(s.code, ''),"
        " COALESCE(r.lead_time_days, s.lead_time_days, 0), COALESCE(s.calendar_lead_time, 0), r.price,"
        " r.option_group, r.option_choice"
        " FROM routing_operation r LEFT JOIN work_center w ON w.work_center_id = r.work_center_id"
        " LEFT JOIN supplier s ON s.supplier_id = r.supplier_id"
        " WHERE {among} ORDER BY r.item_id, r.revision, r.sequence",
        "r.item_id",
        item_ids,
    ):
        routings[row[0], row[1]].append(
            PlanOperation(
                sequence=row[2],
                setup_minutes=row[3],
                run_minutes=row[4],
                queue_days=row[5],
                hours_per_day=row[6],
                machines=row[7],
                supplier_id=row[8],
                supplier_code=row[9],
                lead_time_days=row[10],
                calendar_lead_time=bool(row[11]),
                price=row[12],
                option_group=row[13],
                option_choice=row[14],
            )
        )
    return {key: tuple(operations) for key, operations in routings.items()}


def _articles(reading: Reading, item_ids: Iterable[int]) -> dict[int, tuple[Article, ...]]:
    """What active suppliers sell, preferred first; lead times: the article's, else the supplier's, else the item's."""
    wanted = list(item_ids)
    breaks: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for article_id, from_quantity, price in among(
        reading,
        "SELECT p.supplier_item_id, p.from_quantity, p.price FROM price_break p"
        " JOIN supplier_item a ON a.supplier_item_id = p.supplier_item_id WHERE {among}"
        " ORDER BY p.supplier_item_id, p.from_quantity",
        "a.item_id",
        wanted,
    ):
        breaks[article_id].append((from_quantity, price))
    articles: dict[int, list[Article]] = defaultdict(list)
    for row in among(
        reading,
        "SELECT a.item_id, a.supplier_item_id, a.supplier_id, s.code, a.minimum_quantity,"
        " COALESCE(a.order_multiple, a.units_per_purchase_unit), a.maximum_quantity, a.units_per_purchase_unit,"
        " CASE WHEN a.purchase_unit = '' THEN i.unit ELSE a.purchase_unit END,"
        " COALESCE(a.lead_time_days, s.lead_time_days, i.lead_time_days), s.calendar_lead_time"
        " FROM supplier_item a JOIN supplier s ON s.supplier_id = a.supplier_id JOIN item i ON i.item_id = a.item_id"
        " WHERE a.active AND s.active AND {among} ORDER BY a.item_id, a.rank, s.code, a.supplier_sku",
        "a.item_id",
        wanted,
    ):
        articles[row[0]].append(
            Article(
                supplier_item_id=row[1],
                supplier_id=row[2],
                supplier_code=row[3],
                minimum=row[4],
                multiple=row[5],
                maximum=row[6],
                units_per_purchase_unit=row[7],
                purchase_unit=row[8],
                lead_time_days=row[9],
                calendar_lead_time=bool(row[10]),
                breaks=tuple(breaks.get(row[1], ())),
            )
        )
    return {item_id: tuple(ranked) for item_id, ranked in articles.items()}


def _option_defaults(reading: Reading, item_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    defaults: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for item_id, group, choice in among(
        reading,
        "SELECT g.item_id, g.code, c.code FROM option_group g JOIN option_choice c"
        " ON c.option_group_id = g.option_group_id WHERE c.is_default AND {among}",
        "g.item_id",
        item_ids,
    ):
        defaults[item_id].append((group, choice))
    return {item_id: dict(joined(pairs)) for item_id, pairs in defaults.items()}


def _with_defaults(demand: OpenDemand, defaults: Mapping[int, Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({**defaults[demand.item_id], **dict(demand.choices)}.items()))


def _draft_orders(reading: Reading) -> dict[int, tuple[int, str, int]]:
    """The draft purchase order that each supplier's lines go on: the oldest one."""
    rows = fetch(
        reading,
        "SELECT o.supplier_id, o.purchase_order_id, o.number,"
        " COALESCE((SELECT max(line) FROM purchase_line l WHERE l.purchase_order_id = o.purchase_order_id), 0)"
        " FROM purchase_order o WHERE o.state = 'draft' ORDER BY o.purchase_order_id DESC",
    )
    return {supplier: (order_id, number, last) for supplier, order_id, number, last in rows}


def _unknown_lead_times(reading: Reading, item_ids: set[int] | None) -> frozenset[int]:
    """Items, all or of those named, with standing lines of ours whose supplier's lead time nobody knows."""
    statement = (
        "SELECT a.item_id FROM supplier_item a JOIN supplier s ON s.supplier_id = a.supplier_id"
        " JOIN item i ON i.item_id = a.item_id"
        " WHERE COALESCE(a.lead_time_days, s.lead_time_days, i.lead_time_days) IS NULL AND EXISTS"
        " (SELECT 1 FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        "  WHERE l.item_id = a.item_id AND l.state = 'open' AND l.supplier_item_id = a.supplier_item_id"
        "  AND l.order_by_date IS NOT NULL AND o.state IN ('draft', 'sent'))"
    )
    if item_ids is None:
        return frozenset(row[0] for row in fetch(reading, statement))
    return frozenset(row[0] for row in among(reading, statement + " AND {among}", "a.item_id", item_ids))


def _first_ids(reading: Reading) -> FirstIds:
    keys = {
        name: fetch(reading, f"SELECT COALESCE(max({name}_id), 0) + 1 FROM {name}")[0][0]
        for name in ("requirement", "peg", "work_order", "purchase_order", "purchase_line")
    }
    numbers = dict(fetch(reading, "SELECT prefix, next_number FROM number_series WHERE prefix IN ('WO', 'PO')"))
    return FirstIds(**keys, work_order_number=numbers.get("WO", 1), purchase_order_number=numbers.get("PO", 1))
