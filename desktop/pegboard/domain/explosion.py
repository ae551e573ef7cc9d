"""Explodes demand through all levels of the BOMs: one snapshot in, one plan out, nothing else touched.

Items are processed in low-level-code order (Orlicky), so that an item's whole gross requirement is known before it is
netted; an item that may stand in for another comes before it, because its own requirements are served first. The rules
are those of the trade's page on planning: netting in `netting`, lots in `lots`, dates in `scheduling` and `forward`.
"""

import datetime
import heapq
from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import attrgetter

from pegboard.domain import forward, netting
from pegboard.domain.plan import BuyLine, Job, Plan, PlanException
from pegboard.domain.recipe import (
    RecipeLine,
    groups_below,
    is_dated,
    recipe,
    round_up,
)
from pegboard.domain.scheduling import LeadTimes
from pegboard.domain.snapshot import Article, Choices, OpenDemand, OpenSupply, PlanBom, PlanItem, PlanningSnapshot
from pegboard.i18n import tr


def explode(snapshot: PlanningSnapshot, step: Callable[[int, int], None] | None = None) -> Plan:
    """Compute what the open demand of `snapshot` pulls; see `Plan` for what comes out.

    `step` hears how many items of how many are done, and may raise to stop.
    """
    explosion = Explosion(snapshot)
    explosion.raise_independent_requirements()
    order = processing_order(snapshot)
    for done, item_id in enumerate(order):
        if step is not None:
            step(done, len(order))
        if explosion.has_requirements(item_id):
            netting.plan_item(explosion, snapshot.items[item_id])
        explosion.done.add(item_id)
    forward.finish(explosion)
    return explosion.plan


class Need:
    """A requirement on its way through netting.

    Attributes: need: day it is needed; rank: place in the queue; sequence: tie-breaker, in order of creation; quantity:
    millionths, left: not covered yet; job or demand: what it hangs on; requirement_id: 0 until it has a row; row: index
    of its row in the plan, None for a standing one.
    """

    __slots__ = (
        "alternates",
        "demand",
        "job",
        "left",
        "need",
        "operation",
        "quantity",
        "rank",
        "requirement_id",
        "row",
        "sequence",
    )

    def __init__(
        self,
        need: int,
        rank: int,
        sequence: int,
        quantity: int,
        job: Job | None,
        demand: OpenDemand | None,
        operation: int | None,
        alternates: tuple[int, ...],
    ) -> None:
        self.need = need
        self.rank = rank
        self.sequence = sequence
        self.quantity = quantity
        self.left = quantity
        self.job = job
        self.demand = demand
        self.operation = operation
        self.alternates = alternates
        self.requirement_id = 0
        self.row: int | None = None


# (need, rank, sequence, quantity, job, demand, operation, alternates): a Need before it is looked at closely
Waiting = tuple[int, int, int, int, Job | None, OpenDemand | None, int | None, tuple[int, ...]]


class IsoDays(dict[int, str]):
    """The ISO text of each day (an ordinal), as it lies in the file; a million needs ask for some hundred days."""

    def __missing__(self, day: int) -> str:
        text = self[day] = datetime.date.fromordinal(day).isoformat()
        return text


class Explosion:
    """The state of one explosion. `netting` and `forward` work on it; nothing outlives it but its plan."""

    def __init__(self, snapshot: PlanningSnapshot) -> None:
        self.snapshot = snapshot
        self.today = snapshot.today
        self.calendar = snapshot.calendar
        self.plan = Plan(today=snapshot.today)
        self.lead_times = LeadTimes(snapshot.routings)
        self.waiting: dict[int, list[Waiting]] = {}
        self.standing_needs: dict[int, list[Need]] = {}
        self.loose: dict[int, dict[tuple[Job | OpenDemand, int | None], tuple[Fraction, dict[int, None]]]] = {}
        self.free_stock = {
            item_id: [netting.Shelf(row) for row in rows if row.free > 0] for item_id, rows in snapshot.stock.items()
        }
        self.with_made_to_choices = {
            item_id for item_id, rows in snapshot.stock.items() if any(row.choices for row in rows)
        }
        self.stock_taken: dict[int, list[Need]] = {}  # items whose own requirements were served from stock ahead
        self.done: set[int] = set()
        self.with_alternates = self._items_with_alternates()
        self.ordered_items: set[int] = set()  # an order line asks for them
        self.asked_items: set[int] = set()  # some demand asks for them
        self.asked_at_places: set[int] = set()  # a card or till asks for them, at a location
        self.sequence = 0
        self.ranks: dict[int, int] = {}
        self.groups_below = self._groups_below()
        self.below_phantom = self._items_below_phantoms()
        self.recipes: dict[tuple[object, ...], list[tuple[RecipeLine, bool, list[Waiting] | None]]] = {}
        self.peg_ranges: list[netting.PegRange] = []
        self.window_ends: dict[int, int] = {}
        self.iso_days = IsoDays()
        self.dated_boms: dict[int, bool] = {}
        self.told: set[tuple[str, str, str | None]] = set()
        self.jobs_by_id: dict[int, Job] = {}
        self.lines_by_id: dict[int, BuyLine] = {}
        self.new_lines = 0
        self.uncovered: list[tuple[str, str, Need, str]] = []  # kind, item code, requirement, sentence
        self.parents_of_standing = {
            standing.requirement_id: (standing.demand_id, standing.job_id, self.iso_days[standing.need])
            for standing in snapshot.requirements
        }
        self.standing_due: dict[tuple[str, int], OpenSupply] = {}

    def raise_independent_requirements(self) -> None:
        """Put the requirements of new demand, and those that stand uncovered, before their items."""
        self._rank_demands()
        for demand in self.snapshot.demands:
            if demand.waits_for_deposit:
                self._tell_deposit(demand)
            elif not demand.exploded:
                need = max(self.today, demand.due if demand.due is not None else self.today)
                self.ask(demand.item_id, need, self.ranks[demand.demand_id], demand.quantity, None, demand, None, ())
        demands = {demand.demand_id: demand for demand in self.snapshot.demands}
        for standing in sorted(self.snapshot.requirements, key=attrgetter("need", "requirement_id")):
            demand_of = demands.get(standing.demand_id) if standing.demand_id is not None else None
            job = self.standing_job(standing.job_id) if standing.job_id is not None else None
            rank = self.ranks[demand_of.demand_id] if demand_of else (job.rank if job else 0)
            self.sequence += 1
            wanted = Need(
                max(self.today, standing.need),
                rank,
                self.sequence,
                standing.uncovered,
                job,
                demand_of,
                standing.operation,
                standing.alternates,
            )
            wanted.requirement_id = standing.requirement_id
            wanted.quantity = standing.quantity
            if demand_of is not None:
                self.note_demand(standing.item_id, demand_of)
            self.standing_needs.setdefault(standing.item_id, []).append(wanted)

    def ask(
        self,
        item_id: int,
        need: int,
        rank: int,
        quantity: int,
        job: Job | None,
        demand: OpenDemand | None,
        operation: int | None,
        alternates: tuple[int, ...],
    ) -> None:
        """Put one requirement before its item."""
        self.sequence += 1
        if demand is not None:
            self.note_demand(item_id, demand)
        waiting = self.waiting.setdefault(item_id, [])
        waiting.append((need, rank, self.sequence, quantity, job, demand, operation, alternates))

    def note_demand(self, item_id: int, demand: OpenDemand) -> None:
        """Remember that a demand asks for the item itself, and how."""
        self.asked_items.add(item_id)
        if demand.kind == "order":
            self.ordered_items.add(item_id)
        if demand.location_id is not None:
            self.asked_at_places.add(item_id)

    def has_requirements(self, item_id: int) -> bool:
        """Say whether anything asks for the item."""
        places = (self.waiting, self.loose, self.standing_needs, self.stock_taken)
        return any(place.get(item_id) for place in places)

    def standing_job(self, job_id: int) -> Job:
        """The plan's picture of a job that stands already."""
        job = self.plan.standing.get(job_id)
        if job is None:
            known = self.snapshot.standing_jobs[job_id]
            rank = self.ranks.get(known.top, len(self.ranks)) if known.top is not None else len(self.ranks)
            group: object = job_id * 2 + 1 if known.combined or known.top is None else known.top * 2
            job = Job(job_id, known.item_id, known.start, rank, group, known.choices, new=False)
            job.number, job.start, job.due = known.number, known.start, known.due
            self.plan.standing[job_id] = self.jobs_by_id[job_id] = job
        return job

    def _rank_demands(self) -> None:
        """Rank the demands in pull order."""
        for rank, demand in enumerate(sorted(self.snapshot.demands, key=lambda each: each.place(self.today))):
            self.ranks[demand.demand_id] = rank

    def _tell_deposit(self, demand: OpenDemand) -> None:
        self.tell(
            "waiting_for_deposit",
            self.snapshot.items[demand.item_id].code,
            demand.name,
            demand.given_due,
            tr("{demand} pulls nothing until its deposit is paid.", demand=demand.name),
        )

    def tell(self, kind: str, item: str, demand: str | None, day: int | None, message: str) -> None:
        """Add an exception, once for each kind, item and demand."""
        if (kind, item, demand) not in self.told:
            self.told.add((kind, item, demand))
            self.plan.exceptions.append(PlanException(kind, item, demand, day, message))

    def tell_surplus(self, item: str, day: int, message: str) -> None:
        """Add an exception for surplus; each supply has its own."""
        self.plan.exceptions.append(PlanException("surplus", item, None, day, message))

    def bom_on(self, item_id: int, day: int) -> PlanBom | None:
        """The BOM revision that is valid on `day`."""
        return next((bom for bom in self.snapshot.boms.get(item_id, ()) if bom.holds_on(day)), None)

    def pull_components(self, job: Job, bom: PlanBom, quantity: int, day: int, already: int = 0) -> None:
        """Ask for the components of a job that starts with `quantity`, of which `already` was pulled for before."""
        need, rank = max(self.today, job.start), job.rank
        for line, whole, waiting in self.recipe_of(job.item_id, bom, job.choices, day):
            if waiting is None:
                amount = line.exact(quantity) - (line.exact(already) if already else 0)
                self.ask_loosely(line, (job, line.operation), amount)
                continue
            if line.rounded or already:
                micro = round_up(line.exact(quantity), whole=whole)
                micro -= round_up(line.exact(already), whole=whole) if already else 0
            else:
                micro = quantity * line.a + line.f
                if line.b != 1:
                    micro = -(-micro // line.b)
                if whole and micro % 1_000_000:
                    micro += 1_000_000 - micro % 1_000_000
            if micro > 0:
                self.sequence += 1
                waiting.append((need, rank, self.sequence, micro, job, None, line.operation, line.alternates))

    def pull_through(self, item_id: int, bom: PlanBom, need: Need, quantity: int) -> None:
        """Ask for the components of `quantity` of a phantom on behalf of what the need hangs on."""
        parent = need.job if need.job is not None else need.demand
        assert parent is not None
        for line, _whole, _waiting in self.recipe_of(item_id, bom, parent.choices, need.need):
            self.ask_loosely(line, (parent, need.operation), line.exact(quantity))

    def ask_loosely(self, line: RecipeLine, key: tuple[Job | OpenDemand, int | None], amount: Fraction) -> None:
        """Add an exact amount to what a parent needs of a component; it is rounded when the component is processed."""
        if isinstance(key[0], OpenDemand):
            self.note_demand(line.component_id, key[0])
        asked = self.loose.setdefault(line.component_id, {})
        before, alternates = asked.get(key, (Fraction(0), {}))
        alternates.update(dict.fromkeys(line.alternates))
        asked[key] = (before + amount, alternates)

    def recipe_of(
        self, item_id: int, bom: PlanBom, choices: Choices, day: int
    ) -> list[tuple[RecipeLine, bool, list[Waiting] | None]]:
        """The recipe with, for each line, whether the component is counted in whole units and where its needs wait."""
        dated = self.dated_boms.get(bom.bom_id)
        if dated is None:
            dated = self.dated_boms[bom.bom_id] = is_dated(bom)
        key = (bom.bom_id, choices, day if dated else 0)
        known = self.recipes.get(key)
        if known is None:
            chosen = dict(self.snapshot.option_defaults.get(item_id, {})) | dict(choices)
            known = self.recipes[key] = [
                (
                    line,
                    self.snapshot.items[line.component_id].whole_units,
                    None if line.component_id in self.below_phantom else self.waiting.setdefault(line.component_id, []),
                )
                for line in recipe(bom, chosen, day)
            ]
        return known

    def relevant_choices(self, item_id: int, choices: Choices) -> Choices:
        """The choices that some line in or below the item asks for, with the item's own defaults."""
        groups = self.groups_below.get(item_id)
        if not groups:
            return ()
        defaults = self.snapshot.option_defaults.get(item_id, {})
        chosen = {group: choice for group, choice in defaults.items() if group in groups}
        chosen.update((group, choice) for group, choice in choices if group in groups)
        return tuple(sorted(chosen.items()))

    def window_end(self, first: int) -> int:
        """The first need day that no longer joins a lot whose first need is on `first`."""
        end = self.window_ends.get(first)
        if end is None:
            end = self.window_ends[first] = self.calendar.add(first, self.snapshot.combining_days)
        return end

    def next_requirement_id(self) -> int:
        """The key of the next requirement row."""
        return self.snapshot.first.requirement + len(self.plan.requirements)

    def next_peg_id(self) -> int:
        """The key of the next peg row."""
        return self.snapshot.first.peg + len(self.plan.pegs)

    def peg(self, requirement_id: int, job_id: int | None, line_id: int | None, quantity: int) -> None:
        """Peg a quantity of a job or a purchase line to a requirement."""
        self.plan.pegs.append((self.next_peg_id(), requirement_id, None, job_id, line_id, quantity))

    def next_job_id(self) -> int:
        """The key of the next new work order."""
        return self.snapshot.first.work_order + len(self.plan.jobs)

    def new_line(self, item: PlanItem, article: Article, need: int) -> BuyLine:
        """Open a purchase line at the article's supplier."""
        line = BuyLine(self.take_line_id(), item.item_id, article.supplier_id, article.supplier_code, need)
        self.plan.lines.append(line)
        return line

    def take_line_id(self) -> int:
        """Take the key of the next new purchase line."""
        self.new_lines += 1
        return self.snapshot.first.purchase_line + self.new_lines - 1

    def job_of_supply(self, supply: OpenSupply, rank: int) -> Job:
        """The plan's picture of standing supply that is a job."""
        job = self.plan.standing.get(supply.supply_id)
        if job is None:
            job = Job(supply.supply_id, supply.item_id, supply.start, rank, supply.supply_id * 2 + 1, (), new=False)
            job.number, job.start, job.due = supply.number, supply.start, supply.due
            self.plan.standing[supply.supply_id] = self.jobs_by_id[supply.supply_id] = job
        return job

    def _items_with_alternates(self) -> frozenset[int]:
        return frozenset(
            line.component_id
            for boms in self.snapshot.boms.values()
            for bom in boms
            for line in bom.lines
            if line.alternates
        )

    def _groups_below(self) -> Mapping[int, frozenset[str]]:
        boms, routings = self.snapshot.boms, self.snapshot.routings
        lines = any(line.option_group for own in boms.values() for bom in own for line in bom.lines)
        if not lines and not any(step.option_group for steps in routings.values() for step in steps):
            return {}
        return groups_below(boms, self._is_exploded, routings)

    def _is_exploded(self, item_id: int) -> bool:
        return self.snapshot.items[item_id].source != "buy"

    def _items_below_phantoms(self) -> frozenset[int]:
        items = self.snapshot.items
        return frozenset(
            line.component_id
            for item_id, boms in self.snapshot.boms.items()
            if items[item_id].source == "phantom"
            for bom in boms
            for line in bom.lines
        )


def processing_order(snapshot: PlanningSnapshot) -> list[int]:
    """Item ids, parents before components and, where no cycle forbids it, alternates before what they stand in for.

    Ties are broken by low-level code and item code, so that the order of input does not matter.
    """
    items = snapshot.items
    before: dict[int, set[int]] = {item_id: set() for item_id in items}
    firm: dict[int, set[int]] = {item_id: set() for item_id in items}
    for item_id, boms in snapshot.boms.items():
        if items[item_id].source == "buy":
            continue
        for bom in boms:
            for line in bom.lines:
                for component in (line.component_id, *line.alternates):
                    firm[item_id].add(component)
                before_line = [alternate for alternate in line.alternates if alternate != line.component_id]
                for alternate in before_line:
                    before[alternate].add(line.component_id)
    return _topological(snapshot, firm, before)


def _topological(snapshot: PlanningSnapshot, firm: dict[int, set[int]], wished: dict[int, set[int]]) -> list[int]:
    """Order by `firm` edges always and by `wished` ones until they would close a cycle."""
    codes = {item_id: item.code for item_id, item in snapshot.items.items()}
    firm_open = dict.fromkeys(codes, 0)
    wish_open = dict.fromkeys(codes, 0)
    for edges, count in ((firm, firm_open), (wished, wish_open)):
        for targets in edges.values():
            for target in targets:
                count[target] += 1
    ready = [(code, item_id) for item_id, code in codes.items() if not firm_open[item_id] and not wish_open[item_id]]
    waiting = {item_id for item_id in codes if not firm_open[item_id] and wish_open[item_id]}
    heapq.heapify(ready)
    queued = {item_id for _, item_id in ready}
    order: list[int] = []
    while ready or waiting:
        if ready:
            item_id = heapq.heappop(ready)[1]
        else:  # only wishes are left in the way: the first by code goes ahead
            item_id = min(waiting, key=codes.__getitem__)
            waiting.discard(item_id)
        order.append(item_id)
        wish_open[item_id] = -1
        for edges, count in ((firm, firm_open), (wished, wish_open)):
            for target in edges[item_id]:
                if count[target] > 0:
                    count[target] -= 1
                if firm_open[target] or wish_open[target] < 0:
                    continue
                if wish_open[target]:
                    waiting.add(target)
                else:
                    waiting.discard(target)
                    if target not in queued:
                        queued.add(target)
                        heapq.heappush(ready, (codes[target], target))
    return order
