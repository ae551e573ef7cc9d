"""The working calendar on the Setup page: days off, and days worked though their week does not say so."""

import datetime
from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.errors import ChangedMeanwhile, PegboardError
from pegboard.i18n import tr
from pegboard.queries.setup import DaysRow, calendar_rows
from pegboard.services.shop_days import change_days, clear_days, require_days_seen, set_days
from pegboard.storage.store import Transaction
from pegboard.ui import formats, theme
from pegboard.ui.button import Button
from pegboard.ui.choice_fields import ChoiceField
from pegboard.ui.columns import Column, date_column, mark_column, text_column, whole_column
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.fields import DayField, TextField
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.marks import Mark, State
from pegboard.ui.meanwhile import ProblemLine
from pegboard.ui.setup.section import RecordPane, Section

OFF, WORKED = "off", "worked"


def days_columns() -> tuple[Column[DaysRow], ...]:
    """Return the columns of the list of days."""
    return (
        date_column("first", tr("From"), lambda row: row.first, width=132),
        date_column("last", tr("To"), lambda row: row.last if row.last != row.first else None, width=132),
        mark_column("working", tr("Days are"), lambda row: _mark(row), width=100),
        whole_column("days", tr("Days"), lambda row: row.days, width=60, help=tr("That differ from their week.")),
        text_column("note", tr("Note"), lambda row: row.note, width=220),
    )


def _mark(row: DaysRow) -> Mark:
    return Mark(State.READY, tr("worked")) if row.working else Mark(State.WAITING, tr("off"))


class DaysForm(QWidget):
    """Days from one to another, and whether they are worked."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._was: DaysRow | None = None
        self._seen: tuple[DaysRow, ...] = ()  # all days of the list as they stood when these were shown
        self._theirs: tuple[DaysRow, ...] = ()  # the same after another seat's change, where ours was refused for that
        self._filled: tuple[object, ...] = ()
        self.first = DayField(tr("First day"), desk.today)
        self.last = DayField(tr("Last day"), desk.today, is_needed=False)
        self.what = ChoiceField(tr("Days are"), ((OFF, tr("off")), (WORKED, tr("worked"))))
        self.note = TextField(tr("Note"), is_needed=False)
        self.problem = ProblemLine(self._keep_mine, self._take_theirs)
        self.keep_button = Button(tr("Keep these days"))
        self.keep_button.setProperty("primary", True)
        self.keep_button.clicked.connect(self.keep)
        rows = QFormLayout()
        rows.setHorizontalSpacing(theme.MARGIN)
        rows.setVerticalSpacing(theme.GAP)
        for title, field in (
            (tr("First day"), self.first),
            (tr("Last day"), self.last),
            (tr("Days are"), self.what),
            (tr("Note"), self.note),
        ):
            label = QLabel(title)
            label.setProperty("secondary", True)
            label.setBuddy(field)
            rows.addRow(label, field)
        held = QHBoxLayout()
        held.addWidget(self.keep_button)
        held.addStretch(1)
        rows.addRow("", held)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.GAP, 0, 0)
        layout.addLayout(rows)
        layout.addWidget(self.problem)
        layout.addStretch(1)
        self.setMaximumWidth(560)
        self.setFocusProxy(self.first)

    def show_days(self, row: DaysRow | None, listed: Sequence[DaysRow] = ()) -> None:
        """Fill the form with days of the list, or empty it for new ones; days being typed on are left alone.

        `listed` are all days of the list.
        """
        is_same = row is not None and self._was is not None and row.first == self._was.first
        if is_same and self.is_typed:
            return
        self._was, self._seen = row, tuple(listed)
        self.first.set_value(row.first if row is not None else None)
        self.last.set_value(row.last if row is not None and row.last != row.first else None)
        self.what.set_value(WORKED if row is not None and row.working else OFF)
        self.note.set_value(row.note or None if row is not None else None)
        self.problem.say("")
        self._filled = self._typed()

    @property
    def is_typed(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return self.problem.asks or self._typed() != self._filled

    def _typed(self) -> tuple[object, ...]:
        return self.first.line.text(), self.last.line.text(), self.what.value(), self.note.text()

    @Slot()
    def keep(self) -> None:
        """Keep the days that were typed; those that the list had before go."""
        wrong = self.first.check() or self.last.check()
        self.problem.say(wrong)
        if wrong:
            return
        first = self.first.value()
        assert first is not None
        last = self.last.value() or first
        working, note = self.what.value() == WORKED, str(self.note.value() or "")
        was, seen = self._was, self._seen

        def work(tx: Transaction) -> tuple[int, tuple[DaysRow, ...]]:
            count = change_days(tx, was, first, last, working=working, note=note, seen=seen)
            return count, calendar_rows(tx)

        self._desk.runner.write("calendar.set", work, partial(self._kept, first), self._refused)

    def _refused(self, error: PegboardError) -> None:
        if isinstance(error, ChangedMeanwhile):
            self._theirs = error.now
        self.problem.tell(error)

    def _keep_mine(self) -> None:
        """Keep what was typed over the days of another seat, which were shown."""
        self._seen = self._theirs
        self.keep()

    def _take_theirs(self) -> None:
        """Show the days as another seat left them."""
        was, first = self._was, self.first.value()
        span = (was.first, was.last) if was is not None else (first, self.last.value() or first)
        self._was = None
        there = (_at(self._theirs, day) for day in _each(*span))
        self.show_days(next(filter(None, there), None), self._theirs)

    def _kept(self, first: datetime.date, done: tuple[int, tuple[DaysRow, ...]]) -> None:
        count, self._seen = done
        self._was, self._filled = _at(self._seen, first), self._typed()
        self._desk.messages.notice(
            tr("1 day differs from its week now.") if count == 1 else
            tr("{count} days differ from their week now.", count=count)
        )  # fmt: skip


def _each(first: datetime.date | None, last: datetime.date | None) -> Iterator[datetime.date]:
    if first is not None and last is not None:
        yield from (first + datetime.timedelta(days=place) for place in range((last - first).days + 1))


def _at(listed: Sequence[DaysRow], day: datetime.date | None) -> DaysRow | None:
    return next((row for row in listed if day is not None and row.first <= day <= row.last), None)


class CalendarSection(Section):
    """Days that differ left, the form right."""

    name = "calendar"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.one = tr("Days")
        self._desk = desk
        self._is_new = False
        self.list: ListPane[DaysRow] = ListPane(
            desk,
            "setup.calendar",
            tr("Working calendar"),
            days_columns(),
            key=lambda row: row.first,
            query=calendar_rows,
            chips=(
                Chip("coming", tr("From today"), lambda row: row.last >= desk.today()),
                Chip("all", tr("All")),
            ),
            empty=Empty(
                tr("Monday to Friday are worked. Days off, and Saturdays that are worked, stand here."),
                tr("Enter days"),
                self.start_new,
            ),
        )
        self.pane = RecordPane(tr("Days"))
        self.form = DaysForm(desk)
        self.pane.add("", self.form, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Split(desk, "setup.calendar", self.list, self.pane, (3, 2)))
        self.setFocusProxy(self.list)
        self.list.current_changed.connect(self._show)
        self.list.rows_shown.connect(self.rows_shown)
        self.list.opened.connect(self._open)

    def set_verbs(self, commands: Sequence[Command]) -> None:
        """Put these commands at the foot."""
        self.pane.set_verbs(commands)

    def refresh(self) -> None:
        """Read the list again."""
        self.list.refresh()

    @property
    def has_record(self) -> bool:
        """Whether days of the list are chosen."""
        return self.list.current() is not None and not self._is_new

    def start_new(self) -> None:
        """Empty the form."""
        self._is_new = True
        explain = tr("Dates that are already promised move with the next explosion.")
        self.pane.show_heading(tr("New days"), explain)
        self.form.show_days(None, self.list.model.all_rows)
        self.form.setFocus()
        self.changed.emit()

    def enter(self) -> None:
        """Put the keys into the form."""
        self.form.setFocus()

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.list, self.form)

    def focus_find(self) -> None:
        """Go to the find box."""
        self.list.focus_find()

    def delete(self) -> None:
        """Let the days be as their week says again."""
        row = self.list.current()
        if row is None:
            return

        def undo() -> None:
            self._desk.runner.write(
                "calendar.set", lambda tx: set_days(tx, row.first, row.last, working=row.working, note=row.note)
            )

        def clear(tx: Transaction) -> int:
            require_days_seen(tx, [(row.first, row.last)], (row,))
            return clear_days(tx, row.first, row.last)

        self._desk.runner.write(
            "calendar.clear",
            clear,
            lambda _count: self._desk.messages.notice(
                tr("{days} are as usual again.", days=_span(row.first, row.last)), tr("Undo"), undo
            ),
        )

    @Slot(object)
    def _show(self, row: DaysRow | None) -> None:
        if self._is_new and self.form.is_typed and not self.list.view.hasFocus():
            return  # the list was read again, such as after another seat's commit; nobody chose a line
        if row is not None:
            self._is_new = False
            self.pane.show_heading(_span(row.first, row.last), row.note, _mark(row))
            self.form.show_days(row, self.list.model.all_rows)
        elif not self._is_new:
            self.pane.show_nothing(tr("Choose days on the left, or enter new ones."))
        self.changed.emit()

    @Slot(object)
    def _open(self, row: DaysRow | None) -> None:
        if row is not None:
            self.enter()


def _span(first: datetime.date, last: datetime.date) -> str:
    if first == last:
        return formats.long_day(first)
    return tr("{first} to {last}", first=formats.long_day(first), last=formats.long_day(last))
