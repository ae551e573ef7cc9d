"""A fault of the program: what happened, and the whole report, to be read before it is sent to anybody."""

import platform
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout

from pegboard import __version__, logs
from pegboard.i18n import tr
from pegboard.system_errors import in_words
from pegboard.ui import theme
from pegboard.ui.messages import Messages, run_modal, save_without_window

WIDTH, HEIGHT = 760, 520
LINES_OF_LOG = 40


def bug_report(name: str, error: BaseException) -> str:
    """Return what a developer needs of a fault while `name`, a command, was run; nothing of the workshop's contents."""
    return _report(tr("While: {name}", name=name), logs.without_data(error))


def crash_report(trace: str) -> str:
    """Return what a developer needs of a program that ended without a word; `trace` is what the interpreter left."""
    return _report(tr("The program ended unexpectedly."), trace)


def _report(*parts: str) -> str:
    from PySide6 import __version__ as qt_version

    head = f"Pegboard {__version__}, Python {sys.version.split()[0]}, PySide6 {qt_version}, {platform.platform()}"
    log = tr("The last lines of the log:") + "\n" + "\n".join(logs.last_lines(LINES_OF_LOG))
    return "\n\n".join((head, *parts, log))


class BugReportForm(QDialog):
    """Shows the report; it goes nowhere by itself. `save` asks where to write it: the path, None for nowhere."""

    def __init__(self, title: str, explain: str, report: str, save: Callable[[], Path | None]) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.resize(WIDTH, HEIGHT)
        self._save = save
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName(tr("The report"))
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._said = QLabel(wordWrap=True)
        self._said.setProperty("secondary", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.GAP)
        layout.addWidget(QLabel(explain, wordWrap=True))
        layout.addWidget(self.report, 1)
        layout.addWidget(self._said)
        layout.addWidget(self._buttons())

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        save = buttons.addButton(tr("Save report…"), QDialogButtonBox.ButtonRole.ActionRole)
        copy = buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        save.clicked.connect(self._write)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        return buttons

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self._said.setText(tr("Copied. Nothing was sent: paste it where you want it."))

    @Slot()
    def _write(self) -> None:
        path = self._save()
        if path is None:
            return
        try:
            path.write_text(self.report.toPlainText(), encoding="utf-8")
        except OSError as error:
            self._said.setText(in_words(error))
            return
        self._said.setText(tr("Saved as {file}.", file=path))


def explained(happened: str) -> str:
    """Return what stands over the report."""
    promise = tr("It holds versions, the command and the places in the program; no names, numbers or amounts of yours.")
    way = tr("Read it, then send it to whoever looks after Pegboard for you.")
    return f"{happened} {tr('Nothing was half-written. This is the whole report.')} {promise} {way}"


def offer_crash_report(messages: Messages, crashed: str) -> None:
    """Offer the report of a program that ended without a word, as `pegboard.crashes` found it; "" offers nothing."""
    if crashed:
        happened = tr("Pegboard ended unexpectedly last time.")
        show = partial(messages.show_report, happened, crash_report(crashed))
        messages.warn(happened, tr("Show the report…"), show)


def tell_of_fault(error: Exception) -> int:
    """Show the report of a fault before there was a window: who started by an icon has no terminal to read.

    Returns the exit code.
    """
    logs.log_bug(error, "start")
    save = partial(save_without_window, tr("Save report"), tr("Text (*.txt)"), "pegboard-report.txt")
    happened = explained(tr("Pegboard could not start."))
    run_modal(BugReportForm(tr("A fault in Pegboard"), happened, bug_report("start", error), save))
    return 1
