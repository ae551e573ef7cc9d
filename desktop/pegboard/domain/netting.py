"""Netting of one item: free stock, alternates, open supply in time, later supply where it is quicker, new supply.

Two ways lead to the same plan. Most items of a large plan have no open supply, alternates or odd lot rules: `net_jobs`
and `net_lines` go through their requirements in one tight loop. `Netting` does the whole rule, step by step.
"""

from typing import TYPE_CHECKING, NamedTuple

from pegboard.domain.lots import cheaper_break, price_at, raise_lot
from pegboard.domain.plan import BuyLine, CheaperBreak, Job, PegRow
from pegboard.domain.recipe import start_quantity
from pegboard.domain.snapshot import Article, FreeStock, PlanBom, PlanItem
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.domain.explosion import Explosion, Waiting


class PegRange(NamedTuple):
    """The pegs of one item in the plan, and its new supply: what the forward pass goes through, deepest item first."""

    item: PlanItem
    first: int
    last: int
    jobs: list[Job]
    lines: list[BuyLine]
    is_asked: bool  # a demand asks for the item itself
    has_standing: bool  # standing supply was pegged


def plan_item(explosion: "Explosion", item: PlanItem) -> None:
    """Net all requirements of an item, make its new supply, and ask for the components of its jobs."""
    from pegboard.domain.netting_steps import Netting

    waiting = explosion.waiting.get(item.item_id, [])
    if _is_plain(explosion, item, waiting):
        waiting.sort()
        if item.source == "make":
            net_jobs(explosion, item, waiting)
        else:
            net_lines(explosion, item, waiting)
    else:
        Netting(explosion, item).run()
    waiting.clear()


def _is_plain(explosion: "Explosion", item: PlanItem, waiting: "list[Waiting]") -> bool:
    """Say whether the tight loops do: nothing but stock to net against, and lots that need no second look."""
    item_id = item.item_id
    snapshot = explosion.snapshot
    if (
        not item.active
        or item.source == "phantom"
        or item_id in explosion.loose
        or item_id in explosion.standing_needs
        or item_id in explosion.stock_taken
        or item_id in explosion.with_alternates
        or item_id in explosion.asked_at_places
        or item_id in explosion.with_made_to_choices
        or snapshot.supplies.get(item_id)
    ):
        return False
    if item.source == "buy":
        articles = snapshot.articles.get(item_id, ())
        return bool(articles) and articles[0].maximum is None
    boms = snapshot.boms.get(item_id, ())
    undated = len(boms) == 1 and boms[0].valid_from is None and boms[0].valid_to is None
    return undated and item.minimum is None and not item.multiple


def is_per_order(explosion: "Explosion", item: PlanItem) -> bool:
    """Say whether each top demand gets jobs of its own; undecided items do where an order line asks for them."""
    return item.batching == "per_order" or (not item.batching and item.item_id in explosion.ordered_items)


def net_jobs(explosion: "Explosion", item: PlanItem, waiting: "list[Waiting]") -> None:
    """Net a made item without open supply, minimum or multiple: stock first, then a job for each group and window."""
    plan, item_id = explosion.plan, item.item_id
    requirements, pegs = plan.requirements, plan.pegs
    requirement_id = explosion.next_requirement_id()
    peg_id = explosion.next_peg_id()
    first_peg = len(pegs)
    stock = explosion.free_stock.get(item_id)
    per_order = is_per_order(explosion, item)
    has_choices = item_id in explosion.groups_below
    open_jobs: dict[object, tuple[Job, int]] = {}
    jobs: list[Job] = []
    next_job = explosion.next_job_id()
    iso_days, window_end = explosion.iso_days, explosion.window_end
    for need, rank, _sequence, quantity, job, demand, operation, _alternates in waiting:
        demand_id = demand.demand_id if demand is not None else None
        job_id = job.job_id if job is not None else None
        requirements.append((requirement_id, demand_id, job_id, item_id, quantity, iso_days[need], operation, None))
        if stock:
            peg_id, quantity = take_stock(pegs, peg_id, requirement_id, stock, quantity)
        if quantity:
            parent = job if job is not None else demand
            choices = explosion.relevant_choices(item_id, parent.choices) if has_choices and parent else ()
            group = job.group if job is not None else 2 * (demand_id or 0)
            key = (group, choices) if per_order else choices
            known = open_jobs.get(key)
            if known is None or need >= known[1]:
                made = Job(next_job, item_id, need, rank, group if per_order else 2 * next_job + 1, choices)
                next_job += 1
                jobs.append(made)
                open_jobs[key] = (made, window_end(need))
            else:
                made = known[0]
                if rank < made.rank:
                    made.rank = rank
            made.pegged += quantity
            pegs.append((peg_id, requirement_id, None, made.job_id, None, quantity))
            peg_id += 1
        requirement_id += 1
    plan.jobs += jobs
    bom = explosion.snapshot.boms[item_id][0]
    for made in jobs:
        made.quantity = made.pegged
        settle_job(explosion, item, made, bom)
    explosion.peg_ranges.append(
        PegRange(item, first_peg, len(pegs), jobs, [], item_id in explosion.asked_items, has_standing=False)
    )


def net_lines(explosion: "Explosion", item: PlanItem, waiting: "list[Waiting]") -> None:
    """Net a bought item without open supply or maximum: stock, the surplus of the lot before, then a lot a window."""
    plan, item_id = explosion.plan, item.item_id
    requirements, pegs = plan.requirements, plan.pegs
    requirement_id = explosion.next_requirement_id()
    peg_id = explosion.next_peg_id()
    first_peg = len(pegs)
    stock = explosion.free_stock.get(item_id)
    article = explosion.snapshot.articles[item_id][0]
    lines: list[BuyLine] = []
    line: BuyLine | None = None
    line_id, until, spare = 0, 0, 0
    iso_days = explosion.iso_days
    for need, _rank, _sequence, quantity, job, demand, operation, _alternates in waiting:
        requirements.append(
            (
                requirement_id,
                demand.demand_id if demand is not None else None,
                job.job_id if job is not None else None,
                item_id,
                quantity,
                iso_days[need],
                operation,
                None,
            )
        )
        if stock:
            peg_id, quantity = take_stock(pegs, peg_id, requirement_id, stock, quantity)
        if quantity:
            if need >= until and line is not None and not spare:
                spare = _close(line, article, whole=item.whole_units)
            if need >= until and spare and line is not None:
                taken = min(spare, quantity)
                line.pegged += taken
                spare -= taken
                quantity -= taken
                pegs.append((peg_id, requirement_id, None, None, line_id, taken))
                peg_id += 1
        if quantity:
            if need >= until:
                line = explosion.new_line(item, article, need)
                lines.append(line)
                line_id, until = line.line_id, explosion.window_end(need)
            assert line is not None
            line.pegged += quantity
            pegs.append((peg_id, requirement_id, None, None, line_id, quantity))
            peg_id += 1
        requirement_id += 1
    for made in lines:
        _close(made, article, whole=item.whole_units)
        settle_line(explosion, item, made, article)
    explosion.peg_ranges.append(
        PegRange(item, first_peg, len(pegs), [], lines, item_id in explosion.asked_items, has_standing=False)
    )


def _close(line: BuyLine, article: Article, *, whole: bool) -> int:
    """Raise a lot by its rules; return its surplus."""
    if line.pegged > line.quantity:
        line.quantity, line.surplus_reason = raise_lot(line.pegged, article.minimum, article.multiple, whole=whole)
    return line.quantity - line.pegged


class Shelf:
    """A stock row and what of it is still free."""

    __slots__ = ("free", "row")

    def __init__(self, row: FreeStock) -> None:
        self.row = row
        self.free = row.free


def take_stock(
    pegs: list[PegRow], peg_id: int, requirement_id: int, shelves: list[Shelf], quantity: int
) -> tuple[int, int]:
    """Peg free stock, oldest first, dropping rows that are used up; return the next peg id and what is still open."""
    while shelves and quantity:
        shelf = shelves[0]
        taken = min(shelf.free, quantity)
        pegs.append((peg_id, requirement_id, shelf.row.stock_id, None, None, taken))
        peg_id += 1
        quantity -= taken
        shelf.free -= taken
        if not shelf.free:
            del shelves[0]
    return peg_id, quantity


def settle_job(explosion: "Explosion", item: PlanItem, job: Job, bom: PlanBom) -> None:
    """Fix a job's start quantity, BOM and backward dates, and ask for its components."""
    job.bom_id, job.revision = bom.bom_id, bom.revision
    job.start_quantity = start_quantity(job.quantity, item.loss_percent, whole=item.whole_units)
    job.lead = explosion.lead_times.days(item, bom.revision, job.start_quantity, job.choices)
    job.start = explosion.calendar.subtract(job.need, job.lead)
    explosion.jobs_by_id[job.job_id] = job
    explosion.pull_components(job, bom, job.start_quantity, max(explosion.today, job.start))


def settle_line(explosion: "Explosion", item: PlanItem, line: BuyLine, article: Article) -> None:
    """Fix a purchase line's price and tell what a buyer should know of it."""
    line.article = article
    line.added = line.quantity - line.added
    line.unit_price = price_at(article, line.quantity)
    explosion.lines_by_id[line.line_id] = line
    if line.unit_price is None:
        explosion.tell(
            "no_price",
            item.code,
            None,
            None,
            tr("{supplier} has no price for {item}.", supplier=article.supplier_code, item=item.code),
        )
    if article.lead_time_days is None:
        tell_no_lead_time(explosion, item)
    better = cheaper_break(article, line.quantity, whole=item.whole_units)
    if better is not None:
        explosion.plan.cheaper.append(CheaperBreak(line.line_id, *better))


def tell_no_lead_time(explosion: "Explosion", item: PlanItem) -> None:
    """Say once that nobody knows how long an item takes to come, so that its dates are guesses."""
    explosion.tell(
        "no_lead_time",
        item.code,
        None,
        None,
        tr("{item} has no lead time and counts as 0 days: its dates are guesses.", item=item.code),
    )
