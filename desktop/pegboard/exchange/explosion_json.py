"""An explosion as the JSON object that scripts read: what it added, not what stood before."""

from collections import defaultdict
from datetime import date
from typing import Any

from pegboard.domain.plan import BuyLine, Job, PegRow
from pegboard.domain.quantity import MICRO, divide_half_up, micro_text
from pegboard.services.explosion import Explosion


def as_json(explosion: Explosion, *, with_prices: bool = True) -> dict[str, Any]:
    """Return the explosion's object; quantities and prices are decimal text, days ISO text.

    Without prices each is null, for who may not see money.
    """
    found = _Writer(explosion).all()
    if not with_prices:
        for line in found["purchase_lines"]:
            line["unit_price"] = None
    return found


class _Writer:
    def __init__(self, explosion: Explosion) -> None:
        self.plan = explosion.plan
        self.snapshot = explosion.snapshot
        self.codes = {item_id: item.code for item_id, item in explosion.snapshot.items.items()}
        self.parents = self._parents()
        self.supplies = {
            (supply.kind, supply.supply_id): supply
            for supplies in explosion.snapshot.supplies.values()
            for supply in supplies
        }
        self.stock = {row.stock_id: row for rows in explosion.snapshot.stock.values() for row in rows}
        self.new_jobs = {job.job_id for job in self.plan.jobs}
        self.lines = {line.line_id for line in self.plan.lines}
        self.pegs_by_job: dict[int, list[PegRow]] = defaultdict(list)
        self.pegs_by_line: dict[int, list[PegRow]] = defaultdict(list)
        self.pegs_to_stock: list[PegRow] = []
        self.pegs_to_standing: list[PegRow] = []
        self._sort_pegs()

    def all(self) -> dict[str, Any]:
        return {
            "today": _day(self.plan.today),
            "work_orders": [self._job(job) for job in sorted(self.plan.jobs, key=_by_due)],
            "pick_lines": self._pick_lines(),
            "purchase_lines": [self._line(line) for line in sorted(self.plan.lines, key=_by_due)],
            "allocations": self._allocations(),
            "open_supply": self._open_supply(),
            "exceptions": [
                {
                    "kind": told.kind,
                    "item": told.item,
                    "demand": told.demand,
                    "date": None if told.date is None else _day(told.date),
                    "message": told.message,
                }
                for told in self.plan.exceptions
            ],
        }

    def _parents(self) -> dict[int, tuple[str, int]]:
        """For each requirement what people call its parent, and the item asked for."""
        names = {demand.demand_id: demand.name for demand in self.snapshot.demands}
        jobs = {job.job_id: job.number for job in (*self.plan.jobs, *self.plan.standing.values())}
        parents = {}
        for row in self.plan.requirements:
            name = names[row[1]] if row[1] is not None else jobs[row[2] or 0]
            parents[row[0]] = (name, row[3])
        for need in self.snapshot.requirements:
            if need.demand_id is not None:
                name = names[need.demand_id]
            else:
                name = self.snapshot.standing_jobs[need.job_id or 0].number
            parents[need.requirement_id] = (name, need.item_id)
        return parents

    def _sort_pegs(self) -> None:
        for peg in self.plan.pegs:
            peg_id, _requirement, stock_id, job_id, line_id, _quantity = peg
            if stock_id is not None:
                self.pegs_to_stock.append(peg)
            elif job_id is not None and job_id in self.new_jobs:
                self.pegs_by_job[job_id].append(peg)
            elif line_id in self.lines and line_id is not None and peg_id not in self.plan.pegs_to_what_stood:
                self.pegs_by_line[line_id].append(peg)
            else:
                self.pegs_to_standing.append(peg)

    def _job(self, job: Job) -> dict[str, Any]:
        extra = job.quantity - job.pegged
        return {
            "number": job.number,
            "item": self.codes[job.item_id],
            "quantity": micro_text(job.quantity),
            "start_quantity": micro_text(job.start_quantity),
            "start": _day(job.start),
            "due": _day(job.due),
            "surplus": micro_text(extra),
            "surplus_reason": job.surplus_reason if extra else "",
            "pegs": self._pegs(self.pegs_by_job.get(job.job_id, [])),
        }

    def _line(self, line: BuyLine) -> dict[str, Any]:
        extra = line.quantity - line.pegged
        article = line.article
        packs = divide_half_up(line.added * MICRO, article.units_per_purchase_unit) if article else line.added
        if line.job is not None:
            pegs = [{"demand": line.job.number, "quantity": micro_text(line.quantity)}]
        else:
            pegs = self._pegs(self.pegs_by_line.get(line.line_id, []))
        return {
            "purchase_order": line.number.rpartition("/")[0],
            "line": int(line.number.rpartition("/")[2]),
            "supplier": line.supplier_code,
            "item": self.codes[line.item_id],
            "quantity": micro_text(line.added),
            "purchase_unit": article.purchase_unit if article else self.units(line),
            "purchase_quantity": micro_text(packs),
            "unit_price": None if line.unit_price is None else micro_text(line.unit_price),
            "order_by": _day(line.order_by),
            "due": _day(line.due),
            "surplus": micro_text(extra),
            "surplus_reason": line.surplus_reason if extra else "",
            "operation": line.operation,
            "pegs": pegs,
        }

    def units(self, line: BuyLine) -> str:
        """The unit of a subcontracted item."""
        return self.snapshot.items[line.item_id].unit

    def _pegs(self, pegs: list[PegRow]) -> list[dict[str, str]]:
        totals: dict[str, int] = {}
        for peg in pegs:
            name = self.parents[peg[1]][0]
            totals[name] = totals.get(name, 0) + peg[5]
        return [{"demand": name, "quantity": micro_text(quantity)} for name, quantity in totals.items()]

    def _pick_lines(self) -> list[dict[str, Any]]:
        from_stock: dict[int, int] = defaultdict(int)
        from_supply: dict[int, int] = defaultdict(int)
        for peg in self.plan.pegs:
            (from_supply if peg[2] is None else from_stock)[peg[1]] += peg[5]
        jobs = {job.job_id: job for job in (*self.plan.jobs, *self.plan.standing.values())}
        places = {job.job_id: place for place, job in enumerate(sorted(jobs.values(), key=_by_due))}
        rows = [row for row in self.plan.requirements if row[2] is not None]
        rows.sort(key=lambda row: (places[row[2] or 0], self.codes[row[3]], row[6] or 0))
        return [
            {
                "work_order": jobs[row[2] or 0].number,
                "item": self.codes[row[3]],
                "quantity": micro_text(row[4]),
                "from_stock": micro_text(from_stock[row[0]]),
                "from_supply": micro_text(from_supply[row[0]]),
                "short": micro_text(row[4] - from_stock[row[0]] - from_supply[row[0]]),
                "alternate_for": None if row[7] is None else self.codes[row[7]],
            }
            for row in rows
        ]

    def _allocations(self) -> list[dict[str, Any]]:
        totals: dict[tuple[str, str, str, str], int] = defaultdict(int)
        for _peg, requirement_id, stock_id, _job, _line, quantity in self.pegs_to_stock:
            row = self.stock[stock_id or 0]
            name = self.parents[requirement_id][0]
            totals[self.codes[row.item_id], row.lot, row.location, name] += quantity
        return [
            {"item": item, "lot": lot, "location": place, "quantity": micro_text(quantity), "demand": name}
            for (item, lot, place, name), quantity in sorted(totals.items())
        ]

    def _open_supply(self) -> list[dict[str, Any]]:
        totals: dict[tuple[int, str, str, str], int] = defaultdict(int)
        for _peg, requirement_id, _stock, job_id, line_id, quantity in self.pegs_to_standing:
            supply = self.supplies[("job", job_id) if job_id is not None else ("line", line_id or 0)]
            name = self.parents[requirement_id][0]
            totals[supply.due, supply.number, self.codes[supply.item_id], name] += quantity
        return [
            {"supply": number, "item": item, "quantity": micro_text(quantity), "demand": name}
            for (_due, number, item, name), quantity in sorted(totals.items(), key=lambda entry: _place(*entry[0]))
        ]


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _natural(number: str) -> tuple[tuple[int, int | str], ...]:
    """A number sorts by its number: PO-0002/10 after PO-0002/9."""
    parts: list[tuple[int, int | str]] = []
    text = ""
    for sign in number:
        if text and sign.isdigit() != text[-1].isdigit():
            parts.append((0, int(text)) if text.isdigit() else (1, text))
            text = ""
        text += sign
    if text:
        parts.append((0, int(text)) if text.isdigit() else (1, text))
    return tuple(parts)


def _place(due: int, number: str, item: str, demand: str) -> tuple[object, ...]:
    return due, _natural(number), item, _natural(demand)


def _by_due(supply: Job | BuyLine) -> tuple[object, ...]:
    return supply.due, _natural(supply.number)
