"""Works a change of need down through all levels: what is no longer wanted comes free, what is wanted more is covered.

Items are taken in low-level-code order, so that all that asks for an item has changed before its supply follows. Draft
lines and planned jobs whose quantity the system set follow; all else is left as it is and becomes a decision. All of it
happens in memory, on what `standing` has read; `Standing.write` keeps it.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pegboard.domain.gross import bom_on, difference, gross_of
from pegboard.domain.lots import price_at, raise_for, raise_lot
from pegboard.domain.recipe import start_quantity
from pegboard.domain.snapshot import Article, PlanBom, PlanningSnapshot
from pegboard.services.consequences import Touched
from pegboard.services.free_supply import pegged_of_stock, unpegged_surplus
from pegboard.services.promises import follow_owners
from pegboard.services.standing import (
    JOB,
    LINE,
    STOCK,
    JobSupply,
    LineSupply,
    Need,
    Peg,
    Standing,
    StockSupply,
    Supply,
    owner_of,
)
from pegboard.storage.open_positions import choices_of
from pegboard.storage.reading_rows import day_number
from pegboard.storage.rows import first
from pegboard.storage.store import Transaction

REASON = "cancelled demand"
IMPORTED = "imported"


@dataclass(slots=True)
class Cascade:
    """One change on its way down.

    Attributes: snapshot: items, BOMs and option defaults below what is changed; standing: what it works on; cut:
    numbers of jobs that a person lets follow although they were released or set by hand.
    """

    tx: Transaction
    snapshot: PlanningSnapshot
    standing: Standing
    touched: Touched = field(default_factory=Touched)
    cut: frozenset[str] = frozenset()
    waiting: list[tuple[int, int, str, int]] = field(default_factory=list)  # level, item, column, key
    freed: dict[tuple[str, int], int] = field(default_factory=dict)
    pegged_stock: dict[int, int] = field(default_factory=dict)  # of each row with something free, as it was read
    surplus: dict[int, list[tuple[str, int]]] | None = None

    def let_go(self, peg: Peg, quantity: int) -> None:
        """Take so much off a peg; its supply is looked at when the change settles."""
        item_id, key = peg.need.item_id, (peg.supply.column, peg.supply.key)
        self.standing.take(peg, quantity)
        self.freed[key] = self.freed.get(key, 0) + quantity
        heapq.heappush(self.waiting, (self.standing.levels[item_id], item_id, *key))


def open_cascade(
    tx: Transaction, snapshot: PlanningSnapshot, since: str, *, demands: Sequence[int] = (), jobs: Sequence[int] = ()
) -> Cascade:
    """Read what stands below demands or jobs. `since` is when the demand was raised, as the ledger writes it."""
    standing = Standing(tx, since)
    if demands:
        standing.read_below("demand_id", demands)
    if jobs:
        standing.read_supplies(JOB, set(jobs))
        standing.read_below(JOB, jobs)
    return Cascade(tx, snapshot, standing)


def shrink(cascade: Cascade, need: Need, by: int) -> None:
    """Make a need smaller; pegs beyond what is still open come free, the last one first."""
    standing = cascade.standing
    need.quantity = max(need.issued, need.quantity - by)
    excess = need.covered - (need.quantity - need.issued)
    for peg in tuple(reversed(need.pegs)):
        if excess <= 0:
            break
        taken = min(excess, peg.quantity)
        cascade.let_go(peg, taken)
        excess -= taken
    if not need.quantity:
        standing.drop(need)


def settle(cascade: Cascade) -> None:
    """Let all supply that came free follow, level by level, until nothing changes any more."""
    while cascade.waiting:
        _level, item_id, column, key = heapq.heappop(cascade.waiting)
        freed = cascade.freed.pop((column, key), 0)
        if not freed:
            continue
        supply = cascade.standing.supplies[column, key]
        freed -= _offer(cascade, item_id, supply, freed)
        if isinstance(supply, JobSupply):
            _follow_job(cascade, supply, freed)
        elif isinstance(supply, LineSupply):
            _follow_line(cascade, supply, freed)
        elif freed:
            assert isinstance(supply, StockSupply)
            _free_stock(cascade, supply, freed)


def serve_helped(tx: Transaction, touched: Touched) -> None:
    """Give the jobs and demands that got what came free the days that it gives them; their promises follow.

    To be called once all of a change is in the file.
    """
    if touched.helped:
        jobs = {key for column, key in touched.helped if column == JOB}
        demand_ids = {key for column, key in touched.helped if column != JOB}
        touched.promises += follow_owners(tx, jobs, demand_ids)


def grow(cascade: Cascade, need: Need, by: int) -> None:
    """Make a need larger and cover it: free stock, surplus on order in time, then the job or draft that it pulled.

    What is left uncovered is for the explosion, which buys and makes anew.
    """
    need.quantity += by
    left = _take_stock(cascade, need, by)
    left = _take_surplus(cascade, need, left)
    if left and not _enlarge_job(cascade, need, left):
        _enlarge_line(cascade, need, left)


def change_components(
    cascade: Cascade, owner: str, key: int, before: Mapping[Any, int], after: Mapping[Any, int]
) -> None:
    """Change the components of a job or a kit (`owner` is the requirement's column) to those of another quantity."""
    for (item_id, operation), more in sorted(difference(before, after).items(), key=str):
        lines = [
            need
            for need in cascade.standing.of_owner[owner, key]
            if need.operation == operation and item_id in (need.item_id, need.alternate_for_id)
        ]
        lines.sort(key=lambda need: (need.alternate_for_id is not None, need.key))
        if more > 0:
            _grow_component(cascade, owner, key, item_id, operation, more, lines)
        else:
            _shrink_component(cascade, lines, -more)


def _shrink_component(cascade: Cascade, lines: Sequence[Need], less: int) -> None:
    """Take from a component and what stands in for it: what is short first, then the newest pegs."""
    parts = [(need, need.uncovered) for need in lines]
    pegs = sorted((peg for need in lines for peg in need.pegs), key=lambda peg: -peg.key)
    for need, size in [*parts, *((peg.need, peg.quantity) for peg in pegs)]:
        part = min(less, size)
        if part > 0 and not need.is_gone:
            shrink(cascade, need, part)
            less -= part


def _grow_component(
    cascade: Cascade, owner: str, key: int, item_id: int, operation: int | None, more: int, lines: Sequence[Need]
) -> None:
    own = next((line for line in lines if line.alternate_for_id is None), None)
    if own is None:
        day, wanted_by = _owner_day(cascade, owner, key)
        own = cascade.standing.ask(owner, key, item_id, operation, day, wanted_by)
    grow(cascade, own, more)


def _owner_day(cascade: Cascade, owner: str, key: int) -> tuple[str, str]:
    """When a demand or job needs its components, never before today, and its name."""
    today = cascade.tx.today.isoformat()
    if owner == JOB:
        job = cascade.standing.supplies[JOB, key]
        assert isinstance(job, JobSupply)
        return max(today, job.start_date), job.number
    row = first(cascade.tx, "SELECT need_date, name FROM demand WHERE demand_id = ?", key)
    assert row is not None
    return max(today, row.need_date or today), row.name


def _offer(cascade: Cascade, item_id: int, supply: Supply, freed: int) -> int:
    """Give what came free to demands that are short of it, earliest need first; return how much found one."""
    if not _can_be_offered(supply):
        return 0
    given, pegged = 0, supply.pegged
    for need in cascade.standing.short(item_id):
        part = min(freed - given, need.uncovered)
        if part <= 0:
            break
        cascade.standing.put(need, supply, part)
        name = (supply.column, supply.key, need.wanted_by)
        cascade.touched.pegged_again[name] = cascade.touched.pegged_again.get(name, 0) + part
        cascade.touched.helped.add(owner_of(need))
        given += part
    if isinstance(supply, JobSupply):
        pull_for_pegs(cascade, supply, pegged)
    return given


def _can_be_offered(supply: Supply) -> bool:
    if isinstance(supply, JobSupply):  # a job for certain choices fits nobody else for sure
        return not supply.choices
    return not isinstance(supply, StockSupply) or (supply.usable and not supply.made_to_choices)


def _free_stock(cascade: Cascade, supply: StockSupply, freed: int) -> None:
    """Stock is free at once; what came for this demand since it was raised is stuck and a person's to decide."""
    touched, key = cascade.touched, supply.key
    touched.freed[key] = touched.freed.get(key, 0) + freed
    stuck = min(freed, max(0, supply.came))
    if stuck:
        touched.received[key] = touched.received.get(key, 0) + stuck
        _decide(cascade, supply, stuck)


def _follow_job(cascade: Cascade, job: JobSupply, freed: int) -> None:
    bom = _bom_of(cascade, job)
    if bom is not None and (job_follows(cascade.standing, job) or job.number in cascade.cut):
        _resize_job(cascade, job, bom)
    elif freed:
        if job.pulls_for_pegs:
            job.surplus_reason = IMPORTED
            pull_for_pegs(cascade, job, job.pegged + freed)
        else:
            job.surplus_reason = REASON
        _keep(cascade, job, "started" if job.state != "planned" else "set_by_person", freed)


def pull_for_pegs(cascade: Cascade, job: JobSupply, pegged_before: int) -> None:
    """An imported job pulls its components for what of it is pegged: more or fewer of them, as its pegs are."""
    item = cascade.snapshot.items.get(job.item_id)
    day = max(cascade.tx.today.toordinal(), day_number(job.start_date) or 0)
    bom = bom_on(cascade.snapshot, job.item_id, day)
    if not job.pulls_for_pegs or item is None or bom is None or job.pegged == pegged_before:
        return
    cascade.standing.read_below(JOB, [job.key])
    starts = [
        start_quantity(job.completed + pegged, item.loss_percent, whole=item.whole_units) if pegged else 0
        for pegged in (pegged_before, job.pegged)
    ]
    before, after = gross_of(cascade.snapshot, job.item_id, bom, choices_of(job.choices), day, starts)
    change_components(cascade, JOB, job.key, before, after)


def _follow_line(cascade: Cascade, line: LineSupply, freed: int) -> None:
    if line_follows(line) or (line.number in cascade.cut and line.order_state == "draft" and not line.received):
        _resize_line(cascade, line)
    elif freed:
        line.surplus_reason = REASON
        sent = line.order_state != "draft" or line.received
        _keep(cascade, line, "sent" if sent else "set_by_person", freed)


def _keep(cascade: Cascade, supply: Supply, kind: str, freed: int) -> None:
    key = (supply.column, supply.key)
    cascade.touched.kept[key] = (kind, cascade.touched.kept.get(key, (kind, 0))[1] + freed)
    _decide(cascade, supply, freed)


def _decide(cascade: Cascade, supply: Supply, quantity: int) -> None:
    key = (supply.column, supply.key)
    cascade.touched.unwanted[key] = cascade.touched.unwanted.get(key, 0) + quantity


def job_follows(standing: Standing, job: JobSupply) -> bool:
    """Say whether a job's quantity may follow: planned by the system, with nothing sent for it."""
    if job.state != "planned" or job.set_by or job.completed:
        return False
    return all(line.order_state == "draft" and not line.received for line in standing.services.get(job.key, ()))


def line_follows(line: LineSupply) -> bool:
    """Say whether a purchase line may follow: a draft whose quantity the system set, nothing of it received."""
    return bool(
        line.state == "open"
        and line.order_state == "draft"
        and not line.set_by
        and not line.received
        and line.order_by is not None  # an imported draft's quantity is a person's
    )


def _bom_of(cascade: Cascade, job: JobSupply) -> PlanBom | None:
    boms = cascade.snapshot.boms.get(job.item_id, ())
    return next((bom for bom in boms if bom.bom_id == job.bom_id), None)


def _resize_job(cascade: Cascade, job: JobSupply, bom: PlanBom) -> None:
    """Bring a job to what is pegged to it, by its lot rules; one that nobody wants is cancelled, or ends if begun."""
    item = cascade.snapshot.items[job.item_id]
    raised = raise_lot(job.pegged, item.minimum, item.multiple, whole=item.whole_units)
    quantity = raised.quantity if job.pegged else 0
    cascade.touched.jobs.setdefault(job.key, job.quantity)
    day = max(cascade.tx.today.toordinal(), day_number(job.start_date) or 0)
    choices = choices_of(job.choices)
    if quantity:
        start = start_quantity(job.completed + quantity, item.loss_percent, whole=item.whole_units)
        starts = (job.start_quantity, start)
        before, after = gross_of(cascade.snapshot, job.item_id, bom, choices, day, starts)
        job.quantity, job.start_quantity = job.completed + quantity, start
        job.surplus_reason = raised.reason if quantity > job.pegged else ""
        change_components(cascade, JOB, job.key, before, after)
    else:
        start = job.completed
        needs = tuple(cascade.standing.of_owner[JOB, job.key])
        has_begun = job.completed or any(need.issued for need in needs)
        job.state, job.surplus_reason = ("closed" if has_begun else "cancelled"), ""
        for need in needs:
            shrink(cascade, need, need.quantity)
    _resize_services(cascade, job, start)


def _resize_services(cascade: Cascade, job: JobSupply, start: int) -> None:
    """Subcontract lines that are drafts buy the start quantity; a sent one of a job that was cut is to be decided."""
    for line in cascade.standing.services.get(job.key, ()):
        if line.state != "open":
            continue
        if line.order_state != "draft" or line.received:
            if line.open and start < line.quantity:
                _keep(cascade, line, "sent", line.quantity - max(start, line.received))
            continue
        cascade.touched.lines.setdefault(line.key, (line.quantity, line.price))
        if start:
            line.quantity = start
        else:
            _take_off(line)


def _resize_line(cascade: Cascade, line: LineSupply) -> None:
    """Bring a draft line to what is pegged to it, by its article's lot rules and price breaks."""
    cascade.touched.lines.setdefault(line.key, (line.quantity, line.price))
    if not line.pegged:
        _take_off(line)
        return
    raised, reason, line.price = _bought(cascade, line)
    line.quantity = min(raised, line.quantity)
    line.surplus_reason = reason if line.quantity > line.pegged else ""


def _bought(cascade: Cascade, line: LineSupply) -> tuple[int, str, int | None]:
    """Quantity, surplus reason and price of a draft line for what is pegged to it."""
    whole = cascade.snapshot.items[line.item_id].whole_units
    article = _article_of(cascade, line)
    if article is None:  # not sold any more: what was agreed holds
        raised = raise_lot(line.pegged, None, None, whole=whole)
        return raised.quantity, raised.reason, line.price
    raised = raise_for(article, cascade.snapshot.articles[line.item_id], line.pegged, whole=whole)
    price = price_at(article, raised.quantity) if article.breaks else line.price
    return raised.quantity, raised.reason, price


def _take_off(line: LineSupply) -> None:
    """Cancel a draft line; its order goes with the last one when it is written."""
    line.state, line.surplus_reason = "cancelled", ""


def _take_stock(cascade: Cascade, need: Need, left: int) -> int:
    """Free stock, oldest first, but for what lies where the demand itself wants it."""
    for row in cascade.snapshot.stock.get(need.item_id, ()):
        if left <= 0:
            break
        if row.location_id == need.location_id or row.choices:  # whether choices fit, the explosion finds out
            continue
        if not cascade.pegged_stock:
            cascade.pegged_stock = pegged_of_stock(cascade.tx, cascade.snapshot)
        cascade.standing.read_supplies(STOCK, {row.stock_id})
        supply = cascade.standing.supplies[STOCK, row.stock_id]
        part = min(left, row.free - (supply.pegged - cascade.pegged_stock[row.stock_id]))
        if part > 0:
            cascade.standing.put(need, supply, part, last=True)
            left -= part
    return left


def _take_surplus(cascade: Cascade, need: Need, left: int) -> int:
    """Surplus of open orders that comes no later than the need; what is overdue counts as coming today."""
    standing = cascade.standing
    if left and cascade.surplus is None:
        cascade.surplus = unpegged_surplus(cascade.tx, cascade.snapshot.items)
        for column in (JOB, LINE):
            keys = {key for found in cascade.surplus.values() for kind, key in found if kind == column}
            standing.read_supplies(column, keys)
    latest = max(need.need_date, cascade.tx.today.isoformat())
    for column, key in (cascade.surplus or {}).get(need.item_id, ()) if left else ():
        supply = standing.supplies[column, key]
        assert isinstance(supply, JobSupply | LineSupply)
        part, pegged = min(left, supply.open - supply.pegged), supply.pegged
        if part > 0 and supply.arrives <= latest:
            standing.put(need, supply, part, last=True)
            if isinstance(supply, JobSupply):
                pull_for_pegs(cascade, supply, pegged)
            if supply.open <= supply.pegged:
                supply.surplus_reason = ""
            left -= part
    return left


def _enlarge_job(cascade: Cascade, need: Need, by: int) -> bool:
    """Let the planned job that the need pulled make more; without one the explosion makes a new one."""
    for peg in reversed(need.pegs):
        job = peg.supply
        if not isinstance(job, JobSupply):
            continue
        bom = _bom_of(cascade, job)
        if bom is not None and job_follows(cascade.standing, job):
            cascade.standing.put(need, job, by, last=True)
            _resize_job(cascade, job, bom)
            return True
    return False


def _enlarge_line(cascade: Cascade, need: Need, by: int) -> None:
    """Let the draft line that the need pulled buy more, as the explosion would; all else is the explosion's."""
    if (cascade.surplus or {}).get(need.item_id):
        return  # it weighs what comes later against what is bought anew
    for peg in reversed(need.pegs):
        line = peg.supply
        if not isinstance(line, LineSupply) or not line_follows(line):
            continue
        article = _article_of(cascade, line)
        if article is None or article.maximum is not None:
            return
        cascade.touched.lines.setdefault(line.key, (line.quantity, line.price))
        cascade.standing.put(need, line, by, last=True)
        line.quantity, reason, line.price = _bought(cascade, line)
        line.surplus_reason = reason if line.quantity > line.pegged else ""
        if line.surplus_reason and cascade.surplus is not None:
            cascade.surplus.setdefault(need.item_id, []).append((LINE, line.key))
        return


def _article_of(cascade: Cascade, line: LineSupply) -> Article | None:
    articles = cascade.snapshot.articles.get(line.item_id, ())
    return next((each for each in articles if each.supplier_item_id == line.supplier_item_id), None)
