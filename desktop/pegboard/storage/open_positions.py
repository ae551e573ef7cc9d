"""Reads what is open: demand, uncovered requirements, free stock, supply, and the jobs that requirements hang on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pegboard.domain.configuration import is_configuration, joined
from pegboard.domain.snapshot import Choices, FreeStock, OpenDemand, OpenRequirement, OpenSupply, PlanBom, StandingJob
from pegboard.storage.bulk import fetch
from pegboard.storage.chains import chains_of_demands
from pegboard.storage.reading_rows import among, calendar, day_number
from pegboard.storage.store import Reading
from pegboard.storage.true_dates import TrueDates, true_dates

OPEN_JOBS = "('planned', 'released', 'in_progress')"

# Whether an imported job (w) still pulls its components, for what of it is pegged: nothing pulled it when it was
# written, nobody signed for it, and its components were not issued. Its surplus reason may change meanwhile.
PULLS_FOR_PEGS = (
    "CASE WHEN w.pulled_quantity = 0 AND w.components_issued = 0 AND NOT EXISTS"
    " (SELECT 1 FROM stock_build b WHERE b.work_order_id = w.work_order_id) THEN 1 ELSE 0 END"
)

_DEMANDS = (
    "SELECT d.demand_id, d.kind, d.name, d.item_id, d.quantity, d.need_date, l.due_date, o.order_date, d.raised_at,"
    " d.order_line_id, d.location_id,"
    " EXISTS (SELECT 1 FROM requirement r WHERE r.demand_id = d.demand_id),"
    " COALESCE(o.deposit_percent, c.deposit_percent, 0) > 0 AND o.deposit_paid_on IS NULL"
    " FROM demand d LEFT JOIN order_line l ON l.order_line_id = d.order_line_id"
    " LEFT JOIN customer_order o ON o.order_id = l.order_id LEFT JOIN customer c ON c.customer_id = o.customer_id"
    " WHERE d.state = 'open'"
)


def demands(
    reading: Reading, demand_ids: frozenset[int] | None, *, deposit_gates_pull: bool, dates_hold: bool = False
) -> tuple[OpenDemand, ...]:
    """Open demands, those named or all, with their choices as given; exploded ones with the day they can be met.

    With `dates_hold` the dates of what stands are true as they stand.
    """
    if demand_ids is None:
        rows = fetch(reading, _DEMANDS + " ORDER BY d.demand_id")
    else:
        rows = list(among(reading, _DEMANDS + " AND {among}", "d.demand_id", demand_ids))
    choices = _choices(reading, rows, everything=demand_ids is None)
    exploded = [row[0] for row in rows if row[11]]
    pushed = TrueDates()
    if exploded and not dates_hold:
        pushed = true_dates(reading, None if demand_ids is None else exploded)
    ready = _ready(reading, exploded, pushed, everything=demand_ids is None)
    today, days = reading.today.toordinal(), calendar(reading)
    found = []
    for row in rows:
        given = day_number(row[6] if row[1] == "order" else row[5])
        found.append(
            OpenDemand(
                demand_id=row[0],
                kind=row[1],
                name=row[2],
                item_id=row[3],
                quantity=row[4],
                due=None if given is None else max(today, days.on_or_before(given)),
                given_due=given,
                order_date=day_number(row[7] or str(row[8])[:10]) or 0,
                entry=row[9] or row[0],
                choices=choices.get(row[9], ()),
                location_id=row[10],
                exploded=bool(row[11]),
                ready=ready.get(row[0]),
                waits_for_deposit=bool(row[12]) and deposit_gates_pull and not row[11],
            )
        )
    late = {
        demand.demand_id
        for demand in found
        if demand.exploded
        and demand.given_due is not None
        and max(today, demand.ready or 0) > days.on_or_before(demand.given_due)
    }
    chains = chains_of_demands(reading, late, pushed)
    return tuple(
        replace(demand, chain=chains[demand.demand_id]) if demand.demand_id in chains else demand for demand in found
    )


def _choices(
    reading: Reading, rows: Iterable[tuple[Any, ...]], *, everything: bool
) -> dict[int, tuple[tuple[str, str], ...]]:
    statement = "SELECT order_line_id, option_group, option_choice FROM order_line_option"
    if everything:
        chosen: Iterable[tuple[Any, ...]] = fetch(reading, statement)
    else:
        lines = [row[9] for row in rows if row[9] is not None]
        chosen = among(reading, statement + " WHERE {among}", "order_line_id", lines)
    choices: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for line_id, group, choice in chosen:
        choices[line_id].append((group, choice))
    return {line_id: joined(pairs) for line_id, pairs in choices.items()}


def _ready(reading: Reading, exploded: list[int], pushed: TrueDates, *, everything: bool) -> dict[int, int]:
    """The day on which all that is pegged to each demand is there; overdue supply comes today."""
    statement = (
        "SELECT r.demand_id, max(COALESCE(w.due_date, l.promised_date, l.due_date)) FROM requirement r"
        " JOIN peg p ON p.requirement_id = r.requirement_id"
        " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
        " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
        " WHERE r.demand_id IS NOT NULL{more} GROUP BY r.demand_id"
    )
    if not exploded:
        return {}
    today = reading.today.toordinal()
    if everything:
        rows: Iterable[tuple[Any, ...]] = fetch(reading, statement.format(more=""))
    else:
        rows = among(reading, statement.replace("{more}", " AND {among}"), "r.demand_id", exploded)
    ready = {demand_id: max(today, day_number(day) or 0) for demand_id, day in rows}
    for column, moved in (("work_order_id", pushed.jobs), ("purchase_line_id", pushed.lines)):
        for demand_id, key in among(
            reading,
            f"SELECT r.demand_id, p.{column} FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
            " WHERE r.demand_id IS NOT NULL AND {among}",
            f"p.{column}",
            moved,
        ):
            if demand_id in ready:
                ready[demand_id] = max(ready[demand_id], moved[key].due)
    return ready


_UNCOVERED = (
    "SELECT r.requirement_id, r.item_id, r.quantity,"
    " r.quantity - r.issued_quantity - COALESCE((SELECT sum(p.quantity) FROM peg p"
    "  WHERE p.requirement_id = r.requirement_id), 0) AS uncovered,"
    " r.need_date, r.operation, r.demand_id, r.work_order_id FROM requirement r"
    " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
    f" WHERE r.quantity > r.issued_quantity AND (d.state = 'open' OR w.state IN {OPEN_JOBS})"
)


def uncovered(reading: Reading, demand_ids: frozenset[int] | None) -> tuple[OpenRequirement, ...]:
    """Requirements that an earlier explosion could not cover: all, or those on or below the named demands."""
    if demand_ids is None:
        rows: Iterable[tuple[Any, ...]] = fetch(reading, f"SELECT * FROM ({_UNCOVERED}) WHERE uncovered > 0")
    else:
        statement = f"SELECT * FROM ({_UNCOVERED} AND {{among}}) WHERE uncovered > 0"
        rows = among(reading, statement, "r.requirement_id", requirements_below(reading, demand_ids))
    return tuple(
        OpenRequirement(row[0], row[1], row[2], row[3], day_number(row[4]) or 0, row[5], row[6], row[7])
        for row in sorted(rows)
    )


def requirements_below(reading: Reading, demand_ids: Iterable[int]) -> set[int]:
    """Every requirement of the demands and of the jobs that serve them, down to the leaves."""
    level = {
        row[0]
        for row in among(reading, "SELECT requirement_id FROM requirement WHERE {among}", "demand_id", demand_ids)
    }
    known = set(level)
    while level:
        statement = (
            "SELECT below.requirement_id FROM peg p JOIN requirement below ON below.work_order_id = p.work_order_id"
            " WHERE p.work_order_id IS NOT NULL AND {among}"
        )
        level = {row[0] for row in among(reading, statement, "p.requirement_id", level)} - known
        known |= level
    return known


def standing_jobs(reading: Reading, job_ids: Iterable[int]) -> dict[int, StandingJob]:
    """Jobs that uncovered requirements hang on, with the demand each serves first."""
    wanted = set(job_ids)
    tops = _tops(reading, wanted)
    rows = among(
        reading,
        "SELECT work_order_id, number, item_id, start_date, due_date, choices FROM work_order WHERE {among}",
        "work_order_id",
        wanted,
    )
    jobs = {}
    for job_id, number, item_id, start, due, choices in rows:
        pairs = choices_of(choices)
        top = sorted(tops.get(job_id, ()))
        first = top[0] if top else None
        days = day_number(start) or 0, day_number(due) or 0
        jobs[job_id] = StandingJob(job_id, number, item_id, *days, pairs, first, len(top) > 1)
    return jobs


def choices_of(text: str) -> tuple[tuple[str, str], ...]:
    """Choices as they lie in a work order: `GROUP=CHOICE;GROUP=CHOICE`."""
    parts = (part.partition("=") for part in text.split(";") if part)
    return tuple((group, choice) for group, _sign, choice in parts)


def _tops(reading: Reading, job_ids: set[int]) -> dict[int, set[int]]:
    """The demands that each job serves, up the pegs."""
    tops: dict[int, set[int]] = defaultdict(set)
    above: dict[int, set[int]] = {job_id: {job_id} for job_id in job_ids}  # job on the way up -> jobs it stands for
    while above:
        rows = among(
            reading,
            "SELECT DISTINCT p.work_order_id, r.demand_id, r.work_order_id FROM peg p"
            " JOIN requirement r ON r.requirement_id = p.requirement_id WHERE {among}",
            "p.work_order_id",
            above,
        )
        further: dict[int, set[int]] = defaultdict(set)
        for job_id, demand_id, parent_id in rows:
            if demand_id is not None:
                for origin in above[job_id]:
                    tops[origin].add(demand_id)
            elif parent_id is not None:
                further[parent_id] |= above[job_id]
        above = further
    return tops


def free_stock(reading: Reading, item_ids: Iterable[int]) -> dict[int, tuple[FreeStock, ...]]:
    """Free stock by item, oldest receipt first: not expired, not in quarantine, not where a level is kept, not pegged,
    and less the strategic buffer, which is taken from the newest."""
    wanted = set(item_ids)
    buffers = dict(fetch(reading, "SELECT item_id, quantity FROM buffer"))
    rows: dict[int, list[FreeStock]] = defaultdict(list)
    for row in among(
        reading,
        "SELECT s.stock_id, s.item_id, s.location_id, place.code, s.lot, s.quantity"
        " - COALESCE((SELECT sum(p.quantity) FROM peg p WHERE p.stock_id = s.stock_id), 0)"
        " FROM stock s JOIN location place ON place.location_id = s.location_id"
        " WHERE s.quantity > 0 AND s.status = 'available'"
        f" AND (s.expires_on IS NULL OR s.expires_on >= '{reading.today.isoformat()}')"
        " AND NOT EXISTS (SELECT 1 FROM replenishment n WHERE n.item_id = s.item_id AND n.location_id = s.location_id)"
        " AND {among} ORDER BY s.item_id, s.received_on IS NOT NULL, s.received_on,"
        # Of what came on one day first what was made to options, since it serves the fewest.
        " CASE WHEN s.lot LIKE '%=%' THEN 0 ELSE 1 END, place.code, s.lot",
        "s.item_id",
        wanted,
    ):
        rows[row[1]].append(FreeStock(*row))
    made_to = _made_to_choices(reading, rows)
    for found in rows.values():
        found[:] = [replace(row, choices=_choices_of_stock(row, made_to)) if row.lot else row for row in found]
    return {item_id: tuple(_less_buffer(found, buffers.get(item_id, 0))) for item_id, found in rows.items()}


def _choices_of_stock(row: FreeStock, made_to: Mapping[tuple[int, str], Choices]) -> Choices:
    return choices_of(row.lot) if is_configuration(row.lot) else made_to.get((row.item_id, row.lot), ())


def _made_to_choices(reading: Reading, rows: Mapping[int, Sequence[FreeStock]]) -> dict[tuple[int, str], Choices]:
    """The choices to which lots and serials were made, by item and lot; the last job that delivered one says it."""
    tracked = {item_id for item_id, found in rows.items() if any(row.lot for row in found)}
    return {
        (item_id, lot): choices_of(choices)
        for item_id, lot, choices in among(
            reading,
            "SELECT s.item_id, s.lot, w.choices FROM work_order w JOIN ledger_entry e"
            " ON e.work_order_id = w.work_order_id AND e.kind = 'completion' JOIN stock s ON s.stock_id = e.stock_id"
            " WHERE w.choices <> '' AND s.lot <> '' AND {among} ORDER BY e.ledger_entry_id",
            "w.item_id",
            tracked,
        )
    }


def _less_buffer(rows: list[FreeStock], buffer: int) -> list[FreeStock]:
    kept = []
    for row in reversed(rows):
        held = min(buffer, max(row.free, 0))
        buffer -= held
        if row.free > held:
            kept.append(replace(row, free=row.free - held))
    return kept[::-1]


# A plus before a column keeps SQLite from taking that column's index: the items are the narrow way in.
_LINES = (
    "SELECT l.purchase_line_id, o.number || '/' || l.line, l.item_id, l.quantity - l.received_quantity,"
    " CASE WHEN l.surplus_reason = '' THEN 0 ELSE l.quantity - l.received_quantity"
    "  - COALESCE((SELECT sum(p.quantity) FROM peg p WHERE p.purchase_line_id = l.purchase_line_id), 0) END,"
    " COALESCE(l.promised_date, l.due_date), o.supplier_id, l.supplier_item_id,"
    " o.state = 'draft' AND l.quantity_set_by = '' AND l.received_quantity = 0, l.need_date, s.code"
    " FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " JOIN supplier s ON s.supplier_id = o.supplier_id"
    " WHERE l.state = 'open' AND +l.work_order_id IS NULL AND {which} AND {{among}}"
)


def _open_line(row: tuple[Any, ...], today: int) -> OpenSupply:
    due = max(today, day_number(row[5]) or 0)
    return OpenSupply(
        "line",
        row[0],
        row[1],
        row[2],
        row[3],
        row[4],
        due,
        supplier_id=row[6],
        supplier_item_id=row[7],
        can_grow=bool(row[8]),
        window_start=day_number(row[9]) or due,
        supplier_code=row[10],
    )


def supplies(reading: Reading, item_ids: Iterable[int]) -> dict[int, tuple[OpenSupply, ...]]:
    """Open work orders and purchase lines with something free, and draft lines that may grow, by item."""
    wanted = set(item_ids)
    today = reading.today.toordinal()
    found: dict[int, list[OpenSupply]] = defaultdict(list)
    for row in among(
        reading,
        "SELECT w.work_order_id, w.number, w.item_id, w.quantity - w.completed_quantity,"
        " w.quantity - w.completed_quantity - COALESCE((SELECT sum(p.quantity) FROM peg p"
        "  WHERE p.work_order_id = w.work_order_id), 0), w.due_date, w.start_date, "
        f" {PULLS_FOR_PEGS}, w.completed_quantity, w.choices"
        f" FROM work_order w WHERE w.surplus_reason <> '' AND +w.state IN {OPEN_JOBS} AND {{among}}"
        " ORDER BY w.due_date, w.number",
        "w.item_id",
        wanted,
    ):
        due, start = max(today, day_number(row[5]) or 0), day_number(row[6]) or 0
        key, number, item_id, quantity, free, _due, _start, pulls, completed, choices = row
        found[item_id].append(
            OpenSupply(
                "job",
                key,
                number,
                item_id,
                quantity,
                free,
                due,
                start=start,
                pulls_components=bool(pulls),
                completed=completed,
                choices=choices_of(choices),
            )
        )
    lines: dict[int, tuple[Any, ...]] = {}
    for condition in (
        "o.state IN ('draft', 'sent') AND l.surplus_reason <> ''",
        "o.state = 'draft' AND l.surplus_reason = '' AND l.quantity_set_by = '' AND l.received_quantity = 0",
    ):
        lines.update((row[0], row) for row in among(reading, _LINES.format(which=condition), "l.item_id", wanted))
    for row in sorted(lines.values(), key=lambda row: (row[5], row[0])):
        found[row[2]].append(_open_line(row, today))
    return {item_id: tuple(rows) for item_id, rows in found.items()}


def with_alternates(
    requirements: Iterable[OpenRequirement], jobs: Mapping[int, StandingJob], boms: Mapping[int, tuple[PlanBom, ...]]
) -> tuple[OpenRequirement, ...]:
    """Give uncovered pick lines the alternates that their job's BOM names."""
    result = []
    for need in requirements:
        job = jobs.get(need.job_id) if need.job_id is not None else None
        alternates: dict[int, None] = {}
        held = [bom for bom in boms.get(job.item_id, ()) if bom.holds_on(job.start)] if job is not None else []
        for line in (line for bom in held for line in bom.lines):
            if line.component_id == need.item_id and line.operation == need.operation:
                alternates.update(dict.fromkeys(line.alternates))
        result.append(replace(need, alternates=tuple(alternates)) if alternates else need)
    return tuple(result)
