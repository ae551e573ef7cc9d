"""What the office enters for the floor: scrap, a part that is short or replaced, rework, what came back, a revision."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.job_books import TimeRow
from pegboard.queries.job_cover import Component
from pegboard.queries.job_detail import JobDetail, OperationProgress
from pegboard.services.issues import Missing
from pegboard.ui import formats
from pegboard.ui.completion import Choice
from pegboard.ui.fields import CodeField, QuantityField, TextField
from pegboard.ui.form import Form


class ScrapForm(Form):
    """Asks how many are scrap, and why."""

    def __init__(self, detail: JobDetail, step: OperationProgress | None, reasons: Sequence[str]) -> None:
        where = detail.job.number if step is None else f"{detail.job.number} / {step.sequence}"
        super().__init__(
            tr("Scrap of {where}", where=where),
            tr("Report scrap"),
            explain=tr("The parts are booked on the job; what demands wait for is started again."),
        )
        self.quantity = QuantityField(tr("Scrap"), whole=detail.is_whole)
        self.reason = CodeField(tr("Reason"), lambda: tuple(map(Choice, reasons)), is_new_ok=True)
        self.make_up = QCheckBox(tr("Start as many again as were scrapped"))
        self.make_up.setChecked(True)
        self.add(self.quantity.title, self.quantity)
        self.add(self.reason.title, self.reason)
        self.add("", self.make_up)
        self.quantity.setFocus()


class ShortForm(Form):
    """Asks how many of a part were found."""

    def __init__(self, line: Component, *, is_whole: bool) -> None:
        promised = Quantity(sum(source.quantity.micro for source in line.sources if source.kind == "stock"))
        super().__init__(
            tr("Only some of {item}", item=line.item),
            tr("Hand out what was found"),
            explain=tr(
                "The books say {quantity} {unit} lie here for this job. What is not there is booked as counted, and is"
                " pulled again by the next explosion.",
                quantity=formats.quantity(promised),
                unit=line.unit,
            ),
        )
        self.found = QuantityField(tr("Found"), whole=is_whole, positive=False)
        self.reason = TextField(tr("Reason"), is_needed=False)
        self.add(self.found.title, self.found)
        self.add(self.reason.title, self.reason)
        self.found.setFocus()


class AlternateForm(Form):
    """Asks which approved alternate stands in, and how many."""

    def __init__(self, line: Component, alternates: Sequence[str], *, is_whole: bool) -> None:
        super().__init__(
            tr("Instead of {item}", item=line.item),
            tr("Take it instead"),
            explain=tr("The alternates that the BOM names; they are taken from free stock."),
        )
        self.alternate = CodeField(tr("Alternate"), lambda: tuple(map(Choice, alternates)))
        self.alternate.set_value(alternates[0])
        self.quantity = QuantityField(tr("Quantity (all that is free, if left blank)"), whole=is_whole, is_needed=False)
        self.add(self.alternate.title, self.alternate)
        self.add(self.quantity.title, self.quantity)
        self.quantity.setFocus()


class ReworkForm(Form):
    """Asks what is to be mended."""

    def __init__(self, detail: JobDetail, step: OperationProgress) -> None:
        super().__init__(
            tr("Rework on {number} after operation {sequence}", number=detail.job.number, sequence=step.sequence),
            tr("Add rework"),
            explain=tr("An operation is added to this job; its traveler on the floor is outdated by that."),
        )
        self.reason = TextField(tr("What is wrong"))
        self.words = TextField(tr("What to do"), is_needed=False)
        self.minutes = QuantityField(tr("Minutes for the job"), is_needed=False)
        for field in (self.reason, self.words, self.minutes):
            self.add(field.title, field)
        self.reason.setFocus()


class ReceiveStepForm(Form):
    """Asks how many pieces came back from a supplier."""

    def __init__(self, detail: JobDetail, step: OperationProgress) -> None:
        super().__init__(
            tr("Back from {supplier}", supplier=step.place),
            tr("Receive"),
            explain=tr("Receives on {line}; the operation is finished when all are back.", line=step.purchase),
        )
        left = Quantity(max(0, detail.job.start_quantity.micro - step.good.micro - step.scrap.micro))
        self.good = QuantityField(tr("Good"), whole=detail.is_whole, positive=False)
        self.good.set_value(left)
        self.returned = QuantityField(tr("Rejected"), whole=detail.is_whole, positive=False, is_needed=False)
        self.reason = TextField(tr("Reason of the rejection"), is_needed=False)
        for field in (self.good, self.returned, self.reason):
            self.add(field.title, field)
        self.good.setFocus()


class TimeForm(Form):
    """Asks how long somebody really was at work."""

    def __init__(self, row: TimeRow) -> None:
        super().__init__(
            tr("Time of {person} on operation {sequence}", person=row.person or tr("somebody"), sequence=row.operation),
            tr("Correct"),
            explain=tr("It began on {time}.", time=formats.instant(row.started)),
        )
        self.minutes = QuantityField(tr("Minutes"), positive=False)
        self.minutes.set_value(row.minutes)
        self.reason = TextField(tr("Reason"))
        self.add(self.minutes.title, self.minutes)
        self.add(self.reason.title, self.reason)
        self.minutes.setFocus()
        self.minutes.selectAll()


class CloseForm(Form):
    """Asks why a job ends with what it has delivered."""

    def __init__(self, detail: JobDetail) -> None:
        job = detail.job
        super().__init__(
            tr("Close {number} short", number=job.number),
            tr("Close the job"),
            explain=tr(
                "{open} {unit} will not be made. Who waits for them is short and pulls them anew.",
                open=formats.quantity(job.open_quantity),
                unit=job.unit,
            ),
        )
        self.reason = TextField(tr("Reason"))
        self.add(self.reason.title, self.reason)
        self.reason.setFocus()


class RevisionForm(Form):
    """Asks how open jobs go on after their BOM was revised."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(
            tr("Update to the newer revision"),
            tr("Show what it does"),
            explain=tr(
                "{jobs} are made by the revision that holds when they start. Their components change, what is no longer"
                " wanted comes free. Whoever shall keep the old one is left out of the choice.",
                jobs=", ".join(numbers[:6]) + (" …" if len(numbers) > 6 else ""),
            ),
        )
        self.untouched = QCheckBox(tr("Only jobs to which nothing was handed out yet"))
        self.untouched.setChecked(True)
        self.add("", self.untouched)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of an item, so that a job can go on."""

    item: str
    quantity: Quantity


class CountNowForm(Form):
    """Parts that the books do not know: count them here, and what was asked for goes on."""

    def __init__(self, title: str, verb: str, missing: Sequence[Missing]) -> None:
        super().__init__(
            title,
            verb,
            explain=tr("On hand never goes below zero: count what lies there, and go on."),
            check=self._problem_together,
        )
        self._fields_by_item: list[tuple[Missing, QuantityField]] = []
        for part in missing:
            field = QuantityField(
                tr("{item}: {quantity} more needed; lie there", item=part.item, quantity=str(part.quantity)),
                positive=False,
                is_needed=False,
            )
            self._fields_by_item.append((part, field))
            self.add(field.title, field)
        if self._fields_by_item:
            self._fields_by_item[0][1].setFocus()

    def _problem_together(self) -> str:
        return "" if self.counted() else tr("Count at least one of them.")

    def counted(self) -> tuple[Counted, ...]:
        """Return what was counted."""
        found = ((part.item, field.value()) for part, field in self._fields_by_item)
        return tuple(Counted(item, quantity) for item, quantity in found if quantity is not None)
