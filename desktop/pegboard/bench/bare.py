"""The floor of an explosion: the same netting of a plain shop in memory, with nothing but loops, lists and tuples.

It knows what the workload has and no more: one BOM revision, lot for lot jobs for each order, free stock, one window of
combining days for each part, minimum and multiple. It dates backward and forward and yields the rows that the program
would write, but looks nothing up, explains nothing and refuses nothing.
"""

from datetime import date
from operator import itemgetter
from typing import Any

from pegboard.domain.snapshot import PlanningSnapshot

Rows = dict[str, list[tuple[object, ...]]]


def explode_bare(snapshot: PlanningSnapshot, order: list[int]) -> Rows:
    """Net `snapshot` item by item in `order` (parents first) and return the rows of each table."""
    today, calendar, first = snapshot.today, snapshot.calendar, snapshot.first
    waiting: dict[int, list[tuple[int, int, int, int, int, int]]] = {item_id: [] for item_id in order}
    demands = sorted(snapshot.demands, key=lambda demand: (demand.due or today, demand.order_date, demand.entry))
    for rank, demand in enumerate(demands):
        need = max(today, demand.due or today)
        waiting[demand.item_id].append((need, rank, rank, demand.quantity, -demand.demand_id, demand.demand_id))
    jobs: list[list[int]] = []  # id, item, quantity, start, due, need, ready, top
    requirements: list[Any] = []
    pegs: list[Any] = []
    lines: list[list[int]] = []  # id, item, article, pegged, quantity, need, due
    spans: list[tuple[int, int, int, int]] = []
    sequence = len(demands)
    for item_id in order:
        needs = waiting[item_id]
        if not needs:
            continue
        needs.sort()
        shelves = [[row.stock_id, row.free] for row in snapshot.stock.get(item_id, ())]
        made = snapshot.items[item_id].source == "make"
        first_peg, first_job = len(pegs), len(jobs)
        open_jobs: dict[int, list[int]] = {}
        line: list[int] | None = None
        until = 0
        if not made:
            article = snapshot.articles[item_id][0]
            lead, minimum, multiple = article.lead_time_days or 0, article.minimum or 0, article.multiple or 1
            earliest = calendar.add(today, lead)
        for need, rank, _sequence, quantity, parent, top in needs:
            requirement_id = first.requirement + len(requirements)
            requirements.append((requirement_id, -parent if parent < 0 else None, None if parent < 0 else parent,
                                 item_id, quantity, need, None, None))  # fmt: skip
            while shelves and quantity:
                taken = min(shelves[0][1], quantity)
                pegs.append((first.peg + len(pegs), requirement_id, shelves[0][0], None, None, taken))
                quantity -= taken
                shelves[0][1] -= taken
                if not shelves[0][1]:
                    del shelves[0]
            if not quantity:
                continue
            if made:
                job = open_jobs.get(top)
                if job is None or need >= job[8]:
                    job_id = first.work_order + len(jobs)
                    job = [job_id, item_id, 0, 0, need, need, 0, top, calendar.add(need, 5), rank]
                    jobs.append(job)
                    open_jobs[top] = job
                job[2] += quantity
                pegs.append((first.peg + len(pegs), requirement_id, None, job[0], None, quantity))
                continue
            if line is not None and need >= until and line[4] > line[3]:
                taken = min(line[4] - line[3], quantity)
                line[3] += taken
                quantity -= taken
                pegs.append((first.peg + len(pegs), requirement_id, None, None, line[0], taken))
            if quantity:
                if line is None or need >= until:
                    line = [first.purchase_line + len(lines), item_id, 0, 0, 0, need, max(need, earliest)]
                    lines.append(line)
                    until = calendar.add(need, 5)
                line[3] += quantity
                line[4] = -(-max(line[3], minimum) // multiple) * multiple
                pegs.append((first.peg + len(pegs), requirement_id, None, None, line[0], quantity))
        spans.append((first_peg, len(pegs), first_job, len(jobs)))
        if made:
            bom = snapshot.boms[item_id][0]
            lead = snapshot.items[item_id].lead_time_days or 0
            below = [(waiting[part.component_id], part.quantity or 0) for part in bom.lines]
            for job in jobs[first_job:]:
                job[3] = calendar.subtract(job[4], lead)
                start, good, top = max(today, job[3]), job[2] // 1_000_000, job[7]
                for queue, each in below:
                    sequence += 1
                    queue.append((start, job[9], sequence, good * each, job[0], top))
    _forward(snapshot, jobs, lines, requirements, pegs, spans)
    return _rows(snapshot, jobs, lines, requirements, pegs)


def _forward(
    snapshot: PlanningSnapshot,
    jobs: list[list[int]],
    lines: list[list[int]],
    requirements: list[Any],
    pegs: list[Any],
    spans: list[tuple[int, int, int, int]],
) -> None:
    """Push jobs that start before today or before a component is there."""
    first, today, calendar = snapshot.first, snapshot.today, snapshot.calendar
    for first_peg, last_peg, first_job, last_job in reversed(spans):
        for job in jobs[first_job:last_job]:
            earliest = max(job[3], today, job[6])
            if earliest > job[3]:
                job[3] = earliest
                job[4] = max(job[5], calendar.add(earliest, snapshot.items[job[1]].lead_time_days or 0))
        for _peg, requirement_id, _stock, job_id, line_id, _quantity in pegs[first_peg:last_peg]:
            if job_id is not None:
                there = jobs[job_id - first.work_order][4]
            elif line_id is not None:
                there = lines[line_id - first.purchase_line][6]
            else:
                continue
            parent = requirements[requirement_id - first.requirement][2]
            if parent is not None and there > jobs[parent - first.work_order][6]:
                jobs[parent - first.work_order][6] = there


def _rows(
    snapshot: PlanningSnapshot,
    jobs: list[list[int]],
    lines: list[list[int]],
    requirements: list[Any],
    pegs: list[Any],
) -> Rows:
    iso = {day: date.fromordinal(day).isoformat() for job in jobs for day in (job[3], job[4], job[5])}
    iso |= {day: date.fromordinal(day).isoformat() for line in lines for day in (line[5], line[6])}
    iso |= {row[5]: date.fromordinal(row[5]).isoformat() for row in requirements if row[5] not in iso}
    suppliers = sorted({snapshot.articles[line[1]][0].supplier_id for line in lines})
    orders = {supplier: number for number, supplier in enumerate(suppliers, 1)}
    last = dict.fromkeys(suppliers, 0)
    bought: list[tuple[object, ...]] = []
    for line in sorted(lines, key=itemgetter(6, 1)):
        article = snapshot.articles[line[1]][0]
        last[article.supplier_id] += 1
        bought.append((line[0], orders[article.supplier_id], last[article.supplier_id], line[1],
                       article.supplier_item_id, line[4], article.breaks[0][1], iso[line[5]], iso[line[6]],
                       iso[line[6]], "multiple" if line[4] > line[3] else "", 0, "open"))  # fmt: skip
    return {
        "work_order": [
            (
                job[0],
                f"WO-{job[0]:04d}",
                job[1],
                snapshot.boms[job[1]][0].bom_id,
                job[2],
                job[2],
                iso[job[3]],
                iso[job[4]],
                "",
                0,
                0,
                "planned",
                0,
                1,
            )
            for job in jobs
        ],
        "purchase_order": [
            (number, f"PO-{number:04d}", supplier, "draft", 0, 1) for supplier, number in orders.items()
        ],
        "purchase_line": bought,
        "requirement": [(*row[:5], iso[row[5]], *row[6:]) for row in requirements],
        "peg": pegs,
    }
