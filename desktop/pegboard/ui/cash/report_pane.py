"""One report on the screen: its period, its rows, its notes, and the ways out to paper and files."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.period import Period
from pegboard.domain.report_table import ReportTable
from pegboard.i18n import tr
from pegboard.reports.report import Report
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.cash.columns import ShownRow, list_columns
from pegboard.ui.cash.period_chooser import PeriodChooser
from pegboard.ui.desk import Desk, Paper
from pegboard.ui.list_view import Empty, ListPane


class ReportPane(QWidget):
    """Shows any declared report.

    Signals: opened(str noun, str number, str words): the record behind a row, or a report and what to find in it;
    shown(): rows came.
    """

    opened = Signal(str, str, str)
    shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._report: Report | None = None
        self._table: ReportTable | None = None
        self._words = ""
        self.list: ListPane[ShownRow] | None = None
        self.chooser = PeriodChooser(desk.today)
        self.chooser.changed.connect(self.refresh)
        self._title = QLabel()
        self._title.setObjectName("detail_title")
        self._help = QLabel(wordWrap=True)
        self._help.setProperty("secondary", True)
        self._notes = QLabel(wordWrap=True)
        self._notes.setProperty("secondary", True)
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._notes.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        self._body = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._head())
        layout.addLayout(self._body, 1)
        layout.addWidget(self._notes)

    def _head(self) -> QVBoxLayout:
        period = QHBoxLayout()
        period.addWidget(self.chooser)
        period.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.GAP)
        head.setSpacing(theme.GAP)
        head.addWidget(self._title)
        head.addWidget(self._help)
        head.addLayout(period)
        return head

    @property
    def report(self) -> Report | None:
        """The report that is shown."""
        return self._report

    def show_report(self, report: Report, period: Period | None = None, words: str = "") -> None:
        """Show a report, of its usual period unless one is given; `words` keep only rows that hold them."""
        is_new = self._report is not report
        self._report, self._words = report, words
        if is_new or period is not None:
            with QSignalBlocker(self.chooser):
                self.chooser.set_period(period or report.period_of(self._desk.today()))
        self._title.setText(report.title())
        self._help.setText(report.help())
        if is_new:
            self._take_list(report)
        if self.list is not None:
            self.list.find_box.setText(words)
        self.refresh()

    def _take_list(self, report: Report) -> None:
        if self.list is not None:
            self._body.removeWidget(self.list)
            self.list.hide()
            self.list.deleteLater()
        self.list = ListPane(
            self._desk,
            f"report.{report.name}",
            report.title(),
            list_columns(report.columns()),
            lambda row: row.place,
            empty=Empty(tr("Nothing to report in this period.")),
        )
        self.list.opened.connect(self._open)
        self._body.addWidget(self.list)
        self._notes.setText("")

    @Slot()
    def refresh(self) -> None:
        """Run the report again, off the GUI thread."""
        report = self._report
        if report is None:
            return
        period = self.chooser.period()
        self._desk.runner.read("cash.report", lambda reading: report.run(reading, period), self._show)

    def _show(self, table: ReportTable) -> None:
        if self._report is None or self.list is None or table.name != self._report.name:
            return
        self._table = table
        self.list.show_rows([ShownRow(place, row) for place, row in enumerate(table.rows)])
        self._notes.setText("\n".join(table.notes))
        self.shown.emit()

    @Slot(object)
    def _open(self, row: ShownRow | None) -> None:
        if row is not None and row.row.target is not None:
            target = row.row.target
            self.opened.emit(target.noun, target.number, target.find)

    def has_report(self) -> bool:
        """Whether something is shown that can be printed."""
        return self._table is not None

    # --- ways out

    @Slot()
    def preview(self) -> None:
        """Show the report on paper."""
        report, period, now = self._report, self.chooser.period(), self._desk.store.clock()
        if report is None:
            return

        def draw(reading: Reading) -> bytes:
            from pegboard.documents.report_paper import report_pdf

            return report_pdf(reading, report.run(reading, period), now=now)

        self._desk.preview(report.title(), [Paper("report", report.title(), draw)])

    @Slot()
    def save(self) -> None:
        """Write what is shown into a file."""
        if self._report is not None:
            self.save_as(self._report, self.chooser.period())

    def save_as(self, report: Report, period: Period) -> None:
        """Ask for a file and write a report; its suffix decides the form."""
        now = self._desk.store.clock()
        kinds = tr("Spreadsheet (*.xlsx);;PDF (*.pdf);;CSV (*.csv)")
        path = self._desk.messages.save_file(tr("Save report"), kinds, f"{report.name} {period.last}.xlsx")
        if path is None:
            return

        def write(reading: Reading) -> Path:
            from pegboard.ui.cash.files import write_report

            return write_report(reading, report, period, path, now)

        self._desk.runner.read("cash.save", write, self._say_saved)

    def _say_saved(self, path: Path) -> None:
        self._desk.messages.notice(tr("Saved as {path}.", path=path))
