"""From the lots and sources of one item to jobs, purchase lines and pegs."""

from typing import TYPE_CHECKING

from pegboard.domain.lots import split_by_maximum
from pegboard.domain.netting import settle_job, settle_line
from pegboard.domain.plan import BuyLine, Job
from pegboard.domain.recipe import start_quantity
from pegboard.domain.snapshot import Article, Choices, OpenSupply, PlanBom, PlanItem
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.domain.explosion import Explosion


class Source:
    """Supply that a requirement may take from: standing, or a lot of this explosion whose surplus is open at once.

    Attributes: due: day (new lots: the first need they are for); order: tie-breaker; standing: what it was when it
    stood already; job or line: the plan's new or growing supply; pegged: claimed by this and earlier explosions;
    until: first need that no longer joins; members: what this explosion pegs to it, in order; sized_for: the claim by
    which the quantity of a lot was raised.
    """

    __slots__ = ("due", "job", "line", "members", "order", "pegged", "quantity", "sized_for", "standing", "until")

    def __init__(self, due: int, order: int, quantity: int, pegged: int, until: int = 0) -> None:
        self.due = due
        self.order = order
        self.quantity = quantity
        self.pegged = pegged
        self.until = until
        self.sized_for = 0
        self.standing: OpenSupply | None = None
        self.job: Job | None = None
        self.line: BuyLine | None = None
        self.members: list[list[int]] = []  # [requirement id, quantity]

    @property
    def free(self) -> int:
        """What nobody claims yet."""
        return self.quantity - self.pegged

    def fits(self, choices: Choices) -> bool:
        """Say whether a need with these choices may take of it: a job that was made for others does not do."""
        own = self.job.choices if self.job is not None else self.standing.choices if self.standing is not None else ()
        return not own or own == choices

    def give(self, requirement_id: int, quantity: int) -> None:
        """Let a requirement claim `quantity`."""
        self.pegged += quantity
        if self.members and self.members[-1][0] == requirement_id:
            self.members[-1][1] += quantity
        else:
            self.members.append([requirement_id, quantity])


class Settlement:
    """Settles what the netting of one item has decided."""

    def __init__(
        self,
        explosion: "Explosion",
        item: PlanItem,
        articles: tuple[Article, ...],
        sources: list[Source],
        lots: list[Source],
    ) -> None:
        self.explosion = explosion
        self.item = item
        self.articles = articles
        self.sources = sources
        self.lots = lots

    def run(self) -> tuple[list[Job], list[BuyLine]]:
        """Write the pegs to what stood and to what is new; return the new jobs and the new and grown lines."""
        self._write_standing_pegs()
        return self._settle_jobs(), self._settle_lines()

    def _write_standing_pegs(self) -> None:
        for source in self.sources:
            standing = source.standing
            if standing is None or source.line is not None:
                continue
            for requirement_id, quantity in source.members:
                job_id = standing.supply_id if standing.kind == "job" else None
                line_id = standing.supply_id if standing.kind == "line" else None
                self.explosion.peg(requirement_id, job_id, line_id, quantity)
            if source.members:
                self.explosion.standing_due[standing.kind, standing.supply_id] = standing

    def _settle_jobs(self) -> list[Job]:
        jobs = []
        for lot in self.lots:
            job = lot.job
            if job is None:
                continue
            job.quantity, job.pegged = lot.quantity, lot.pegged
            for requirement_id, quantity in lot.members:
                self.explosion.peg(requirement_id, job.job_id, None, quantity)
            bom = self._bom_of_lot(job)
            settle_job(self.explosion, self.item, job, bom)
            jobs.append(job)
        return jobs

    def _bom_of_lot(self, job: Job) -> PlanBom:
        """The revision valid on the start of the whole lot; a lot that grew keeps its first one where none is."""
        first = self.explosion.bom_on(self.item.item_id, job.need) or self.explosion.snapshot.boms[self.item.item_id][0]
        start = self.explosion.calendar.subtract(job.need, self._lead_days(first, job))
        return self.explosion.bom_on(self.item.item_id, max(self.explosion.today, start)) or first

    def _lead_days(self, bom: PlanBom, job: Job) -> int:
        return lead_days(self.explosion, self.item, bom, job.quantity, job.choices)

    def _settle_lines(self) -> list[BuyLine]:
        lines: list[BuyLine] = []
        for lot in self.lots:
            if lot.line is not None:
                lines += self._settle_line(lot, lot.line)
        return lines

    def _settle_line(self, lot: Source, line: BuyLine) -> list[BuyLine]:
        """Spread a lot over the articles' maxima, and its members over the lines of it, earliest need first."""
        whole = self.item.whole_units
        stood = lot.standing.quantity if lot.standing is not None else 0
        claimed = lot.pegged - sum(quantity for _requirement, quantity in lot.members)
        parts, is_over = split_by_maximum(lot.sized_for or lot.pegged, self.articles, whole=whole)
        if is_over:
            self._tell_over_maximum(line)
        lines: list[BuyLine] = []
        for place, part in enumerate(parts):
            target = line if place == 0 else self.explosion.new_line(self.item, part.article, lot.due)
            target.quantity = max(part.quantity, stood) if place == 0 else part.quantity
            target.surplus_reason = part.reason
            lines.append(target)
        lines[0].pegged = claimed
        self._spread_members(lot, lines)
        for target, part in zip(lines, parts, strict=True):
            settle_line(self.explosion, self.item, target, part.article)
        return lines

    def _spread_members(self, lot: Source, lines: list[BuyLine]) -> None:
        rest = iter(lines)
        line = next(rest)
        for requirement_id, asked in lot.members:
            quantity = asked
            while quantity:
                room = line.quantity - line.pegged
                if room <= 0:
                    line = next(rest)
                    continue
                taken = min(room, quantity)
                line.pegged += taken
                quantity -= taken
                self.explosion.peg(requirement_id, None, line.line_id, taken)

    def _tell_over_maximum(self, line: BuyLine) -> None:
        self.explosion.tell(
            "over_maximum",
            self.item.code,
            None,
            line.need,
            tr(
                "No supplier takes an order of this size for {item}; the rest stays on the first one's line.",
                item=self.item.code,
            ),
        )

    def pull_for_standing_jobs(self) -> None:
        """A standing job whose components were not issued pulls them, for what of it is pegged."""
        for source in self.sources:
            standing = source.standing
            if standing is None or not standing.pulls_components or not source.members:
                continue
            bom = self.explosion.bom_on(self.item.item_id, max(self.explosion.today, standing.start))
            if bom is None:
                continue
            whole, loss = self.item.whole_units, self.item.loss_percent
            claimed = standing.completed + source.pegged
            before = claimed - sum(quantity for _requirement, quantity in source.members)
            already = start_quantity(before, loss, whole=whole) if before else 0
            job = self.explosion.job_of_supply(standing, self._first_rank(source))
            self.explosion.pull_components(
                job,
                bom,
                start_quantity(claimed, loss, whole=whole),
                max(self.explosion.today, job.start),
                already,
            )

    def _first_rank(self, source: Source) -> int:
        members = {requirement_id for requirement_id, _quantity in source.members}
        needs = self.explosion.stock_taken[self.item.item_id]
        return min(need.rank for need in needs if need.requirement_id in members)


def lead_days(explosion: "Explosion", item: PlanItem, bom: PlanBom, quantity: int, choices: Choices = ()) -> int:
    """Working days that a job for `quantity` good pieces takes by a BOM revision and its optional operations."""
    started = start_quantity(quantity, item.loss_percent, whole=item.whole_units)
    return explosion.lead_times.days(item, bom.revision, started, choices)
