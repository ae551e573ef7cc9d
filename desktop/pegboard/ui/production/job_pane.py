"""The right half of Make: one job with its parts and their cover, its operations, and who pulled it."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from pegboard.domain.attachment import Owner
from pegboard.i18n import tr
from pegboard.queries.floor import Problem
from pegboard.queries.job_books import BuiltRow, CostLine, JobBooks, TimeRow
from pegboard.queries.job_cover import Component
from pegboard.queries.job_detail import JobClaim, JobDetail, OperationProgress
from pegboard.queries.pulled_by import Puller
from pegboard.ui import formats
from pegboard.ui.attachments import AttachmentsPart
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.production import words
from pegboard.ui.production.columns import (
    built_columns,
    component_columns,
    cost_columns,
    operation_columns,
    time_columns,
)

MOST_CLAIMS = 8  # named among the facts; the rest is counted
MOST_DEMANDS = 6


class JobPane(DetailPane):
    """Shows a JobDetail; facts link to the orders, jobs and purchase orders they name."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Job"))
        self._desk = desk
        self.detail: JobDetail | None = None
        self.facts = Facts()
        self.components: DetailTable[Component] = DetailTable(
            desk, "job_components", tr("Components"), component_columns(desk.today()), key=lambda line: line.key
        )
        self.operations: DetailTable[OperationProgress] = DetailTable(
            desk, "job_operations", tr("Operations"), operation_columns(), key=lambda step: step.sequence
        )
        self.pulled = Facts()
        self.problems = Facts()
        self.costs: DetailTable[CostLine] = DetailTable(
            desk, "job_costs", tr("Cost"), cost_columns(), key=lambda line: line.kind
        )
        self.times: DetailTable[TimeRow] = DetailTable(
            desk, "job_times", tr("Times"), time_columns(), key=lambda row: row.key
        )
        self.built: DetailTable[BuiltRow] = DetailTable(
            desk, "job_built", tr("As built"), built_columns(), key=lambda row: row.key
        )
        self.add("", self.facts)
        self._problems = self.add(tr("Problems"), self.problems)
        self._parts = self.add(tr("Parts"), self.components)
        self._steps = self.add(tr("Operations"), self.operations)
        self._pulled = self.add(tr("Pulled by"), self.pulled)
        self._costs = self.add(tr("Cost"), self.costs)
        self._times = self.add(tr("Times"), self.times)
        self._built = self.add(tr("As built"), self.built)
        self.files = AttachmentsPart(desk, "job_files")
        self.add(tr("Files"), self.files)
        for section in (self._problems, self._costs, self._times, self._built):
            section.hide()
        self.end()
        self.built.row_opened.connect(self._open_part)
        self.components.row_opened.connect(self._open_component)

    def tables(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.components, self.operations, self.costs, self.times, self.built, self.files)

    def show_detail(self, detail: JobDetail | None) -> None:
        """Show a job; None says that it is no more."""
        self.detail = detail
        if detail is None:
            self.show_nothing(tr("Choose a job on the left."))
            return
        job = detail.job
        mark = words.late_mark(job) or words.state_mark(job)
        self.show_heading(f"{job.number}   {job.item}", job.description, mark)
        self.facts.show_facts(self._facts(detail))
        self.components.show_rows(detail.components)
        self._parts.setVisible(bool(detail.components))
        self.operations.show_rows(detail.operations)
        self._steps.setVisible(bool(detail.operations))
        self.pulled.show_facts(self._pullers(detail))
        self.files.show_owner(Owner("work_order", job.number))

    def show_books(self, books: JobBooks | None, settle: Callable[[int], None], *, sees_money: bool) -> None:
        """Show what stands behind the job; `settle` is what the link of a problem does."""
        self._problems.setVisible(books is not None and bool(books.problems))
        self._costs.setVisible(books is not None and sees_money)
        self._times.setVisible(books is not None and bool(books.times))
        self._built.setVisible(books is not None and bool(books.built))
        if books is None:
            return
        self.problems.show_facts([self._problem(problem, settle) for problem in books.problems])
        if sees_money:
            self.costs.show_rows(books.costs)
            self.costs.setToolTip(_cost_tip(books))
        self.times.show_rows(books.times)
        self.built.show_rows(books.built)

    def _problem(self, problem: Problem, settle: Callable[[int], None]) -> Fact:
        who = tr("{person}, {time}", person=problem.person or tr("somebody"), time=formats.instant(problem.at))
        place = "" if problem.operation is None else tr("operation {sequence}", sequence=problem.operation)
        text = " · ".join(filter(None, (problem.reason, place, who)))
        return Fact(tr("Settle"), text, link=partial(settle, problem.key), tip=tr("Says that this is settled."))

    @Slot(object)
    def _open_part(self, row: BuiltRow) -> None:
        self._desk.show_record("stock", row.item)

    def current_operation(self) -> OperationProgress | None:
        """Return the operation that the keys mean: the one chosen in the table unless finished, else the next."""
        if self.detail is None:
            return None
        chosen = self.operations.current() if self.operations.hasFocus() else None
        return chosen if chosen is not None and chosen.state != "finished" else self.detail.next_operation()

    def _facts(self, detail: JobDetail) -> Sequence[Fact]:
        job = detail.job
        return (
            Fact(tr("State"), words.state_word(job.state) if job.is_late else ""),
            Fact(tr("Quantity"), self._quantity(detail)),
            Fact(tr("Due"), formats.day(job.due), tip=words.due_tip(job)),
            Fact(tr("Late"), words.due_tip(job)),
            Fact(tr("Start"), formats.day(job.start)),
            Fact(tr("Parts"), "", mark=words.cover_mark(job.cover), tip=words.cover_tip(job.cover)),
            Fact(tr("Revision"), " ".join(filter(None, (detail.revision, detail.drawing)))),
            Fact(tr("Options"), ", ".join(detail.options)),
            Fact(tr("Surplus"), self._surplus(detail)),
            Fact(tr("Note"), detail.note),
            Fact(tr("Traveler"), self._printed(detail)),
        )

    def _quantity(self, detail: JobDetail) -> str:
        job = detail.job
        parts = [f"{formats.quantity(job.quantity)} {job.unit}"]
        if job.start_quantity != job.quantity:
            parts.append(tr("start {quantity}", quantity=formats.quantity(job.start_quantity)))
        if job.completed:
            parts.append(tr("{quantity} good so far", quantity=formats.quantity(job.completed)))
        if job.scrapped:
            parts.append(tr("{quantity} scrap", quantity=formats.quantity(job.scrapped)))
        return ", ".join(parts)

    def _surplus(self, detail: JobDetail) -> str:
        if not detail.surplus:
            return ""
        return f"{formats.quantity(detail.surplus)} {detail.job.unit}: {surplus_word(detail.job.surplus_reason)}"

    def _printed(self, detail: JobDetail) -> str:
        if detail.last_print is None:
            return tr("not printed yet")
        code, at = detail.last_print
        return tr("print {code}, {time}", code=code, time=formats.instant(at))

    def _pullers(self, detail: JobDetail) -> Sequence[Fact]:
        """Who has how much of the output; then the demands at the top, where jobs stand between."""
        facts = [self._claim(detail, claim) for claim in detail.claims[:MOST_CLAIMS]]
        direct = {claim.number for claim in detail.claims}
        above = [puller for puller in detail.pulled.demands if puller.name not in direct]
        facts += [self._demand(puller) for puller in above[:MOST_DEMANDS]]
        more = max(0, len(detail.claims) - MOST_CLAIMS) + max(0, len(above) - MOST_DEMANDS)
        facts.append(Fact("", tr("and {count} more", count=more) if more else ""))
        if detail.claims:
            return facts
        if detail.job.is_open:
            return [Fact(tr("Nobody"), tr("No demand wants this job any more."))]
        return [Fact(tr("Done"), tr("Its pieces went to those who waited for them."))]

    def _claim(self, detail: JobDetail, claim: JobClaim) -> Fact:
        names = {puller.name: puller for puller in detail.pulled.demands}
        puller = names.get(claim.number)
        text = tr(
            "{who}: {quantity} by {date}",
            who=words.puller_text(puller) if puller else f"{claim.number} {claim.item}",
            quantity=formats.quantity(claim.quantity),
            date=formats.day(claim.needed),
        )
        if claim.kind == "job":
            return Fact(tr("Job"), text, link=self._opener("work_order", claim.number))
        return Fact(_demand_word(claim.kind), text, link=self._order_opener(puller))

    def _demand(self, puller: Puller) -> Fact:
        text = words.puller_text(puller)
        if puller.promised is not None:
            text = tr("{demand}, promised {date}", demand=text, date=formats.day(puller.promised))
        return Fact(_demand_word(puller.kind), text, link=self._order_opener(puller))

    def _order_opener(self, puller: Puller | None) -> Callable[[], None] | None:
        return self._opener("order", puller.order) if puller is not None and puller.order else None

    def _opener(self, noun: str, number: str) -> Callable[[], None]:
        return partial(self._desk.show_record, noun, number)

    @Slot(object)
    def _open_component(self, component: Component) -> None:
        """Go to what the component waits for: the job or purchase order, else the item itself."""
        for source in component.sources:
            if source.kind == "job":
                return self._desk.show_record("work_order", source.name)
            if source.kind == "purchase":
                return self._desk.show_record("purchase_order", source.name.rpartition("/")[0])
        return self._desk.show_record("item", component.item)


def _cost_tip(books: JobBooks) -> str:
    parts = []
    if books.unknown:
        parts.append(tr("Planned without {names}: no cost known.", names=", ".join(books.unknown[:5])))
    if books.has_unknown_parts:
        parts.append(tr("Parts without a known cost were handed out."))
    if books.each is not None:
        parts.append(tr("One piece went into stock at {price}.", price=formats.price(books.each)))
    return " ".join(parts)


def _demand_word(kind: str) -> str:
    return {"order": tr("Order"), "kanban": tr("Card")}.get(kind, tr("Demand"))


def surplus_word(reason: str) -> str:
    """Return the reason of a surplus as people say it."""
    return {
        "minimum": tr("minimum quantity"),
        "multiple": tr("order multiple"),
        "break": tr("price break"),
        "imported": tr("imported"),
        "cancelled demand": tr("its demand was cancelled"),
        "scrap not made up": tr("scrap was not made up"),
    }.get(reason, reason)
