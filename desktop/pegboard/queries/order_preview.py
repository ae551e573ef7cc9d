"""What an order that is still being typed would pull, told from a computed explosion."""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pegboard.domain.plan import BuyLine, Job, Plan, RequirementRow
from pegboard.domain.quantity import Money, Quantity, extended_amount
from pegboard.domain.snapshot import OpenSupply, PlanningSnapshot
from pegboard.queries.order_pulls import Cover, Pull
from pegboard.queries.settings import settings
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Surplus:
    """What would be bought or made beyond the need, and the rule that makes it so."""

    item: str
    quantity: Quantity
    unit: str
    reason: str
    worth: Money | None


@dataclass(frozen=True, slots=True)
class LinePromise:
    """When a typed line can ship.

    Attributes: ready: the day; is_late: after its due date.
    """

    ready: datetime.date
    is_late: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a typed order would pull.

    Attributes: pulls: one for each line, in their order; promises: by the line's place from 1; jobs, lines: how many
    new ones; amounts: what is to be bought, each currency alone; order_by: the first day to order; surplus; told: other
    things that a person should know, in sentences.
    """

    pulls: tuple[Pull, ...] = ()
    promises: tuple[tuple[int, LinePromise], ...] = ()
    jobs: int = 0
    lines: int = 0
    amounts: tuple[Money, ...] = ()
    order_by: datetime.date | None = None
    surplus: tuple[Surplus, ...] = ()
    told: tuple[str, ...] = ()


def preview_of(reading: Reading, snapshot: PlanningSnapshot, plan: Plan) -> Preview:
    """Tell what an explosion of typed lines would do; their demands have the ids -1, -2, -3..."""
    return _Telling(reading, snapshot, plan).preview()


class _Telling:
    """Joins the plan's rows to a tree of needs."""

    def __init__(self, reading: Reading, snapshot: PlanningSnapshot, plan: Plan) -> None:
        self._plan = plan
        self._snapshot = snapshot
        self._currency = settings(reading).currency
        self._jobs: dict[int, Job] = {job.job_id: job for job in plan.jobs}
        self._lines: dict[int, BuyLine] = {line.line_id: line for line in plan.lines}
        self._standing: dict[tuple[str, int], OpenSupply] = {
            (supply.kind, supply.supply_id): supply for own in snapshot.supplies.values() for supply in own
        }
        self._places = {
            row.stock_id: f"{row.location} {row.lot}".strip() for own in snapshot.stock.values() for row in own
        }
        self._words = _item_words(reading, snapshot.items)
        self._suppliers = _suppliers(reading)
        self._by_demand: dict[int, list[RequirementRow]] = {}
        self._by_job: dict[int, list[RequirementRow]] = {}
        for row in plan.requirements:
            parents = self._by_demand if row[1] is not None else self._by_job
            parents.setdefault(row[1] if row[1] is not None else row[2] or 0, []).append(row)
        self._pegs: dict[int, list[Any]] = {}
        for peg in plan.pegs:
            self._pegs.setdefault(peg[1], []).append(peg)
        self._below: dict[int, tuple[Pull, ...]] = {}

    def preview(self) -> Preview:
        demands = [demand for demand in self._snapshot.demands if demand.demand_id < 0]
        late = {told.demand for told in self._plan.exceptions if told.kind == "late"}
        promises = []
        for demand in demands:
            met = self._plan.promises.get(demand.demand_id)
            if met is not None:
                day = datetime.date.fromordinal(met)
                promises.append((-demand.demand_id, LinePromise(day, demand.name in late)))
        lines = self._plan.lines
        return Preview(
            pulls=tuple(self._line(demand) for demand in demands),
            promises=tuple(promises),
            jobs=len(self._plan.jobs),
            lines=len(lines),
            amounts=self._amounts(lines),
            order_by=datetime.date.fromordinal(min(line.order_by for line in lines)) if lines else None,
            surplus=tuple(self._surplus()),
            told=tuple(told.message for told in self._plan.exceptions if told.kind not in ("late", "surplus")),
        )

    def _line(self, demand: Any) -> Pull:
        words = self._words[demand.item_id]
        below = tuple(self._pull(row) for row in self._by_demand.get(demand.demand_id, ()))
        is_itself = len(below) == 1 and below[0].item == words.code
        return Pull(
            name=demand.name,
            item=words.code,
            description=words.description,
            unit=words.unit,
            quantity=Quantity(demand.quantity),
            need=datetime.date.fromordinal(demand.due) if demand.due is not None else None,
            covers=below[0].covers if is_itself else (),
            parts=() if is_itself else below,
            line=-demand.demand_id,
        )

    def _pull(self, row: RequirementRow) -> Pull:
        requirement_id, _demand, _job, item_id, quantity, need, _operation, _alternate = row
        pegs = self._pegs.get(requirement_id, ())
        covers = [self._cover(peg) for peg in pegs]
        short = quantity - sum(peg[5] for peg in pegs)
        if short > 0:
            covers.append(Cover("short", Quantity(short)))
        words = self._words[item_id]
        return Pull(
            name=str(requirement_id),
            item=words.code,
            description=words.description,
            unit=words.unit,
            quantity=Quantity(quantity),
            need=datetime.date.fromisoformat(need),
            covers=tuple(covers),
        )

    def _cover(self, peg: Any) -> Cover:
        _peg, _requirement, stock_id, job_id, line_id, micro = peg
        quantity = Quantity(micro)
        if stock_id is not None:
            return Cover("stock", quantity, self._places.get(stock_id, ""))
        if job_id is not None:
            job = self._jobs.get(job_id)
            if job is None:
                return self._standing_cover("job", job_id, quantity)
            ready = datetime.date.fromordinal(job.due)
            return Cover("job", quantity, state="new", ready=ready, pulls=self._below_job(job_id))
        line = self._lines.get(line_id)
        if line is None:
            return self._standing_cover("line", line_id, quantity)
        return self._buy(line, quantity)

    def _buy(self, line: BuyLine, quantity: Quantity) -> Cover:
        name = self._suppliers[line.supplier_id].name
        ready, order_by = datetime.date.fromordinal(line.due), datetime.date.fromordinal(line.order_by)
        return Cover("purchase", quantity, "", name, "new", ready, order_by)

    def _standing_cover(self, kind: str, key: int, quantity: Quantity) -> Cover:
        supply = self._standing.get((kind, key))
        if supply is None:
            return Cover("job" if kind == "job" else "purchase", quantity, state="standing")
        ready = datetime.date.fromordinal(supply.due)
        if kind == "job":
            return Cover("job", quantity, supply.number, state="standing", ready=ready)
        name = self._suppliers[supply.supplier_id].name if supply.supplier_id in self._suppliers else ""
        return Cover("purchase", quantity, supply.number, name, "standing", ready)

    def _below_job(self, job_id: int) -> tuple[Pull, ...]:
        found = self._below.get(job_id)
        if found is None:
            found = tuple(self._pull(row) for row in self._by_job.get(job_id, ()))
            services = (line for line in self._plan.lines if line.job is not None and line.job.job_id == job_id)
            found = self._below[job_id] = (*found, *(self._service(line) for line in services))
        return found

    def _service(self, line: BuyLine) -> Pull:
        words, quantity = self._words[line.item_id], Quantity(line.added)
        need = datetime.date.fromordinal(line.need)
        cover = self._buy(line, quantity)
        return Pull(
            f"service {line.line_id}", words.code, words.description, words.unit, quantity, need, (cover,),
            operation=line.operation,
        )  # fmt: skip

    def _amounts(self, lines: Iterable[BuyLine]) -> tuple[Money, ...]:
        sums: dict[str, Money] = {}
        for line in lines:
            if line.unit_price is None:
                continue
            currency = self._suppliers[line.supplier_id].currency or self._currency
            amount = extended_amount(line.added, line.unit_price, currency)
            sums[currency] = sums.get(currency, Money(0, currency)) + amount
        return tuple(sums.values())

    def _surplus(self) -> Iterable[Surplus]:
        supplies: list[Job | BuyLine] = [*self._plan.jobs, *self._plan.lines]
        for supply in supplies:
            extra = supply.quantity - supply.pegged
            if extra <= 0 or (isinstance(supply, BuyLine) and supply.job is not None):
                continue
            words, currency = self._words[supply.item_id], self._currency
            price = supply.unit_price if isinstance(supply, BuyLine) else words.standard_cost
            if isinstance(supply, BuyLine):
                currency = self._suppliers[supply.supplier_id].currency or currency
            worth = None if price is None else extended_amount(extra, price, currency)
            yield Surplus(words.code, Quantity(extra), words.unit, supply.surplus_reason, worth)


def _item_words(reading: Reading, item_ids: Iterable[int]) -> dict[int, Any]:
    found = rows(
        reading,
        "SELECT item_id, code, description, unit, standard_cost FROM item"
        " WHERE item_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(item_ids)),
    )
    return {row.item_id: row for row in found}


def _suppliers(reading: Reading) -> dict[int, Any]:
    found = rows(reading, "SELECT supplier_id, code AS name, currency FROM supplier")
    return {row.supplier_id: row for row in found}
