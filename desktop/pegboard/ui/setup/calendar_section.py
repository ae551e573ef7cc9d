"""The working calendar on the Setup page: days off, and days worked though their week does not say so."""

import datetime
from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.setup import DaysRow, calendar_rows
from pegboard.services.shop_days import clear_days, set_days
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
        self.first = DayField(tr("First day"), desk.today)
        self.last = DayField(tr("Last day"), desk.today, is_needed=False)
        self.what = ChoiceField(tr("Days are"), ((OFF, tr("off")), (WORKED, tr("worked"))))
        self.note = TextField(tr("Note"), is_needed=False)
        self.problem = QLabel(wordWrap=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
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

    def show_days(self, row: DaysRow | None) -> None:
        """Fill the form with days of the list, or empty it for new ones."""
        self._was = row
        self.first.set_value(row.first if row is not None else None)
        self.last.set_value(row.last if row is not None and row.last != row.first else None)
        self.what.set_value(WORKED if row is not None and row.working else OFF)
        self.note.set_value(row.note or None if row is not None else None)
        self._say("")

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    @Slot()
    def keep(self) -> None:
        """Keep the days that were typed; those that the list had before go."""
        wrong = self.first.check() or self.last.check()
        self._say(wrong)
        if wrong:
            return
        first = self.first.value()
        assert first is not None
        last = self.last.value() or first
        working, note, was = self.what.value() == WORKED, str(self.note.value() or ""), self._was

        def work(tx: Transaction) -> int:
            if was is not None:
                clear_days(tx, was.first, was.last)
            return set_days(tx, first, last, working=working, note=note)

        self._desk.runner.write("calendar.set", work, self._kept, lambda error: self._say(str(error)))

    def _kept(self, count: int) -> None:
        self._desk.messages.notice(
            tr("1 day differs from its week now.") if count == 1 else
            tr("{count} days differ from their week now.", count=count)
        )  # fmt: skip


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
        self.form.show_days(None)
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

        self._desk.runner.write(
            "calendar.clear",
            lambda tx: clear_days(tx, row.first, row.last),
            lambda _count: self._desk.messages.notice(
                tr("{days} are as usual again.", days=_span(row.first, row.last)), tr("Undo"), undo
            ),
        )

    @Slot(object)
    def _show(self, row: DaysRow | None) -> None:
        if row is not None:
            self._is_new = False
            self.pane.show_heading(_span(row.first, row.last), row.note, _mark(row))
            self.form.show_days(row)
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
