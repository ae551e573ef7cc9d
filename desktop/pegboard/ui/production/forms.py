"""What the floor reports: how many are good, how many are scrap and why."""

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.job_detail import JobDetail, OperationProgress
from pegboard.ui import formats
from pegboard.ui.fields import QuantityField, TextField
from pegboard.ui.form import Form


@dataclass(frozen=True, slots=True)
class Report:
    """What was reported.

    Attributes: reason: of the scrap; lot: of the good ones, or serials separated by `;`; make_up: scrap is made good;
    surplus: more good ones than are open are welcome.
    """

    good: Quantity
    scrap: Quantity
    reason: str
    lot: str = ""
    make_up: bool = True
    surplus: bool = False


class _Counts(Form):
    """Good pieces, scrap and its reason."""

    def __init__(self, title: str, verb: str, explain: str, *, is_whole: bool, good: Quantity) -> None:
        super().__init__(title, verb, explain=explain, check=self._problem_together)
        self.good = QuantityField(tr("Good"), whole=is_whole, positive=False)
        self.scrap = QuantityField(tr("Scrap"), whole=is_whole, positive=False, is_needed=False)
        self.reason = TextField(tr("Reason of the scrap"), is_needed=False)
        self.good.set_value(good)
        for field in (self.good, self.scrap, self.reason):
            self.add(field.title, field)
        self.good.setFocus()
        self.good.selectAll()

    def _scrap(self) -> Quantity:
        found: Quantity | None = self.scrap.value()
        return found or Quantity(0)

    def _reason(self) -> str:
        return str(self.reason.value() or "")

    def _problem_together(self) -> str:
        try:
            good, scrap = self.good.value(), self._scrap()
        except InvalidInput as error:
            return str(error)
        if good.micro < 0 or scrap.micro < 0:
            return tr("Good pieces and scrap cannot be negative.")
        if not good and not scrap:
            return tr("Say how many are good, or how many are scrap.")
        if scrap and not self._reason():
            return tr("Say why {scrap} are scrap.", scrap=formats.quantity(scrap))
        return ""


class CompleteForm(_Counts):
    """Reports good pieces and scrap of a job; the good ones go into stock."""

    def __init__(self, detail: JobDetail) -> None:
        job = detail.job
        super().__init__(
            tr("Complete {number}", number=job.number),
            tr("Complete"),
            tr(
                "{open} {unit} of {item} are still open. What you report goes into stock, to those who wait for it.",
                open=formats.quantity(job.open_quantity),
                unit=job.unit,
                item=job.item,
            ),
            is_whole=detail.is_whole,
            good=job.open_quantity,
        )
        self._open = job.open_quantity
        self.lot = TextField(tr("Serials, separated by ;") if detail.tracking == "serial" else tr("Lot"))
        if detail.tracking != "none":
            self.add(self.lot.title, self.lot)
        self._is_tracked = detail.tracking != "none"
        self.make_up = QCheckBox(tr("Start as many again as were scrapped"))
        self.make_up.setChecked(True)
        self.surplus = QCheckBox(tr("More than is open is welcome, as surplus"))
        self.add("", self.make_up)
        self.add("", self.surplus)

    def _problem_together(self) -> str:
        problem = super()._problem_together()
        if not problem and self.good.value() > self._open and not self.surplus.isChecked():
            return tr(
                "Only {open} are open. Give {open}, or say that more is welcome.", open=formats.quantity(self._open)
            )
        return problem

    def report(self) -> Report:
        """Return what was entered."""
        return Report(
            self.good.value(),
            self._scrap(),
            self._reason(),
            str(self.lot.value()) if self._is_tracked else "",
            self.make_up.isChecked(),
            self.surplus.isChecked(),
        )


class FinishForm(_Counts):
    """Reports what an operation has done."""

    def __init__(self, detail: JobDetail, step: OperationProgress) -> None:
        left = max(0, detail.job.start_quantity.micro - step.good.micro - step.scrap.micro)
        super().__init__(
            tr("Finish operation {sequence} of {number}", sequence=step.sequence, number=detail.job.number),
            tr("Finish"),
            tr("{place}: {description}", place=step.place, description=step.description)
            if step.description
            else step.place,
            is_whole=detail.is_whole,
            good=Quantity(left),
        )

    def report(self) -> Report:
        """Return what was entered."""
        return Report(self.good.value(), self._scrap(), self._reason())
