"""Where a person says which days a report is about: a usual span, or from one day to another."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from pegboard.domain.errors import PegboardError
from pegboard.domain.period import ROLLING_DAYS, Period, Step, last_complete, last_days, so_far
from pegboard.i18n import tr
from pegboard.ui import formats, theme
from pegboard.ui.fields import DayLine


def spans(today: date) -> dict[str, tuple[str, Period]]:
    """The usual spans by key: (title, period)."""
    return {
        "rolling": (tr("Last 90 days"), last_days(today, ROLLING_DAYS)),
        "week": (tr("Last week"), last_complete(today, Step.WEEK)),
        "this_month": (tr("This month so far"), so_far(today, Step.MONTH)),
        "month": (tr("Last month"), last_complete(today, Step.MONTH)),
        "this_quarter": (tr("This quarter so far"), so_far(today, Step.QUARTER)),
        "quarter": (tr("Last quarter"), last_complete(today, Step.QUARTER)),
        "this_year": (tr("This year so far"), so_far(today, Step.YEAR)),
        "year": (tr("Last year"), last_complete(today, Step.YEAR)),
    }


class PeriodChooser(QWidget):
    """A list of usual spans; the last entry lets a person type both days.

    Signals: changed(): another period was chosen.
    """

    changed = Signal()

    def __init__(self, today: Callable[[], date], *, keys: tuple[str, ...] = ()) -> None:
        """`keys` are the spans offered, all where none are named; days can be typed in either case."""
        super().__init__()
        self._today = today
        self._period = last_days(today(), ROLLING_DAYS)
        self._choice = QComboBox()
        self._choice.setAccessibleName(tr("Period"))
        for key, (title, _period) in spans(today()).items():
            if not keys or key in keys:
                self._choice.addItem(title, key)
        self._choice.addItem(tr("From … to …"), "")
        self._first = DayLine(tr("First day"), today, is_needed=True)
        self._last = DayLine(tr("Last day"), today, is_needed=True)
        self._words = QLabel()
        self._words.setProperty("secondary", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        for widget in (self._choice, self._first, self._last, self._words):
            layout.addWidget(widget)
        for field in (self._first, self._last):
            field.setMaximumWidth(110)
            field.committed.connect(self._read_days)
        self._choice.activated.connect(self._choose)
        self.setFocusProxy(self._choice)
        self._show()

    def period(self) -> Period:
        """The period that is chosen."""
        return self._period

    def key(self) -> str:
        """The key of the span that is chosen, "" for typed days."""
        return str(self._choice.currentData())

    def set_period(self, period: Period) -> None:
        """Choose a period: by its usual name where it has one."""
        self._period = period
        known = [self._choice.itemData(place) for place in range(self._choice.count())]
        named = spans(self._today())
        key = next((name for name in known if name and named[name][1] == period), "")
        self._choice.setCurrentIndex(known.index(key))
        self._show()

    def renew(self) -> None:
        """Follow the day: a usual span ends today."""
        if self.key():
            self._period = spans(self._today())[self.key()][1]
            self._show()

    @Slot()
    def _choose(self) -> None:
        if self.key():
            self._period = spans(self._today())[self.key()][1]
        self._show()
        if self.key():
            self.changed.emit()
        else:
            self._first.setFocus()

    @Slot()
    def _read_days(self) -> None:
        try:
            first, last = self._first.value(), self._last.value()
            if first is None or last is None:
                return
            self._period = Period(first, last)
        except PegboardError as error:
            self._words.setText(error.message)
            return
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        is_typed = not self.key()
        for field, day in ((self._first, self._period.first), (self._last, self._period.last)):
            field.setHidden(not is_typed)
            field.set_value(day)
        first, last = formats.long_day(self._period.first), formats.long_day(self._period.last)
        self._words.setText("" if is_typed else f"{first} – {last}")
