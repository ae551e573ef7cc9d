"""The whole netting rule for one item, requirement by requirement.

For each requirement in order: (1) free stock, (2) free stock of alternates, (3) open supply due no later than the need,
(4) open supply that comes later, where new supply would come later still or is impossible, (5) new supply.
"""

from bisect import insort
from operator import attrgetter
from typing import TYPE_CHECKING

from pegboard.domain.lots import raise_lot, split_by_maximum
from pegboard.domain.netting import PegRange, Shelf, is_per_order
from pegboard.domain.netting_lots import Settlement, Source, lead_days
from pegboard.domain.plan import BuyLine, Job
from pegboard.domain.recipe import round_up
from pegboard.domain.scheduling import arrival
from pegboard.domain.snapshot import Article, Choices, OpenDemand, OpenSupply, PlanBom, PlanItem
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.domain.explosion import Explosion, Need


_by_due = attrgetter("due", "order")
_in_order = attrgetter("need", "rank", "sequence")


class Netting:
    """Nets one item of an explosion."""

    def __init__(self, explosion: "Explosion", item: PlanItem) -> None:
        self.explosion = explosion
        self.item = item
        self.plan = explosion.plan
        self.first_peg = len(explosion.plan.pegs)
        self.shelves = explosion.free_stock.get(item.item_id, [])
        self.articles = explosion.snapshot.articles.get(item.item_id, ()) if item.source == "buy" else ()
        self.per_order = item.source == "make" and is_per_order(explosion, item)
        self.sources = [self._standing(supply, place) for place, supply in enumerate(self._standing_supplies())]
        self.sources.sort(key=_by_due)
        self.lots: list[Source] = []
        self.open_lots: dict[object, Source] = {}

    def run(self) -> None:
        """Serve all requirements and make what is missing."""
        for need in self.take_stock_first():
            if need.left and need.alternates:
                self._take_alternates(need)
            if self.item.source == "phantom":
                self._pull_through(need)
                continue
            self._take_open(need)
            if need.left:
                self._take_new(need)
        settlement = Settlement(self.explosion, self.item, self.articles, self.sources, self.lots)
        jobs, lines = settlement.run()
        self.explosion.peg_ranges.append(
            PegRange(
                self.item,
                self.first_peg,
                len(self.plan.pegs),
                jobs,
                lines,
                self.item.item_id in self.explosion.asked_items,
                has_standing=True,
            )
        )
        settlement.pull_for_standing_jobs()

    def take_stock_first(self) -> "list[Need]":
        """Step 1 for all requirements of the item, in order; ahead of the rest where another item asks what is left."""
        taken = self.explosion.stock_taken.setdefault(self.item.item_id, [])
        for need in self._gather():
            self._write_requirement(need)
            self._take_shelves(need, need.requirement_id, self.shelves, need.left, at=need.demand)
            taken.append(need)
        taken.sort(key=_in_order)
        return taken

    def _gather(self) -> "list[Need]":
        from pegboard.domain.explosion import Need

        explosion, item = self.explosion, self.item
        needs = [Need(*waiting) for waiting in explosion.waiting.get(item.item_id, [])]
        for (parent, operation), (amount, alternates) in explosion.loose.pop(item.item_id, {}).items():
            quantity = round_up(amount, whole=item.whole_units)
            if quantity <= 0:
                continue
            explosion.sequence += 1
            is_job = isinstance(parent, Job)
            if isinstance(parent, Job):
                day, rank = max(explosion.today, parent.start), parent.rank
            else:
                day = max(explosion.today, parent.due if parent.due is not None else explosion.today)
                rank = explosion.ranks[parent.demand_id]
            needs.append(
                Need(
                    day,
                    rank,
                    explosion.sequence,
                    quantity,
                    parent if is_job else None,  # type: ignore[arg-type]
                    None if is_job else parent,  # type: ignore[arg-type]
                    operation,
                    tuple(alternates),
                )
            )
        explosion.waiting.get(item.item_id, []).clear()
        needs += explosion.standing_needs.pop(item.item_id, [])
        needs.sort(key=_in_order)
        return needs

    def _write_requirement(self, need: "Need", *, alternate_for: int | None = None) -> None:
        """Give a new requirement its row; a phantom's row is written only for what stock serves."""
        if need.requirement_id:
            return
        need.requirement_id = self.explosion.next_requirement_id()
        need.row = len(self.plan.requirements)
        self.plan.requirements.append(
            (
                need.requirement_id,
                need.demand.demand_id if need.demand is not None else None,
                need.job.job_id if need.job is not None else None,
                self.item.item_id,
                need.quantity,
                self.explosion.iso_days[need.need],
                need.operation,
                alternate_for,
            )
        )

    def _shrink(self, need: "Need", by: int) -> None:
        """Take `by` out of a requirement because something else stands in for it."""
        need.left -= by
        need.quantity -= by
        if need.row is None:
            self.plan.changed_requirements.append((need.quantity, need.requirement_id))
            return
        row = self.plan.requirements[need.row]
        self.plan.requirements[need.row] = (*row[:4], need.quantity, *row[5:])

    def _take_shelves(
        self, need: "Need", requirement_id: int, shelves: list[Shelf], quantity: int, at: OpenDemand | None
    ) -> int:
        """Peg free stock, oldest first; stock at the place that asks does not serve it. Returns what was taken."""
        place = at.location_id if at is not None else None
        total = 0
        for shelf in shelves:
            if total == quantity:
                break
            if not shelf.free or (place is not None and shelf.row.location_id == place) or not self._fits(shelf, need):
                continue
            taken = min(shelf.free, quantity - total)
            shelf.free -= taken
            total += taken
            self.plan.pegs.append((self.explosion.next_peg_id(), requirement_id, shelf.row.stock_id, None, None, taken))
        shelves[:] = [shelf for shelf in shelves if shelf.free]
        if requirement_id == need.requirement_id:
            need.left -= total
        return total

    def _fits(self, shelf: Shelf, need: "Need") -> bool:
        """Whether what lies there was made to the choices that are asked for, or to none."""
        return not shelf.row.choices or shelf.row.choices == self._choices(need)

    def _take_alternates(self, need: "Need") -> None:
        """Step 2: free stock of what may stand in, best first, one for one, as requirements of their own."""
        explosion = self.explosion
        for alternate_id in need.alternates:
            if not need.left:
                return
            alternate = explosion.snapshot.items[alternate_id]
            other = Netting(explosion, alternate)
            if alternate_id not in explosion.done:
                other.take_stock_first()  # its own requirements are served first
            free = sum(shelf.free for shelf in other.shelves if other._fits(shelf, need))
            if not free:
                continue
            taken = min(free, need.left)
            stand_in = type(need)(need.need, need.rank, need.sequence, taken, need.job, need.demand, need.operation, ())
            other._write_requirement(stand_in, alternate_for=self.item.item_id)
            other._take_shelves(stand_in, stand_in.requirement_id, other.shelves, taken, at=None)
            self._shrink(need, taken)

    def _pull_through(self, need: "Need") -> None:
        """A phantom is not made: its parent pulls its components instead."""
        if not need.left:
            return
        bom, problem = self._bom_for(need.need)
        if bom is None:
            self._tell_uncovered(need, problem)
            return
        remainder = need.left
        self.explosion.pull_through(self.item.item_id, bom, need, remainder)
        self._shrink(need, remainder)

    def _take_open(self, need: "Need") -> None:
        """Steps 3 and 4: open supply in time, then later supply that is still quicker than new."""
        sources = self.sources
        if self.item.item_id in self.explosion.groups_below:
            choices = self._choices(need)
            sources = [source for source in sources if source.fits(choices)]
        for source in sources:
            if not need.left or source.due > need.need:
                break
            self._take_from(source, need)
        if not need.left or not any(source.due > need.need and source.free > 0 for source in sources):
            return
        quickest = self._new_arrival(need)
        for source in sources:
            if need.left and source.due > need.need and (quickest is None or quickest > source.due):
                self._take_from(source, need)

    def _take_from(self, source: Source, need: "Need") -> None:
        taken = min(source.free, need.left)
        if taken > 0:
            source.give(need.requirement_id, taken)
            need.left -= taken

    def _new_arrival(self, need: "Need") -> int | None:
        """The day on which new supply would be there if it were started today; None where there can be none."""
        explosion = self.explosion
        if not self.item.active:
            return None
        if self.item.source == "buy":
            if not self.articles:
                return None
            return arrival(explosion.calendar, explosion.today, self.articles[0])
        bom, _problem = self._bom_for_job(need, need.left)
        if bom is None:
            return None
        days = lead_days(explosion, self.item, bom, need.left, self._choices(need))
        return explosion.calendar.add(explosion.today, days)

    def _take_new(self, need: "Need") -> None:
        """Step 5: join an open lot of the same group within its window, or start one."""
        problem = self._impossible(need)
        if problem:
            self._tell_uncovered(need, problem)
            return
        choices = self._choices(need)
        key = (self._group(need), choices) if self.per_order else choices
        lot = self.open_lots.get(key)
        if lot is None or need.need >= lot.until:
            lot = self._draft_that_grows(need) or self._new_lot(need, choices)
            if not need.left:  # what was free of a draft was enough: it does not grow, so it is no open lot yet
                return
            self.open_lots[key] = lot
        if lot.job is not None:
            lot.job.rank = min(lot.job.rank, need.rank)
        lot.give(need.requirement_id, need.left)
        need.left = 0
        self._raise(lot)

    def _raise(self, lot: Source) -> None:
        """Apply minimum, multiple and maxima to the joined sum, so that all its surplus is open at once."""
        if lot.pegged <= lot.quantity:
            return
        whole = self.item.whole_units
        if lot.job is not None:
            lot.quantity, lot.job.surplus_reason = raise_lot(
                lot.pegged, self.item.minimum, self.item.multiple, whole=whole
            )
            return
        parts, _is_over = split_by_maximum(lot.pegged, self.articles, whole=whole)
        lot.sized_for, lot.quantity = lot.pegged, sum(part.quantity for part in parts)

    def _new_lot(self, need: "Need", choices: Choices) -> Source:
        explosion = self.explosion
        lot = Source(need.need, len(self.sources), 0, 0, explosion.window_end(need.need))
        if self.item.source == "make":
            job_id = explosion.next_job_id()
            group = self._group(need) if self.per_order else 2 * job_id + 1
            lot.job = Job(job_id, self.item.item_id, need.need, need.rank, group, choices)
            self.plan.jobs.append(lot.job)
        else:
            lot.line = explosion.new_line(self.item, self.articles[0], need.need)
        self.lots.append(lot)
        insort(self.sources, lot, key=_by_due)
        return lot

    def _draft_that_grows(self, need: "Need") -> Source | None:
        """A standing draft line of the preferred supplier that the requirement may still join."""
        if self.item.source != "buy":
            return None
        explosion, article = self.explosion, self.articles[0]
        there = max(need.need, arrival(explosion.calendar, explosion.today, article))
        for source in self.sources:
            standing = source.standing
            if (
                standing is not None
                and standing.can_grow
                and standing.supplier_id == article.supplier_id
                and standing.supplier_item_id in (None, article.supplier_item_id)
                and source.due <= there
                and need.need < source.until
            ):
                self._take_from(source, need)
                if need.left and source.line is None:
                    self._peg_what_stood(source)
                    source.line = self._growing_line(standing, article)
                    self.lots.append(source)
                return source
        return None

    def _peg_what_stood(self, source: Source) -> None:
        """Write the pegs to a line as it stood before it grows, so that they are told apart."""
        assert source.standing is not None
        for requirement_id, quantity in source.members:
            self.plan.pegs_to_what_stood.add(self.explosion.next_peg_id())
            self.explosion.peg(requirement_id, None, source.standing.supply_id, quantity)
        source.members.clear()

    def _growing_line(self, standing: OpenSupply, article: Article) -> BuyLine:
        line = BuyLine(
            standing.supply_id, self.item.item_id, article.supplier_id, article.supplier_code, standing.window_start
        )
        line.grown, line.number, line.due = True, standing.number, standing.due
        line.added = standing.quantity  # what stood before; settle_line turns it into the difference
        self.plan.lines.append(line)
        return line

    def _impossible(self, need: "Need") -> str:
        """Why nothing new can be made or bought: the exception's kind, '' where it can."""
        if not self.item.active:
            return "inactive_item"
        if self.item.source == "buy":
            return "" if self.articles else "no_supplier"
        return self._bom_for_job(need, need.left)[1]

    def _bom_for(self, day: int) -> tuple[PlanBom | None, str]:
        if not self.item.active:
            return None, "inactive_item"
        if not self.explosion.snapshot.boms.get(self.item.item_id):
            return None, "no_bom"
        bom = self.explosion.bom_on(self.item.item_id, day)
        return bom, "" if bom is not None else "no_revision"

    def _bom_for_job(self, need: "Need", quantity: int) -> tuple[PlanBom | None, str]:
        """The revision that is valid on the planned start of a job for the need; its lead time may hang on it."""
        explosion = self.explosion
        bom, problem = self._bom_for(need.need)
        if problem in ("inactive_item", "no_bom"):
            return bom, problem
        choices = self._choices(need)
        for _attempt in range(3):
            guess = bom or explosion.snapshot.boms[self.item.item_id][0]
            days = lead_days(explosion, self.item, guess, quantity, choices)
            start = explosion.calendar.subtract(need.need, days)
            found, problem = self._bom_for(max(explosion.today, start))
            if found is bom:
                break
            bom = found
        return bom, problem

    def _choices(self, need: "Need") -> Choices:
        parent = need.job if need.job is not None else need.demand
        return self.explosion.relevant_choices(self.item.item_id, parent.choices) if parent is not None else ()

    def _group(self, need: "Need") -> object:
        if need.job is not None:
            return need.job.group
        return 2 * need.demand.demand_id if need.demand is not None else 0

    def _tell_uncovered(self, need: "Need", kind: str) -> None:
        item = self.item.code
        sentences = {
            "inactive_item": tr("{item} is inactive: it is neither made nor bought any more.", item=item),
            "no_supplier": tr("Nobody sells {item}: give it a supplier.", item=item),
            "no_bom": tr("{item} has no BOM: it cannot be made until it has one.", item=item),
            "no_revision": tr("No BOM revision of {item} is valid on the day the job would start.", item=item),
        }
        self.explosion.uncovered.append((kind, item, need, sentences[kind]))

    def _standing_supplies(self) -> tuple[OpenSupply, ...]:
        return self.explosion.snapshot.supplies.get(self.item.item_id, ())

    def _standing(self, supply: OpenSupply, place: int) -> Source:
        until = self.explosion.window_end(supply.window_start or supply.due)
        source = Source(supply.due, place, supply.quantity, supply.quantity - supply.free, until)
        source.standing = supply
        return source
