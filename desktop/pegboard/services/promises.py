"""Keeps dates of standing supply true, and the promises that hang on them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pegboard.domain.forward import late_sentence
from pegboard.domain.plan import Plan, PlanException
from pegboard.domain.snapshot import OpenDemand, PlanningSnapshot
from pegboard.storage.bulk import fetch, update_rows
from pegboard.storage.open_positions import demands
from pegboard.storage.reading_rows import among, calendar
from pegboard.storage.store import Transaction
from pegboard.storage.tables.orders import OrderLine
from pegboard.storage.tables.purchasing import PurchaseLine
from pegboard.storage.tables.work_orders import WorkOrder
from pegboard.storage.true_dates import TrueDates, true_dates


@dataclass(frozen=True, slots=True)
class Promise:
    """An order line whose promise has moved: ORDER/LINE, the days before and after, and the day it is due."""

    line: str
    before: datetime.date | None
    after: datetime.date
    due: datetime.date | None

    @property
    def is_late(self) -> bool:
        """Whether the line is late now and was not before."""
        return self.due is not None and self.after > self.due and (self.before is None or self.before <= self.due)


def push_dates(tx: Transaction, demand_ids: Iterable[int] | None = None) -> TrueDates:
    """Push the dates of standing jobs and unsent drafts on to where they can hold; return what does not hold.

    The dates of imported jobs stay as they were given.
    """
    pushed = true_dates(tx, demand_ids)
    jobs = [(_iso(dates.first), _iso(dates.due), key) for key, dates in pushed.jobs.items() if key not in pushed.given]
    update_rows(tx, WorkOrder, ("start_date", "due_date"), "work_order_id", jobs)
    lines = [(_iso(dates.first), _iso(dates.due), key) for key, dates in pushed.lines.items()]
    update_rows(tx, PurchaseLine, ("order_by_date", "due_date"), "purchase_line_id", lines)
    if pushed:
        tx.changed("work_order", "purchase_order")
    return pushed


def tell_true_promises(tx: Transaction, plan: Plan, snapshot: PlanningSnapshot) -> None:
    """Correct what a plan has promised for demands that stood, now that its own supply is in the file.

    A component that it covers late makes standing jobs late, which the plan itself does not see.
    """
    stood = frozenset(demand.demand_id for demand in snapshot.demands if demand.exploded)
    found = {demand.demand_id: demand for demand in demands(tx, stood, deposit_gates_pull=False)}
    late = [demand for demand in found.values() if (demand.ready or 0) > plan.promises.get(demand.demand_id, 0)]
    for demand in late:
        assert demand.ready is not None
        plan.promises[demand.demand_id] = demand.ready
    names = {demand.name for demand in late}
    plan.exceptions = [told for told in plan.exceptions if told.kind != "late" or told.demand not in names]
    plan.exceptions += filter(None, (_late(tx, demand, snapshot) for demand in late))
    plan.exceptions.sort(key=lambda told: (told.date or 10**7, told.demand or "", told.item, told.kind))
    write_promises(tx, {demand.demand_id: demand.ready or 0 for demand in late})


def _late(tx: Transaction, demand: OpenDemand, snapshot: PlanningSnapshot) -> PlanException | None:
    met = demand.ready
    if met is None or demand.kind != "order" or demand.given_due is None:
        return None
    if met <= calendar(tx).on_or_before(demand.given_due):
        return None
    item = snapshot.items[demand.item_id].code
    return PlanException("late", item, demand.name, met, late_sentence(demand, met, demand.chain))


def write_promises(tx: Transaction, promises: dict[int, int]) -> list[Promise]:
    """Keep the promise dates of order lines, by demand; the first one that was told stays. Return those that moved."""
    moved, changed = [], []
    for demand_id, line_id, name, promised, due in among(
        tx,
        "SELECT d.demand_id, l.order_line_id, d.name, l.promise_date, l.due_date FROM demand d"
        " JOIN order_line l ON l.order_line_id = d.order_line_id WHERE {among}",
        "d.demand_id",
        promises,
    ):
        told = _iso(promises[demand_id])
        if promised != told:
            changed.append((told, told, line_id))
            before = None if promised is None else date.fromisoformat(promised)
            moved.append(
                Promise(name, before, date.fromisoformat(told), None if due is None else date.fromisoformat(due))
            )
    if changed:
        tx.connection.exec_driver_sql(
            f"UPDATE {OrderLine.__tablename__} SET promise_date = ?,"
            " first_promise_date = COALESCE(first_promise_date, ?) WHERE order_line_id = ?",
            changed,
        )
        tx.changed("order")
    return moved


def follow(tx: Transaction, purchase_line_id: int) -> list[Promise]:
    """Let all that waits for a purchase line follow its date, back and forth; return the promises that moved."""
    services = fetch(
        tx,
        "SELECT work_order_id FROM purchase_line WHERE purchase_line_id = ? AND work_order_id IS NOT NULL",
        (purchase_line_id,),
    )
    pegged = list(among(tx, _OWNERS, "p.purchase_line_id", [purchase_line_id]))
    jobs = {job_id for _demand_id, job_id in pegged if job_id is not None} | {row[0] for row in services}
    return follow_owners(tx, jobs, {demand_id for demand_id, _job_id in pegged if demand_id is not None})


def follow_owners(tx: Transaction, jobs: Iterable[int], demand_ids: Iterable[int]) -> list[Promise]:
    """Let jobs and demands whose supply has changed, and all that waits for them, have the days that this gives them.

    Returns the promises that moved.
    """
    jobs, demand_ids = _above(tx, set(jobs), set(demand_ids))
    _pull_back(tx, jobs)
    push_dates(tx, demand_ids)
    found = demands(tx, frozenset(demand_ids), deposit_gates_pull=False)
    return write_promises(tx, {demand.demand_id: demand.ready for demand in found if demand.ready is not None})


# Who needs what a supply is pegged to: a demand, or a job.
_OWNERS = (
    "SELECT DISTINCT r.demand_id, r.work_order_id FROM peg p"
    " JOIN requirement r ON r.requirement_id = p.requirement_id WHERE {among}"
)


def _above(tx: Transaction, jobs: set[int], demand_ids: set[int]) -> tuple[set[int], set[int]]:
    """These jobs and demands and those that wait for what the jobs make, all the way up."""
    level = jobs
    while level:
        owners = list(among(tx, _OWNERS, "p.work_order_id", level))
        demand_ids = demand_ids | {demand_id for demand_id, _job_id in owners if demand_id is not None}
        level = {job_id for _demand_id, job_id in owners if job_id is not None} - jobs
        jobs = jobs | level
    return jobs, demand_ids


def _pull_back(tx: Transaction, jobs: Iterable[int]) -> None:
    """Jobs of ours that have not begun go back to where their needs want them, as far as today allows."""
    days, today = calendar(tx), tx.today.toordinal()
    moved = []
    for key, start, due, need in among(
        tx,
        "SELECT w.work_order_id, w.start_date, w.due_date, min(r.need_date) FROM work_order w"
        " JOIN peg p ON p.work_order_id = w.work_order_id JOIN requirement r ON r.requirement_id = p.requirement_id"
        " WHERE w.state IN ('planned', 'released') AND w.bom_id IS NOT NULL AND {among}"
        " GROUP BY w.work_order_id, w.start_date, w.due_date",
        "w.work_order_id",
        jobs,
    ):
        first, last, wanted = (date.fromisoformat(day).toordinal() for day in (start, due, need))
        lead = days.working_days(first, last)
        earlier = max(today, days.subtract(wanted, lead))
        if earlier < first:
            moved.append((_iso(earlier), _iso(max(wanted, days.add(earlier, lead))), key))
    update_rows(tx, WorkOrder, ("start_date", "due_date"), "work_order_id", moved)


def _date(text: str | None) -> datetime.date | None:
    return None if text is None else date.fromisoformat(text)


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()
