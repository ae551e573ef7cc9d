"""Shows a document as it was on the evening of a day: read-only, and beside each value what it is today."""

import datetime
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QScrollArea, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.queries.as_was import AsWas, Fact, LineAsWas, as_was
from pegboard.ui import formats, theme
from pegboard.ui.audit_text import shown
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Fact as ShownFact
from pegboard.ui.detail import Facts
from pegboard.ui.fields import DayField, TextField
from pegboard.ui.form import Form

WIDTH, HEIGHT = 960, 640
MOST_ROWS = 12  # lines without scrolling
KEY = "as_was"


class AsWasForm(Form):
    """Asks for a document and a day, and shows it as it was when that day ended."""

    def __init__(self, desk: Desk, number: str, day: datetime.date) -> None:
        explain = tr("Read from the audit trail. Nothing can be changed here.")
        super().__init__(tr("As it was"), tr("Show"), explain=explain)
        self._desk = desk
        self._cancel.setText(tr("Close"))
        self.number = TextField(tr("Document"))
        self.number.set_value(number)
        self.day = DayField(tr("On the evening of"), desk.today)
        self.day.set_value(day)
        self.add(tr("Document"), self.number)
        self.add(tr("On the evening of"), self.day)
        self.told = QLabel(wordWrap=True)
        self.told.setProperty("section", True)
        self.facts = Facts()
        self.lines = QTableWidget()
        self.lines.setAccessibleName(tr("Lines as they were"))
        self.lines.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.lines.verticalHeader().hide()
        self.missing = QLabel(wordWrap=True)
        self.missing.setProperty("secondary", True)
        self.add_wide(self._body())
        self.setMinimumSize(WIDTH, HEIGHT)
        if number:
            self.look()

    def _body(self) -> QWidget:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, theme.GAP, 0, 0)
        layout.setSpacing(theme.GAP)
        for widget in (self.told, self.facts, self.lines, self.missing):
            layout.addWidget(widget)
        layout.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMinimumHeight(HEIGHT // 2)
        scroll.setWidget(body)
        self._clear()
        return scroll

    @Slot()
    def accept(self) -> None:
        """Qt: the verb shows; only Close closes."""
        if not self.problems():
            self.look()

    def look(self) -> None:
        """Read the document as it was."""
        day = self.day.value()
        assert day is not None
        work = partial(as_was, number=str(self.number.value()), day=day)
        self._desk.runner.read(KEY, work, self._show, self._refuse)

    def _clear(self) -> None:
        self.told.clear()
        self.missing.clear()
        self.facts.show_facts(())
        self.lines.hide()

    def _refuse(self, error: PegboardError) -> None:
        self._clear()
        self.told.setText(str(error))

    def _show(self, found: AsWas) -> None:
        values = {"kind": found.kind, "number": found.number, "day": formats.long_day(found.day)}
        title = tr("{kind} {number} when {day} ended", **values)
        told = [title[:1].upper() + title[1:]]
        if not found.changes and not found.added:
            told.append(tr("Nothing of it has changed since."))
        if found.added:
            told.append(tr("Lines that came later: {lines}.", lines=", ".join(map(str, found.added))))
        self.told.setText("\n".join(told))
        kept = [fact for fact in found.facts if fact.has_changed or fact.then not in (None, "", found.number)]
        self.facts.show_facts([ShownFact(_title(fact), _said(fact)) for fact in kept])
        self._show_lines(found.lines)
        self.missing.setText(found.missing)

    def _show_lines(self, lines: tuple[LineAsWas, ...]) -> None:
        self.lines.setVisible(bool(lines))
        if not lines:
            return
        places = _columns_used(lines)
        self.lines.clear()
        self.lines.setRowCount(len(lines))
        self.lines.setColumnCount(1 + len(places))
        self.lines.setHorizontalHeaderLabels([tr("Line"), *(_title(lines[0].facts[place]) for place in places)])
        for row, line in enumerate(lines):
            number = tr("{line}, not there any more", line=line.line) if line.is_gone else str(line.line)
            self._put(row, 0, number)
            for column, place in enumerate(places, 1):
                fact = line.facts[place]
                self._put(row, column, shown(fact.then) if line.is_gone else _said(fact))
        self.lines.resizeColumnsToContents()
        self.lines.resizeRowsToContents()
        rows = min(len(lines), MOST_ROWS) + 2
        self.lines.setFixedHeight(rows * self.lines.verticalHeader().defaultSectionSize())

    def _put(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text)
        item.setToolTip(text)
        self.lines.setItem(row, column, item)


def _columns_used(lines: tuple[LineAsWas, ...]) -> list[int]:
    """The places of fields that say something on some line."""
    return [
        place
        for place in range(len(lines[0].facts))
        if any(line.facts[place].then not in (None, "", False) or line.facts[place].has_changed for line in lines)
    ]


def _title(fact: Fact) -> str:
    return fact.title[:1].upper() + fact.title[1:]


def _said(fact: Fact) -> str:
    if not fact.has_changed:
        return shown(fact.then)
    return tr("{then}, now {now}", then=shown(fact.then), now=shown(fact.now))
