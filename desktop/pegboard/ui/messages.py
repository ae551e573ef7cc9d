"""Notices and dialogs: the only place of the program that opens dialogs.

A notice stands in the bar under the page's head and asks for nothing; prefer one with Undo or Show to a question. Ask
only before what cannot be reversed.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr


def close_dialogs() -> None:
    """Close all dialogs that are open, as if the person had cancelled them."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.reject()


class Notices(Protocol):
    """Where notices stand: the window's message bar."""

    def show_notice(self, kind: str, text: str, action_title: str, action: Callable[[], None] | None) -> None:
        """Show a notice; `kind` is "good", "plain" or "error"."""

    def clear_notice(self) -> None:
        """Take the notice away."""


class Messages(QObject):
    """Shows notices in the bar and opens dialogs over `window`."""

    def __init__(self, window: QWidget, notices: Notices) -> None:
        super().__init__(window)
        self._window = window
        self._notices = notices
        self._reported: set[str] = set()

    # --- notices

    def notice(self, text: str, action_title: str = "", action: Callable[[], None] | None = None) -> None:
        """Say what was done; it goes away by itself. `action` undoes or shows it."""
        self._notices.show_notice("good", text, action_title, action)

    def warn(self, text: str, action_title: str = "", action: Callable[[], None] | None = None) -> None:
        """Say what a person should know; it stays until it is closed or another one comes."""
        self._notices.show_notice("plain", text, action_title, action)

    @Slot(object)
    def error(self, error: PegboardError) -> None:
        """Say what must be mended, in the bar; it stays. The problems of an import (`errors`) are shown on demand."""
        details = "\n".join(each.text() for each in getattr(error, "errors", ()))
        if details:
            self._notices.show_notice("error", str(error), tr("Show all"), partial(self.show_text, str(error), details))
        else:
            self._notices.show_notice("error", str(error), "", None)

    def show_text(self, title: str, text: str) -> None:
        """Show a long text that can be read and copied."""
        dialog = QDialog(self._window)
        dialog.setWindowTitle(title)
        dialog.resize(760, 480)
        shown = QPlainTextEdit(text)
        shown.setReadOnly(True)
        shown.setAccessibleName(title)
        buttons = QDialogButtonBox()
        buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(dialog.reject)
        layout = QVBoxLayout(dialog)
        layout.addWidget(shown)
        layout.addWidget(buttons)
        run_modal(dialog)

    @property
    def is_free(self) -> bool:
        """Whether no notice stands in the bar that another one would take the place of."""
        return not getattr(self._notices, "text", "")

    def clear(self) -> None:
        """Take the notice away."""
        self._notices.clear_notice()

    # --- dialogs

    def confirm(self, title: str, text: str, verb: str, then: Callable[[], None]) -> None:
        """Ask before what cannot be reversed; the buttons are `verb` and Cancel, and Cancel is the default."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, title, parent=self._window)
        box.setInformativeText(text)
        go = box.addButton(verb, QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        run_modal(box)
        if box.clickedButton() is go:
            then()

    def choose(self, title: str, text: str, verbs: tuple[str, ...]) -> int:
        """Ask for one of several ways to go on; returns its place in `verbs`, -1 for Cancel."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, title, parent=self._window)
        box.setInformativeText(text)
        buttons = [box.addButton(verb, QMessageBox.ButtonRole.AcceptRole) for verb in verbs]
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setEscapeButton(cancel)
        run_modal(box)
        clicked = box.clickedButton()
        return next((place for place, button in enumerate(buttons) if button is clicked), -1)

    def run_dialog(self, dialog: QDialog) -> bool:
        """Show a form of a workspace over the window; True when it was accepted."""
        return run_modal(dialog) == QDialog.DialogCode.Accepted

    def open_file(self, title: str, kinds: str, folder: str = "") -> Path | None:
        """Ask for an existing file; `kinds` as in "Workshops (*.pegboard)"."""
        name, _kind = QFileDialog.getOpenFileName(self._window, title, folder, kinds)
        return Path(name) if name else None

    def open_folder(self, title: str, folder: str = "") -> Path | None:
        """Ask for an existing folder."""
        name = QFileDialog.getExistingDirectory(self._window, title, folder)
        return Path(name) if name else None

    def save_file(self, title: str, kinds: str, proposed: str) -> Path | None:
        """Ask where to write a file; asks before replacing one. The first suffix in `kinds` is added where none is."""
        name, kind = QFileDialog.getSaveFileName(self._window, title, proposed, kinds)
        if not name:
            return None
        path = Path(name)
        suffix = (kind or kinds).partition("*")[2].split(")")[0].split()[0] if "*" in (kind or kinds) else ""
        return path if path.suffix or not suffix else path.with_name(path.name + suffix)

    @Slot(str, object)
    def report_bug(self, name: str, error: BaseException) -> None:
        """Show a fault of the program once, with a report that can be saved; the same one again is only a notice."""
        from pegboard.ui.bug_report import bug_report

        sign = f"{name} {type(error).__name__} {error}"
        if sign in self._reported:
            self._notices.show_notice("error", tr("The program made the same mistake again."), "", None)
            return
        self._reported.add(sign)
        self.show_report(tr("The program made a mistake."), bug_report(name, error))

    def show_report(self, happened: str, report: str) -> None:
        """Show a report to be read; whoever wants saves or copies it."""
        from pegboard.ui.bug_report import BugReportForm, explained

        kinds = tr("Text (*.txt)")
        save = partial(self.save_file, tr("Save report"), kinds, "pegboard-report.txt")
        form = BugReportForm(tr("A fault in Pegboard"), explained(happened), report, save)
        form.setParent(self._window, form.windowFlags())
        run_modal(form)


def save_without_window(title: str, kinds: str, proposed: str) -> Path | None:
    """Ask where to write a file, before there is a window."""
    name, _kind = QFileDialog.getSaveFileName(None, title, proposed, kinds)
    return Path(name) if name else None


def run_modal(dialog: QDialog) -> int:
    """Show a dialog over its window until it is closed; every dialog of the program passes through here."""
    return dialog.exec()
