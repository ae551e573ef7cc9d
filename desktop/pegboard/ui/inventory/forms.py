"""What a person says about stock: what was counted, where it moved, why it is blocked, what a place is called."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox

from pegboard.domain.configuration import is_configuration
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.inventory import LotRow, StockRow
from pegboard.ui import formats
from pegboard.ui.completion import Choice
from pegboard.ui.fields import CodeField, QuantityField, TextField
from pegboard.ui.form import Form

MAIN = "MAIN"


@dataclass(frozen=True, slots=True)
class Correction:
    """What was found: counted, or by how much it differs; where, and why."""

    location: str
    lot: str
    counted: Quantity | None
    by: Quantity | None
    reason: str


def usual_reasons() -> tuple[Choice, ...]:
    """Return why stock is not as it was booked, most of the time; any other text will do as well."""
    return tuple(map(Choice, (tr("Counted"), tr("Broken"), tr("Lost"), tr("Found"), tr("Used for a sample"))))


class AdjustForm(Form):
    """Corrects what lies at a location."""

    def __init__(self, row: StockRow, lot: LotRow | None, locations: Sequence[Choice]) -> None:
        super().__init__(
            tr("Correct the stock of {item}", item=row.item),
            tr("Correct"),
            explain=_explain(row, lot),
            check=self._problem_together,
        )
        is_made_to_options = lot is not None and is_configuration(lot.lot)
        self._has_lots = row.tracking != "none" or is_made_to_options
        self.location = CodeField(tr("Location"), lambda: locations)
        self.location.set_value(lot.location if lot is not None else MAIN)
        title = tr("Serial number") if row.tracking == "serial" else tr("Lot")
        self.lot = TextField(tr("Options") if is_made_to_options else title, is_needed=row.tracking != "none")
        self.lot.set_value(lot.lot if lot is not None else None)
        self.counted = QuantityField(tr("Counted"), whole=row.is_whole, positive=False, is_needed=False)
        self.by = QuantityField(tr("or by how much (+ or −)"), whole=row.is_whole, positive=False, is_needed=False)
        self.reason = CodeField(tr("Reason"), usual_reasons, is_new_ok=True)
        self.add(self.location.title, self.location)
        if self._has_lots:
            self.add(self.lot.title, self.lot)
        for field in (self.counted, self.by, self.reason):
            self.add(field.title, field)
        self.counted.setFocus()

    def _problem_together(self) -> str:
        found = self.correction()
        if (found.counted is None) == (found.by is None):
            return tr("Give what was counted, or by how much it differs.")
        if found.counted is not None and found.counted.micro < 0:
            return tr("What was counted cannot be negative.")
        return ""

    def correction(self) -> Correction:
        """Return what was entered."""
        return Correction(
            self.location.value(),
            str(self.lot.value() or "") if self._has_lots else "",
            self.counted.value(),
            self.by.value(),
            str(self.reason.value()),
        )


def _explain(row: StockRow, lot: LotRow | None) -> str:
    if lot is None:
        return tr(
            "The books say: {quantity} {unit} in all. Say where you counted.",
            quantity=formats.quantity(row.on_hand),
            unit=row.unit,
        )
    return tr(
        "The books say: {quantity} {unit} at {place}, {pegged} of them allocated.",
        quantity=formats.quantity(lot.quantity),
        unit=row.unit,
        place=f"{lot.location} {lot.lot}".strip(),
        pegged=formats.quantity(lot.pegged),
    )


class TransferForm(Form):
    """Moves goods from one location to another."""

    def __init__(self, row: StockRow, lot: LotRow, locations: Sequence[Choice]) -> None:
        super().__init__(
            tr("Move {item}", item=row.item),
            tr("Move"),
            explain=tr(
                "{quantity} {unit} lie at {place}. Free ones move first, then the latest needs with their goods.",
                quantity=formats.quantity(lot.quantity),
                unit=row.unit,
                place=f"{lot.location} {lot.lot}".strip(),
            ),
            check=self._problem_together,
        )
        self._lot = lot
        others = tuple(choice for choice in locations if choice.code != lot.location)
        self.quantity = QuantityField(tr("Quantity"), whole=row.is_whole)
        self.quantity.set_value(lot.quantity)
        self.target = CodeField(tr("To location"), lambda: others)
        self.reason = TextField(tr("Reason"), is_needed=False)
        self.counted = QCheckBox(tr("More lie there than the books say: book what is moved as counted"))
        for field in (self.quantity, self.target, self.reason):
            self.add(field.title, field)
        self.add("", self.counted)
        self.target.setFocus()

    def _problem_together(self) -> str:
        if self.quantity.value() > self._lot.quantity and not self.counted.isChecked():
            return tr(
                "The books know {quantity} there. Move those, or tick that more were counted.",
                quantity=formats.quantity(self._lot.quantity),
            )
        return ""


class StatusForm(Form):
    """Puts goods into quarantine, or makes them available again."""

    def __init__(self, row: StockRow, lot: LotRow, *, is_blocking: bool) -> None:
        place = f"{lot.location} {lot.lot}".strip()
        explain = (
            tr(
                "{pegged} of {quantity} are allocated; who waits for them is short then.",
                pegged=formats.quantity(lot.pegged),
                quantity=formats.quantity(lot.quantity),
            )
            if is_blocking
            else tr("{quantity} {unit} can be used again.", quantity=formats.quantity(lot.quantity), unit=row.unit)
        )
        super().__init__(
            tr("Block {item} at {place}", item=row.item, place=place)
            if is_blocking
            else tr("Unblock {item} at {place}", item=row.item, place=place),
            tr("Put into quarantine") if is_blocking else tr("Make available"),
            explain=explain,
        )
        self.reason = TextField(tr("Reason"))
        self.add(self.reason.title, self.reason)
        self.reason.setFocus()


class LocationForm(Form):
    """Names a new place where stock lies."""

    def __init__(self) -> None:
        super().__init__(tr("New location"), tr("Make location"))
        self.code = TextField(tr("Code"))
        self.words = TextField(tr("Description"), is_needed=False)
        self.add(self.code.title, self.code)
        self.add(self.words.title, self.words)
        self.code.setFocus()
