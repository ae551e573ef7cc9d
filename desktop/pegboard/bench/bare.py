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
    floor = _Bare(snapshot, order)
    for item_id in order:
        needs = floor.waiting[item_id]
        if needs:
            needs.sort()
            first_peg, first_job = len(floor.pegs), len(floor.jobs)
            if snapshot.items[item_id].source == "make":
                floor.net_made(item_id, needs)
                floor.explode_jobs(item_id, first_job)
            else:
                floor.net_bought(item_id, needs)
            floor.spans.append((first_peg, len(floor.pegs), first_job, len(floor.jobs)))
    floor.forward()
    return _rows(snapshot, floor.jobs, floor.lines, floor.requirements, floor.pegs)


class _Bare:
    """Lists of what is asked for and what comes of it; jobs and lines are lists of numbers."""

    def __init__(self, snapshot: PlanningSnapshot, order: list[int]) -> None:
        self.snapshot = snapshot
        self.today, self.calendar, self.first = snapshot.today, snapshot.calendar, snapshot.first
        self.waiting: dict[int, list[tuple[int, int, int, int, int, int]]] = {item_id: [] for item_id in order}
        self.jobs: list[list[int]] = []  # id, item, quantity, start, due, need, ready, top, until, rank
        self.lines: list[list[int]] = []  # id, item, -, pegged, quantity, need, due
        self.requirements: list[Any] = []
        self.pegs: list[Any] = []
        self.spans: list[tuple[int, int, int, int]] = []
        demands = sorted(snapshot.demands, key=lambda each: (each.due or self.today, each.order_date, each.entry))
        self.sequence = len(demands)
        for rank, demand in enumerate(demands):
            need = max(self.today, demand.due or self.today)
            row = (need, rank, rank, demand.quantity, -demand.demand_id, demand.demand_id)
            self.waiting[demand.item_id].append(row)

    def net_made(self, item_id: int, needs: list[tuple[int, int, int, int, int, int]]) -> None:
        """Stock first, then a job for each order and window."""
        requirements, pegs, jobs, first = self.requirements, self.pegs, self.jobs, self.first
        shelves = [[row.stock_id, row.free] for row in self.snapshot.stock.get(item_id, ())]
        open_jobs: dict[int, list[int]] = {}
        for need, rank, _sequence, asked, parent, top in needs:
            requirement_id = first.requirement + len(requirements)
            above = (-parent, None) if parent < 0 else (None, parent)
            requirements.append((requirement_id, *above, item_id, asked, need, None, None))
            quantity = self._take_stock(shelves, requirement_id, asked) if shelves else asked
            if quantity:
                job = open_jobs.get(top)
                if job is None or need >= job[8]:
                    until = self.calendar.add(need, 5)
                    job = [first.work_order + len(jobs), item_id, 0, 0, need, need, 0, top, until, rank]
                    jobs.append(job)
                    open_jobs[top] = job
                job[2] += quantity
                pegs.append((first.peg + len(pegs), requirement_id, None, job[0], None, quantity))

    def net_bought(self, item_id: int, needs: list[tuple[int, int, int, int, int, int]]) -> None:
        """Stock first, then the surplus of the lot before, then a lot for each window."""
        requirements, pegs, first = self.requirements, self.pegs, self.first
        shelves = [[row.stock_id, row.free] for row in self.snapshot.stock.get(item_id, ())]
        article = self.snapshot.articles[item_id][0]
        minimum, multiple = article.minimum or 0, article.multiple or 1
        earliest = self.calendar.add(self.today, article.lead_time_days or 0)
        line = [0] * 7
        until = 0
        for need, _rank, _sequence, asked, parent, _top in needs:
            requirement_id = first.requirement + len(requirements)
            above = (-parent, None) if parent < 0 else (None, parent)
            requirements.append((requirement_id, *above, item_id, asked, need, None, None))
            quantity = self._take_stock(shelves, requirement_id, asked) if shelves else asked
            if need >= until and line[4] > line[3] and quantity:
                taken = min(line[4] - line[3], quantity)
                line[3] += taken
                quantity -= taken
                pegs.append((first.peg + len(pegs), requirement_id, None, None, line[0], taken))
            if quantity:
                if need >= until:
                    due = max(need, earliest)
                    line = [first.purchase_line + len(self.lines), item_id, 0, 0, 0, need, due]
                    self.lines.append(line)
                    until = self.calendar.add(need, 5)
                line[3] += quantity
                line[4] = -(-max(line[3], minimum) // multiple) * multiple
                pegs.append((first.peg + len(pegs), requirement_id, None, None, line[0], quantity))

    def _take_stock(self, shelves: list[list[int]], requirement_id: int, quantity: int) -> int:
        while shelves and quantity:
            taken = min(shelves[0][1], quantity)
            self.pegs.append((self.first.peg + len(self.pegs), requirement_id, shelves[0][0], None, None, taken))
            quantity -= taken
            shelves[0][1] -= taken
            if not shelves[0][1]:
                del shelves[0]
        return quantity

    def explode_jobs(self, item_id: int, first_job: int) -> None:
        """Date the item's new jobs backward and ask for their components."""
        lead = self.snapshot.items[item_id].lead_time_days or 0
        lines = self.snapshot.boms[item_id][0].lines
        below = [(self.waiting[line.component_id], line.quantity or 0) for line in lines]
        sequence = self.sequence
        for job in self.jobs[first_job:]:
            job[3] = self.calendar.subtract(job[4], lead)
            start, good, top = max(self.today, job[3]), job[2] // 1_000_000, job[7]
            for queue, each in below:
                sequence += 1
                queue.append((start, job[9], sequence, good * each, job[0], top))
        self.sequence = sequence

    def forward(self) -> None:
        """Push jobs that start before today or before a component is there."""
        first, jobs, lines = self.first, self.jobs, self.lines
        for first_peg, last_peg, first_job, last_job in reversed(self.spans):
            for job in jobs[first_job:last_job]:
                earliest = max(job[3], self.today, job[6])
                if earliest > job[3]:
                    lead = self.snapshot.items[job[1]].lead_time_days or 0
                    job[3], job[4] = earliest, max(job[5], self.calendar.add(earliest, lead))
            for _peg, requirement_id, stock_id, job_id, line_id, _quantity in self.pegs[first_peg:last_peg]:
                if stock_id is None:
                    there = jobs[job_id - first.work_order][4] if job_id else lines[line_id - first.purchase_line][6]
                    parent = self.requirements[requirement_id - first.requirement][2]
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
