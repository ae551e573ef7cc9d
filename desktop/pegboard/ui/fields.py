"""Entry fields for forms: numbers, prices, days and codes, with the strict grammar of `entry_text`."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.ui import entry_text, formats, theme
from pegboard.ui.completion import Choice, only_meaning
from pegboard.ui.proposals import Proposals


def number_locale() -> str:
    """Return the locale in which this program reads and writes numbers and days, such as "de_DE"."""
    name = QLocale().name()
    return "en_US" if name == "C" else name


class Field(QLineEdit):
    """A line that is read when it is left; what is wrong is shown in red and in words.

    Signals: committed(): the text was read, well or not, after it changed.
    """

    committed = Signal()

    def __init__(self, title: str, *, is_needed: bool = True) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.title = title
        self.is_needed = is_needed
        self._problem = ""
        self._last = ""
        self.setMinimumHeight(theme.CONTROL_HEIGHT)
        self.editingFinished.connect(self.settle)
        self.textEdited.connect(self._forget_problem)

    def parse(self, text: str) -> Any:
        """Read `text`; InvalidInput says what is wrong."""
        return text

    def show_value(self, value: Any) -> str:
        """Return the text for `value`."""
        return str(value)

    def value(self) -> Any:
        """Return what the field means, None where it is blank and may be; InvalidInput says what is wrong."""
        text = self.text().strip()
        if not text and not self.is_needed:
            return None
        if not text:
            raise InvalidInput(tr("{field} is missing.", field=self.title))
        return self.parse(text)

    def set_value(self, value: Any) -> None:
        """Fill the field; None empties it."""
        self.setText("" if value is None else self.show_value(value))
        if not self.hasFocus():
            self.setCursorPosition(0)  # a long text shows how it begins
        self._last = self.text()
        self._show_problem("")
        self.preview(value)

    def preview(self, value: Any) -> None:
        """Say beside the field what was understood; None where nothing was."""

    def problem(self) -> str:
        """Return what is wrong now, in words; "" where nothing is."""
        try:
            self.value()
        except InvalidInput as error:
            return str(error)
        return ""

    def check(self) -> str:
        """Show what is wrong and return it."""
        self._show_problem(self.problem())
        return self._problem

    def refuse(self, problem: str) -> None:
        """Show what is wrong with the value as others see it; "" takes that back."""
        self._show_problem(problem)

    @Slot()
    def settle(self) -> None:
        """Read what was typed, as when the field is left."""
        if self.text() == self._last:
            return
        problem = self.problem() if self.text().strip() else ""
        if not problem and self.text().strip():
            value = self.value()
            self.setText(self.show_value(value))
            self.preview(value)
        else:
            self.preview(None)
        self._last = self.text()
        self._show_problem(problem)
        self.committed.emit()

    @Slot()
    def _forget_problem(self) -> None:
        if self._problem:
            self._show_problem("")

    def _show_problem(self, problem: str) -> None:
        self._problem = problem
        self.setToolTip(problem)
        self.setAccessibleDescription(problem)
        self.setProperty("problem", bool(problem))
        self.style().unpolish(self)
        self.style().polish(self)


class TextField(Field):
    """Any text."""


class QuantityField(Field):
    """An exact quantity in an item's unit; `whole` refuses decimals."""

    def __init__(self, title: str, *, whole: bool = False, is_needed: bool = True, positive: bool = True) -> None:
        super().__init__(title, is_needed=is_needed)
        self._whole = whole
        self._positive = positive
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def parse(self, text: str) -> Quantity:
        """Read a quantity."""
        return entry_text.parse_quantity(text, number_locale(), whole=self._whole, positive=self._positive)

    def show_value(self, value: Quantity) -> str:
        """Write a quantity."""
        return formats.quantity(value)


class PriceField(Field):
    """An exact unit price."""

    def __init__(self, title: str, *, is_needed: bool = True) -> None:
        super().__init__(title, is_needed=is_needed)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def parse(self, text: str) -> Price:
        """Read a price."""
        return entry_text.parse_price(text, number_locale())

    def show_value(self, value: Price) -> str:
        """Write a price."""
        return formats.price(value)


class WholeField(Field):
    """A whole number from `least` to `most`."""

    def __init__(self, title: str, *, least: int = 0, most: int = 1_000_000, is_needed: bool = True) -> None:
        super().__init__(title, is_needed=is_needed)
        self._least = least
        self._most = most
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def parse(self, text: str) -> int:
        """Read a whole number."""
        return entry_text.parse_whole(text, number_locale(), least=self._least, most=self._most)


class DayLine(Field):
    """The line of a DayField.

    Signals: understood(text): the day in full and how far it is away; "" where there is none.
    """

    understood = Signal(str)

    def __init__(self, title: str, today: Callable[[], datetime.date], *, is_needed: bool) -> None:
        super().__init__(title, is_needed=is_needed)
        self._today = today
        self.textEdited.connect(self._preview_text)

    def parse(self, text: str) -> datetime.date:
        """Read a day."""
        return entry_text.parse_day(text, self._today(), number_locale())

    def show_value(self, value: datetime.date) -> str:
        """Write a day so that it reads the same tomorrow."""
        return value.isoformat()

    def preview(self, value: datetime.date | None) -> None:
        """Say the day in full, as "Fri 4 Dec 2026, in 11 days"."""
        away = entry_text.in_days(value, self._today()) if value else ""
        self.understood.emit(f"{formats.long_day(value)}, {away}" if value else "")

    @Slot(str)
    def _preview_text(self, text: str) -> None:
        try:
            self.preview(self.parse(text) if text.strip() else None)
        except InvalidInput:
            self.preview(None)


class DayField(QWidget):
    """A day, as "4.12", "fri" or "+2w", with what was understood beside it while it is typed.

    Signals: committed(): the text was read after it changed.
    """

    committed = Signal()

    def __init__(self, title: str, today: Callable[[], datetime.date], *, is_needed: bool = True) -> None:
        super().__init__()
        self.line = DayLine(title, today, is_needed=is_needed)
        self.line.setMaximumWidth(130)
        self._words = QLabel()
        self._words.setProperty("secondary", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self.line)
        layout.addWidget(self._words, 1)
        self.setFocusProxy(self.line)
        self.line.understood.connect(self._words.setText)
        self.line.committed.connect(self.committed)

    @property
    def title(self) -> str:
        """What the field asks for."""
        return self.line.title

    def value(self) -> datetime.date | None:
        """Return the day; InvalidInput says what is wrong."""
        found: datetime.date | None = self.line.value()
        return found

    def set_value(self, value: datetime.date | None) -> None:
        """Fill the field."""
        self.line.set_value(value)

    def problem(self) -> str:
        """Return what is wrong, in words."""
        return self.line.problem()

    def check(self) -> str:
        """Show what is wrong and return it."""
        return self.line.check()

    def understood(self) -> str:
        """Return what stands beside the line."""
        return self._words.text()


class CodeField(Field):
    """A code, found by typing it or its words; what Enter takes is highlighted, F4 shows all.

    `candidates` gives the choices when the field is entered; codes that none of them has are refused.
    """

    def __init__(
        self, title: str, candidates: Callable[[], Sequence[Choice]], *, is_needed: bool = True, is_new_ok: bool = False
    ) -> None:
        super().__init__(title, is_needed=is_needed)
        self._candidates = candidates
        self._is_new_ok = is_new_ok
        self._choices: tuple[Choice, ...] = ()
        self._proposals = Proposals(self, self._take_key)

    def parse(self, text: str) -> str:
        """Return the code that `text` certainly means."""
        self._choices = tuple(self._candidates())
        found = only_meaning(text, self._choices)
        if found is not None:
            return found.code
        if self._is_new_ok:
            return text
        hint = tr("Choose one with F4.")
        raise InvalidInput(tr("{text} is not known as {field}.", text=text, field=self.title), hint=hint)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: the choices of now are asked for."""
        self._proposals.set_choices(tuple(self._candidates()))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: F4 shows all; Enter and Tab take what is highlighted."""
        if event.key() == Qt.Key.Key_F4:
            self._proposals.propose_all()
            return
        super().keyPressEvent(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        """Enter takes the highlighted proposal and stays, Tab goes on with it."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            return False
        self._proposals.accept()
        if event.key() == Qt.Key.Key_Tab:
            self.focusNextChild()
        else:
            self.editingFinished.emit()
        return True
