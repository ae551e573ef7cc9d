"""What a person says about a stock count: where to count, what was found, how to book it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.counts import CountLine, CountRow
from pegboard.queries.genealogy import Lot
from pegboard.ui.completion import Choice
from pegboard.ui.fields import CodeField, QuantityField, TextField
from pegboard.ui.form import Form


class NewCountForm(Form):
    """Asks where to count."""

    def __init__(self, locations: Sequence[Choice]) -> None:
        super().__init__(
            tr("New count"),
            tr("Begin"),
            explain=tr("Everything that lies at the location is to be counted; without one, everything in the shop."),
        )
        self.location = CodeField(tr("Location"), lambda: locations, is_needed=False)
        self.note = TextField(tr("What for"), is_needed=False)
        self.add(self.location.title, self.location)
        self.add(self.note.title, self.note)
        self.location.setFocus()


class CountForm(Form):
    """Asks how many lie at one place; the books stay out of it."""

    def __init__(self, line: CountLine) -> None:
        place = f"{line.location} {line.lot}".strip()
        super().__init__(
            tr("Count {item} at {place}", item=line.item, place=place),
            tr("Counted, next"),
            explain=line.description,
        )
        self.counted = QuantityField(tr("Counted, in {unit}", unit=line.unit), whole=line.is_whole, positive=False)
        if line.counted is not None:
            self.counted.set_value(line.counted)
        self.add(self.counted.title, self.counted)
        self.counted.setFocus()
        self.counted.selectAll()


class FoundForm(Form):
    """Asks what was found that is not on the list."""

    def __init__(self, items: Sequence[Choice], locations: Sequence[Choice]) -> None:
        super().__init__(tr("Found something else"), tr("Add to the count"))
        self.item = CodeField(tr("Item"), lambda: items)
        self.location = CodeField(tr("Location"), lambda: locations)
        self.lot = TextField(tr("Lot or serial"), is_needed=False)
        self.counted = QuantityField(tr("Counted"), positive=False)
        for field in (self.item, self.location, self.lot, self.counted):
            self.add(field.title, field)
        self.item.setFocus()


class ApproveForm(Form):
    """Asks for the last word before all differences are booked."""

    def __init__(self, count: CountRow) -> None:
        super().__init__(
            tr("Book count {number}", number=count.number),
            tr("Book the differences"),
            explain=tr(
                "{differ} of {places} places differ; {open} are not counted. Demands that had what is not there are"
                " short afterwards.",
                differ=count.differ,
                places=count.places,
                open=count.places - count.counted,
            ),
            check=self._problem_together,
        )
        self._open = count.places - count.counted
        self.reason = TextField(tr("Reason"), is_needed=False)
        self.leave = QCheckBox(tr("What was not counted stays as it is booked"))
        self.add(self.reason.title, self.reason)
        if self._open:
            self.add("", self.leave)

    def _problem_together(self) -> str:
        if self._open and not self.leave.isChecked():
            return tr("{open} places are not counted.", open=self._open)
        return ""


class TraceForm(Form):
    """Asks which lot or serial is to be followed."""

    def __init__(self, lots: Sequence[Lot]) -> None:
        super().__init__(
            tr("Trace a lot or serial"),
            tr("Trace"),
            explain=tr("Also one that has gone: what went into it, and where it went, to the customers."),
        )
        choices = tuple(Choice(lot.lot, lot.item) for lot in lots)
        self._lots = {lot.lot: lot for lot in reversed(lots)}
        self.lot = CodeField(tr("Lot or serial"), lambda: choices)
        self.add(self.lot.title, self.lot)
        self.lot.setFocus()

    def found(self) -> Lot | None:
        """Return the lot that was chosen."""
        return self._lots.get(str(self.lot.value()))


def counted_of(form: CountForm | FoundForm) -> Quantity:
    """Return what was counted."""
    found: Quantity = form.counted.value()
    return found
