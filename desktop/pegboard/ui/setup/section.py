"""A section of the Setup page: what all of them can do, and a list of records with a form beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.storage.store import Reading, Transaction
from pegboard.ui.columns import Column
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Split
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.marks import Mark, State
from pegboard.ui.setup.record_form import Kind, RecordForm


class RecordPane(DetailPane):
    """The right half of a section; verbs that cannot be run now are left to the menu."""

    def refresh_verbs(self) -> None:
        """Ask the verbs again, and show those that can be run."""
        super().refresh_verbs()
        for button in self._buttons:
            button.setVisible(button.isEnabled())


class Section(QWidget):
    """A tab of the page.

    Signals: rows_shown(): its first rows are there; changed(): what can be done may have changed.
    """

    rows_shown = Signal()
    changed = Signal()

    name = ""  # as in ids of commands
    one = ""  # what one of its records is called, translated

    def set_verbs(self, commands: Sequence[Command]) -> None:
        """Put these commands at the foot."""

    def refresh(self) -> None:
        """Read again what is shown."""

    def start_new(self) -> None:
        """Begin a new record."""

    def enter(self) -> None:
        """Put the keys into the record that is chosen."""

    def leave(self) -> None:
        """Keep what is being typed."""

    def go_to(self, code: str) -> None:
        """Choose a record."""

    def code(self) -> str:
        """Return the code of the record that is chosen, "" without one."""
        return ""

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return ()

    def focus_find(self) -> None:
        """Put the cursor into the find box."""

    @property
    def has_record(self) -> bool:
        """Whether a record is chosen."""
        return False

    @property
    def is_retired(self) -> bool:
        """Whether the record that is chosen is retired."""
        return False

    def can_retire(self) -> bool:
        """Whether records of this section can be retired."""
        return False

    def can_delete(self) -> bool:
        """Whether records of this section can be deleted."""
        return True

    def retire(self) -> None:
        """Let nothing new name the record."""

    def bring_back(self) -> None:
        """Use a retired record again."""

    def delete(self) -> None:
        """Take the record away."""


@dataclass(frozen=True, slots=True)
class Verbs:
    """What can be done with a record by its code, each a step of its own."""

    retire: Callable[[Transaction, str], None]
    bring_back: Callable[[Transaction, str], None]
    delete: Callable[[Transaction, str], None]


class RecordSection(Section):
    """A list of records left, the chosen one's fields right."""

    def __init__(
        self,
        desk: Desk,
        kind: Kind,
        one: str,
        title: str,
        columns: Sequence[Column[Any]],
        query: Callable[[Reading], Sequence[Any]],
        verbs: Verbs,
        empty: str,
        chips: tuple[str, str] | None = None,
    ) -> None:
        super().__init__()
        used, retired = chips or (tr("In use"), tr("Retired"))
        self._desk, self._kind, self._verbs = desk, kind, verbs
        self.name, self.one = kind.noun, one
        self._awaited = ""
        self._goes = False  # while the list is led to a record
        self.setAccessibleName(title)
        self.list: ListPane[Any] = ListPane(
            desk,
            f"setup.{kind.noun}",
            title,
            columns,
            key=lambda row: row.code,
            query=query,
            chips=(
                Chip("used", used, lambda row: not row.is_retired),
                Chip("retired", retired, lambda row: row.is_retired),
                Chip("all", tr("All")),
            ),
            empty=Empty(empty, tr("New {record}", record=one.lower()), self.start_new),
        )
        self.pane = RecordPane(one)
        self.form = RecordForm(desk, kind)
        self.pane.add("", self.form, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Split(desk, f"setup.{kind.noun}", self.list, self.pane, (3, 2)))
        self.setFocusProxy(self.list)
        self.list.current_changed.connect(self._show)
        self.list.rows_shown.connect(self._on_rows)
        self.list.opened.connect(self._open)
        self.form.created.connect(self._await)
        self.form.renamed.connect(self._await)

    def set_verbs(self, commands: Sequence[Command]) -> None:
        """Put these commands at the foot."""
        self.pane.set_verbs(commands)

    def refresh(self) -> None:
        """Read the list again."""
        self.list.refresh()

    def start_new(self) -> None:
        """Begin a new record; it is made as soon as it has a code."""
        explain = tr("Type a code. All you type from then on is kept at once.")
        self.pane.show_heading(tr("New {record}", record=self.one.lower()), explain)
        self.form.start_new(self._codes())
        self.changed.emit()

    def enter(self) -> None:
        """Put the keys into the form."""
        self.form.setFocus()

    def leave(self) -> None:
        """Keep the field that is being typed in."""
        self.form.settle()

    def go_to(self, code: str) -> None:
        """Choose a record, whatever is filtered."""
        self._await(code)

    def code(self) -> str:
        """Return the code of the record that is chosen, "" without one."""
        row = self.list.current()
        return str(row.code) if row is not None else ""

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.list, self.form)

    def focus_find(self) -> None:
        """Go to the find box."""
        self.list.focus_find()

    # --- the record

    def _codes(self) -> frozenset[str]:
        return frozenset(row.code for row in self.list.model.all_rows)

    @property
    def has_record(self) -> bool:
        """Whether a record is chosen and not a new one being typed."""
        return self.list.current() is not None and not self.form.is_new

    @property
    def is_retired(self) -> bool:
        """Whether it is retired."""
        row = self.list.current()
        return row is not None and bool(row.is_retired)

    def can_retire(self) -> bool:
        """Records of this kind can be retired."""
        return True

    @Slot(str)
    def _await(self, code: str) -> None:
        """Go there once the list has it."""
        self._awaited = code
        self.list.refresh()

    @Slot()
    def _on_rows(self) -> None:
        code, self._awaited = self._awaited, ""
        if code:
            self._goes = True
            self.list.select(code)
            self._goes = False
        self.rows_shown.emit()

    @Slot(object)
    def _show(self, row: Any) -> None:
        if self.form.is_new_typed and not self.list.view.hasFocus() and not self._goes:
            return  # the list was read again, such as after another seat's commit; nobody chose a line
        if row is not None:
            title = f"{row.code}   {getattr(row.draft, 'name', '') or getattr(row.draft, 'description', '')}".rstrip()
            self.pane.show_heading(title, "", Mark(State.DONE, tr("retired")) if row.is_retired else None)
            self.form.show_record(row.draft, self._codes())
        elif not self.form.is_new:
            self.pane.show_nothing(tr("Choose a line on the left."))
        self.changed.emit()

    @Slot(object)
    def _open(self, row: Any) -> None:
        if row is not None:
            self.enter()

    # --- verbs

    def retire(self) -> None:
        """Let nothing new name the record; it can be taken back."""
        self._run("retire", self._verbs.retire, tr("{code} is retired."), self.bring_back_code)

    def bring_back(self) -> None:
        """Use a retired record again."""
        self._run("bring_back", self._verbs.bring_back, tr("{code} is in use again."), None)

    def delete(self) -> None:
        """Delete a record that nothing names."""
        self._run("delete", self._verbs.delete, tr("{code} is deleted."), None)

    def bring_back_code(self, code: str) -> None:
        """Take a retirement back."""
        self._desk.runner.write(f"{self.name}.bring_back", lambda tx: self._verbs.bring_back(tx, code))

    def _run(
        self, verb: str, work: Callable[[Transaction, str], None], told: str, undo: Callable[[str], None] | None
    ) -> None:
        row = self.list.current()
        if row is None:
            return
        code = str(row.code)
        said = told.replace("{code}", code)

        def done(_nothing: object) -> None:
            if undo is None:
                self._desk.messages.notice(said)
            else:
                self._desk.messages.notice(said, tr("Undo"), partial(undo, code))

        self._desk.runner.write(f"{self.name}.{verb}", lambda tx: work(tx, code), done)
