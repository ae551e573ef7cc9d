"""The forward pass and the last touches of a plan: true dates, subcontracted steps, promises, numbers, exceptions.

Items are gone through in reverse processing order, so that what a job waits for is dated before the job itself.
"""

import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from pegboard.domain.netting import PegRange, tell_no_lead_time
from pegboard.domain.plan import BuyLine, Job
from pegboard.domain.quantity import micro_text
from pegboard.domain.scheduling import arrival, operation_end, order_by
from pegboard.domain.snapshot import OpenDemand, OpenSupply, PlanOperation
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.domain.explosion import Explosion

Cause = Job | BuyLine | OpenSupply


def finish(explosion: "Explosion") -> None:
    """Date, number and complete the plan of an explosion whose items are all netted."""
    arrivals = Arrivals(explosion)
    arrivals.pass_forward()
    _subcontract(explosion)
    _number(explosion)
    plan = explosion.plan
    plan.requirements = [row for row in plan.requirements if row[4]]
    _tell_uncovered(explosion)
    _tell_surplus(explosion)
    for item_id in explosion.snapshot.unknown_lead_times:
        tell_no_lead_time(explosion, explosion.snapshot.items[item_id])
    for demand in explosion.snapshot.demands:
        if not demand.waits_for_deposit:
            arrivals.promise(demand)
    plan.exceptions.sort(key=lambda told: (told.date or 10**7, told.demand or "", told.item, told.kind))


class Arrivals:
    """When each supply is there and what each job and demand waits for."""

    def __init__(self, explosion: "Explosion") -> None:
        self.explosion = explosion
        self.today = explosion.today
        self.calendar = explosion.calendar
        self.ready: dict[int, int] = {}  # demand id -> day on which what is newly pegged is there
        self.cause: dict[object, Cause] = {}  # what a job (object) or demand (id) waits for longest

    def pass_forward(self) -> None:
        """Push every date that cannot hold, deepest item first."""
        for span in reversed(self.explosion.peg_ranges):
            late = span.is_asked or span.has_standing
            for line in span.lines:
                self._date_line(line)
                late = late or line.due > line.need
            for job in span.jobs:
                self._date_job(job)
                late = late or job.due > job.need
            if late:
                self._hand_up(span)

    def _date_line(self, line: BuyLine) -> None:
        article = line.article
        assert article is not None
        line.due = max(line.due, line.need, arrival(self.calendar, self.today, article))
        line.order_by = order_by(self.calendar, self.today, line.due, article)

    def _date_job(self, job: Job) -> None:
        earliest = max(job.start, self.today, job.ready)
        if earliest > job.start:
            job.start = self.calendar.on_or_after(earliest)
            job.due = max(job.need, self.calendar.add(job.start, job.lead))
        else:
            job.due = job.need

    def _hand_up(self, span: PegRange) -> None:
        """Tell what hangs on an item's supply when that supply is there."""
        explosion = self.explosion
        first = explosion.snapshot.first.requirement
        requirements, parents = explosion.plan.requirements, explosion.parents_of_standing
        jobs, lines, standing = explosion.jobs_by_id, explosion.lines_by_id, explosion.standing_due
        for _peg_id, requirement_id, _stock_id, job_id, line_id, _quantity in explosion.plan.pegs[
            span.first : span.last
        ]:
            source: Cause
            if job_id is not None:
                source = jobs[job_id] if job_id in jobs and jobs[job_id].new else standing["job", job_id]
            elif line_id is not None:
                source = lines[line_id] if line_id in lines else standing["line", line_id]
            else:
                continue
            if requirement_id >= first:
                row = requirements[requirement_id - first]
                demand_id, parent_id, need = row[1], row[2], row[5]
            else:
                demand_id, parent_id, need = parents[requirement_id]
            owner: int | Job
            if demand_id is not None:
                owner, ready = demand_id, self.ready.get(demand_id, 0)
                self.ready[demand_id] = max(ready, source.due)
            else:
                assert parent_id is not None
                owner = jobs[parent_id]
                ready = owner.ready
                owner.ready = max(ready, source.due)
            if source.due >= ready and explosion.iso_days[source.due] > need:
                self._blame(owner, source, is_later=source.due > ready)

    def _blame(self, owner: object, source: Cause, *, is_later: bool) -> None:
        """Keep what comes last as the cause; of two on one day the first item by code."""
        known = self.cause.get(owner)
        items = self.explosion.snapshot.items
        if known is None or is_later or items[source.item_id].code < items[known.item_id].code:
            self.cause[owner] = source

    def promise(self, demand: OpenDemand) -> None:
        """Note the day on which a demand can be met; tell once where an order line is late, with the chain to blame."""
        standing = max(self.today, demand.ready or 0)
        new = self.ready.get(demand.demand_id, 0)
        met = max(standing, new)
        self.explosion.plan.promises[demand.demand_id] = met
        if demand.kind != "order" or demand.given_due is None:
            return
        if met <= self.calendar.on_or_before(demand.given_due):
            return
        chain = self._chain(demand.demand_id) if new >= standing else demand.chain
        item = self.explosion.snapshot.items[demand.item_id].code
        self.explosion.tell("late", item, demand.name, met, late_sentence(demand, met, chain))

    def _chain(self, demand_id: int) -> str:
        links: list[str] = []
        cause = self.cause.get(demand_id)
        while cause is not None:
            links.append(self._link(cause))
            cause = self.cause.get(cause) if isinstance(cause, Job) else None
        return ", ".join(links)

    def _link(self, cause: Cause) -> str:
        item = self.explosion.snapshot.items[cause.item_id].code
        day = datetime.date.fromordinal(cause.due)
        if isinstance(cause, Job) or (isinstance(cause, OpenSupply) and cause.kind == "job"):
            return tr("{number} {item} done {day}", number=cause.number, item=item, day=day)
        supplier = cause.supplier_code
        return tr("{number} {item} from {supplier} {day}", number=cause.number, item=item, supplier=supplier, day=day)


def late_sentence(demand: OpenDemand, met: int, chain: str) -> str:
    """Say that a demand is late, until when it can be met, and what makes it so."""
    day, due = datetime.date.fromordinal(met), datetime.date.fromordinal(demand.given_due or met)
    if chain:
        return tr(
            "{demand} is due {due} and can be met {day}: {chain}.", demand=demand.name, due=due, day=day, chain=chain
        )
    return tr("{demand} is due {due} and can be met {day}.", demand=demand.name, due=due, day=day)


def _subcontract(explosion: "Explosion") -> None:
    """Buy the subcontracted operations of the new jobs: the start quantity, due at the operation's planned end."""
    for job in explosion.plan.jobs:
        operations = explosion.lead_times.operations(job.item_id, job.revision, job.choices)
        for operation in operations:
            if operation.supplier_id is not None:
                _buy_operation(explosion, job, operation)


def _buy_operation(explosion: "Explosion", job: Job, operation: PlanOperation) -> None:
    assert operation.supplier_id is not None
    calendar = explosion.calendar
    operations = explosion.lead_times.operations(job.item_id, job.revision, job.choices)
    due = operation_end(calendar, operations, operation.sequence, job.start, job.due, job.start_quantity)
    line = BuyLine(explosion.take_line_id(), job.item_id, operation.supplier_id, operation.supplier_code, due)
    line.quantity = line.added = line.pegged = job.start_quantity
    line.unit_price, line.job, line.operation = operation.price, job, operation.sequence
    if operation.calendar_lead_time:
        line.order_by = max(explosion.today, calendar.on_or_before(due - operation.lead_time_days))
    else:
        line.order_by = max(explosion.today, calendar.subtract(due, operation.lead_time_days))
    explosion.plan.lines.append(line)
    if operation.price is None:
        item = explosion.snapshot.items[job.item_id].code
        sentence = tr(
            "{supplier} has no price for operation {sequence} of {item}.",
            supplier=operation.supplier_code,
            sequence=operation.sequence,
            item=item,
        )
        explosion.tell("no_price", item, None, None, sentence)


def _number(explosion: "Explosion") -> None:
    """Number the new jobs, and the new lines on each supplier's draft order."""
    plan, first = explosion.plan, explosion.snapshot.first
    for place, job in enumerate(plan.jobs):
        job.number = f"WO-{first.work_order_number + place:04d}"
    orders = dict(explosion.snapshot.draft_orders)
    items = explosion.snapshot.items
    new = [line for line in plan.lines if not line.grown]
    new.sort(key=lambda line: (line.supplier_code, line.due, items[line.item_id].code, line.line_id))
    for line in new:
        order = orders.get(line.supplier_id)
        if order is None:
            place = len(plan.new_orders)
            order = (first.purchase_order + place, f"PO-{first.purchase_order_number + place:04d}", 0)
            plan.new_orders.append((order[0], order[1], line.supplier_id))
        line.order_id, line.order_number, last = order
        line.line = last + 1
        orders[line.supplier_id] = (line.order_id, line.order_number, line.line)
        line.number = f"{line.order_number}/{line.line}"


def _tell_uncovered(explosion: "Explosion") -> None:
    for kind, item, need, sentence in explosion.uncovered:
        name = need.demand.name if need.demand is not None else need.job.number if need.job is not None else ""
        explosion.tell(kind, item, name, need.need, sentence)


def _tell_surplus(explosion: "Explosion") -> None:
    items = explosion.snapshot.items
    supplies: list[Job | BuyLine] = [*explosion.plan.jobs, *explosion.plan.lines]
    for supply in sorted(supplies, key=attrgetter("due", "number")):
        extra = supply.quantity - supply.pegged
        if extra > 0:
            item = items[supply.item_id].code
            sentence = tr(
                "{number}: {quantity} of {item} more than anything needs ({reason}).",
                number=supply.number,
                quantity=micro_text(extra),
                item=item,
                reason=supply.surplus_reason,
            )
            explosion.tell_surplus(item, supply.due, sentence)
