"""The audit trail on the Setup page: who changed what and when, searched, and each change before and after."""

import datetime
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.queries import audit
from pegboard.queries.audit import AuditRow, ChangeRow, Wanted
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.audit_text import shown
from pegboard.ui.choice_fields import ChoiceField
from pegboard.ui.columns import Align, Column, text_column, whole_column
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.fields import DayLine, TextField
from pegboard.ui.flow import FlowLayout
from pegboard.ui.formats import instant
from pegboard.ui.list_view import Empty
from pegboard.ui.paged import PagedListPane
from pegboard.ui.setup.section import RecordPane, Section

EVERYBODY = ""
# What opens the records of a table; others have no page.
NOUNS = {
    "customer_order": "order",
    "order_line": "order",
    "order_line_option": "order",
    "purchase_order": "purchase_order",
    "purchase_line": "purchase_order",
    "work_order": "work_order",
    "item": "item",
    "bom": "item",
    "bom_line": "item",
    "routing_operation": "item",
    "supplier_item": "item",
    "price_break": "item",
    "customer": "customer",
    "supplier": "supplier",
    "work_center": "work_center",
    "person": "person",
}
MOST_CHANGES = 500  # of one line; an import may have changed thousands


class TrailSource:
    """Reads the lines that the fields above the list want; `wanted` is set when they change."""

    def __init__(self) -> None:
        self.wanted = Wanted()

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[int]:
        """Return the ids of the lines, newest first; only by time can they be turned round."""
        asked = self.wanted
        wanted = Wanted(words, asked.person, asked.first, asked.last, asked.number)
        return audit.entries_wanted(reading, wanted, oldest_first=sort_key == "at" and not descending)

    def rows(self, reading: Reading, keys: Sequence[Any]) -> Sequence[AuditRow]:
        """Return the lines with these ids."""
        return audit.audit_rows(reading, keys)


def trail_columns() -> tuple[Column[AuditRow], ...]:
    """Return the columns of the trail."""
    return (
        Column(
            "at",
            tr("When"),
            lambda row: instant(row.at),
            sort=lambda row: row.entry,
            value=lambda row: row.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
            tip=lambda row: row.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
            width=112,
        ),
        text_column("person", tr("Who"), lambda row: row.person, width=90),
        text_column("what", tr("What"), lambda row: " ".join(row.what.split()), width=330, tip=lambda row: row.what),
        whole_column(
            "changes", tr("Changed"), lambda row: row.changes or None, width=76, help=tr("Records that stood before.")
        ),
        text_column("command", tr("Command"), lambda row: row.command, width=130, hidden=True),
    )


def change_columns() -> tuple[Column[ChangeRow], ...]:
    """Return the columns of what a line changed."""
    return (
        text_column("name", tr("Record"), lambda row: row.name, width=88, tip=lambda row: f"{row.kind} {row.name}"),
        text_column("field", tr("Field"), _field, width=88, tip=lambda row: row.kind),
        text_column("before", tr("Before"), lambda row: shown(row.before), width=100, align=Align.RIGHT,
                    tip=lambda row: shown(row.before)),
        text_column("after", tr("After"), lambda row: shown(row.after), width=100, align=Align.RIGHT,
                    tip=lambda row: shown(row.after)),
    )  # fmt: skip


def _field(row: ChangeRow) -> str:
    return tr("{field}, taken away", field=row.field) if row.is_gone else row.field


class Filters(QWidget):
    """Who, from, to and which document: the fields above the trail."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.person = ChoiceField(tr("Who"), ((EVERYBODY, tr("everybody")),))
        self.first = DayLine(tr("From"), desk.today, is_needed=False)
        self.last = DayLine(tr("To"), desk.today, is_needed=False)
        self.number = TextField(tr("Document"), is_needed=False)
        self.number.setPlaceholderText(tr("number or code"))
        layout = FlowLayout(self, theme.GAP)
        layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, 0)
        for field, width in ((self.person, 130), (self.first, 110), (self.last, 110), (self.number, 150)):
            label = QLabel(field.title)
            label.setProperty("secondary", True)
            label.setBuddy(field)
            field.setFixedSize(width, theme.CONTROL_HEIGHT)
            pair = QWidget()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, theme.GAP, 0)
            row.setSpacing(theme.GAP)
            row.addWidget(label)
            row.addWidget(field)
            layout.addWidget(pair)

    def wanted(self) -> Wanted | None:
        """What the fields want; None while one of them cannot be read."""
        try:
            return Wanted((), self.person.value(), self.first.value(), self.last.value(), self.number.value() or "")
        except InvalidInput:
            return None

    def offer(self, names: Sequence[str]) -> None:
        """Offer these people; the one that is chosen stays."""
        if [self.person.itemData(place) for place in range(1, self.person.count())] == [*names]:
            return
        chosen = self.person.value()
        while self.person.count() > 1:
            self.person.removeItem(1)
        for name in names:
            self.person.addItem(name, name)
        self.person.set_value(chosen if chosen in names else EVERYBODY)

    def clear(self, number: str = "") -> None:
        """Want everything, or all about one document."""
        self.person.set_value(EVERYBODY)
        for field, text in ((self.first, ""), (self.last, ""), (self.number, number)):
            field.setText(text)
            field.check()


class AuditSection(Section):
    """The trail left, what the chosen line changed right; nothing in it can be changed."""

    name = "audit"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.one = tr("Line")
        self._desk = desk
        self.setAccessibleName(tr("Audit trail"))
        self.source = TrailSource()
        self.filters = Filters(desk)
        self._missing = QLabel(wordWrap=True)
        self._missing.setProperty("problem", True)
        self._missing.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, 0)
        self._missing.hide()
        self.list: PagedListPane[AuditRow] = PagedListPane(
            desk,
            "setup.audit",
            tr("Audit trail"),
            trail_columns(),
            key=lambda row: row.entry,
            source=self.source,
            empty=Empty(tr("No command fits that.")),
        )
        self.pane = RecordPane(self.one)
        self.changes: DetailTable[ChangeRow] = DetailTable(
            desk, "setup.audit.changes", tr("What it changed"), change_columns(), key=_change_key
        )
        self._changed = self.pane.add(tr("What it changed"), self.changes)
        self._added = QLabel(wordWrap=True)
        self._added_section = self.pane.add(tr("What it added"), self._added)
        self.pane.end()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filters)
        layout.addWidget(self._missing)
        layout.addWidget(Split(desk, "setup.audit", self.list, self.pane, (5, 4)), 1)
        self.setFocusProxy(self.list)
        self._connect()

    def _connect(self) -> None:
        self.list.current_changed.connect(self._show)
        self.list.rows_shown.connect(self.rows_shown)
        self.list.opened.connect(self._enter)
        self.changes.row_changed.connect(self._note_change)
        self.filters.person.committed.connect(self._narrow)
        for field in (self.filters.first, self.filters.last, self.filters.number):
            field.committed.connect(self._narrow)

    def set_verbs(self, commands: Sequence[Command]) -> None:
        """Put these commands at the foot."""
        self.pane.set_verbs(commands)

    def refresh(self) -> None:
        """Read the trail again."""
        self._desk.runner.read("setup.audit.people", audit.people_in_trail, self.filters.offer)
        self._desk.runner.read("setup.audit.missing", audit.missing_lines, self._show_missing)
        self.list.refresh()

    def _show_missing(self, count: int) -> None:
        self._missing.setText(audit.missing_words(count) if count else "")
        self._missing.setVisible(bool(count))

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.filters.person, self.list, self.changes)

    def focus_find(self) -> None:
        """Go to the find box."""
        self.list.focus_find()

    def go_to(self, code: str) -> None:
        """Show all about one document or record."""
        self.filters.clear(code)
        self.list.find_box.clear()
        self._narrow()

    def show_all(self) -> None:
        """Want everything again."""
        self.go_to("")

    def is_narrowed(self) -> bool:
        """Whether the fields leave lines out."""
        return self.source.wanted != Wanted()

    @Slot()
    def _narrow(self) -> None:
        wanted = self.filters.wanted()
        if wanted is not None and wanted != self.source.wanted:
            self.source.wanted = wanted
        self.list.refresh()
        self.changed.emit()

    # --- the line that is chosen

    def change(self) -> ChangeRow | None:
        """The change that is chosen."""
        return self.changes.current() if self.list.current() is not None else None

    def number(self) -> str:
        """The document or record of the change that is chosen."""
        change = self.change()
        return change.name.partition("/")[0] if change is not None else ""

    def noun(self) -> str:
        """What opens that record; "" where it has no page."""
        change = self.change()
        return NOUNS.get(change.place, "") if change is not None else ""

    def day_before(self) -> datetime.date:
        """The day before the chosen line."""
        row = self.list.current()
        return (row.at.astimezone().date() if row is not None else self._desk.today()) - datetime.timedelta(days=1)

    @Slot(object)
    def _show(self, row: AuditRow | None) -> None:
        if row is None:
            self.pane.show_nothing(tr("Choose a line on the left."))
        else:
            self.pane.show_heading(f"{instant(row.at)}   {row.person or '–'}", f"{row.what}\n{row.command}")
            self._added.setText(row.added)
            self._added_section.setVisible(bool(row.added))
            self._desk.runner.read(
                "setup.audit.changes", partial(_changes, entry=row.entry), partial(self._show_changes, row.entry)
            )
        self.changed.emit()

    def _show_changes(self, entry: int, rows: Sequence[ChangeRow]) -> None:
        current = self.list.current()
        if current is not None and current.entry == entry:
            self._changed.setVisible(bool(rows))
            self.changes.show_rows(rows)
            self.changed.emit()

    @Slot(object)
    def _note_change(self, _row: ChangeRow | None) -> None:
        self.changed.emit()

    @Slot(object)
    def _enter(self, _row: AuditRow | None) -> None:
        if self._changed.isVisible():
            self.changes.setFocus()


def _changes(reading: Reading, entry: int) -> tuple[ChangeRow, ...]:
    return audit.changes_of(reading, [entry], most=MOST_CHANGES)


def _change_key(row: ChangeRow) -> tuple[str, str, str, str]:
    return (row.place, row.name, row.column, str(row.before))
