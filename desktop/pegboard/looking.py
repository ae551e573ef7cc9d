"""Shows a backup in a window of its own, in which nothing can be changed: the workshop as it was on that day."""

import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QApplication

from pegboard.app import Program
from pegboard.domain.errors import Refused
from pegboard.i18n import tr
from pegboard.storage.store import Store, Transaction
from pegboard.ui.main_window import MainWindow
from pegboard.ui.window_needs import Doors


def open_copy(workshop: str, today: datetime.date | None = None) -> int:
    """Open a window on a copy of a backup and run until it is closed; returns the exit code."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    program = LookingProgram(application, today)
    usual_hook, sys.excepthook = sys.excepthook, program.report
    try:
        program.begin(workshop)
        return application.exec()
    finally:
        program.end()
        sys.excepthook = usual_hook


def change_nothing(tx: Transaction) -> None:
    """Refuse every command, whoever asks for it."""
    raise Refused(
        tr("This is a backup: nothing can be changed in it."), hint=tr("Close its window to go on in the workshop.")
    )


class LookingDoors:
    """What reaches beyond a workshop, for a backup: who sits here, and a word in place of all the rest."""

    def __init__(self, window: MainWindow, lock: Callable[[], None], ask_person: Callable[[], bool]) -> None:
        self._window = window
        self.lock = lock
        self.ask_person = ask_person

    def refresh_search(self) -> None:
        """The words of the search box stay as they were on that day."""

    def __getattr__(self, _door: str) -> Callable[..., None]:
        return self._say

    def _say(self, *_what: object) -> None:
        self._window.messages.warn(tr("This is a backup: nothing leads out of it. Do this in the workshop's window."))


class LookingProgram(Program):
    """The program on a copy of one backup, which is gone when the window closes."""

    def __init__(self, application: QApplication, today: datetime.date | None) -> None:
        super().__init__(application, today, floor=False, quits_after_paint=False)
        # Kept as long as the window: on Windows a file that is open cannot be taken away.
        self._folder = TemporaryDirectory(prefix="pegboard-look-", ignore_cleanup_errors=True)
        self._looked_at = Path()

    def begin(self, workshop: str | None) -> None:
        """Copy the backup, verified, and show the copy. Raises PegboardError where it cannot be read."""
        from pegboard.storage.backup import copy_verified
        from pegboard.storage.schema import require_workshop_file

        self._looked_at = Path(workshop or "").resolve()
        require_workshop_file(self._looked_at)
        copy = Path(self._folder.name) / self._looked_at.name
        copy_verified(self._looked_at, copy, shown=self._looked_at)
        self._opened = str(copy)
        self._show_workshop(Store.open(copy))
        if self.window is None or not isinstance(self.window, MainWindow):
            raise Refused(tr("Nobody signed in."), hint=tr("The people of that day sign in with the PINs of that day."))

    def _show_window(self) -> None:
        """Show what the person may see, and say what it is."""
        assert self._store is not None
        self._store.gate = change_nothing
        super()._show_window()
        if isinstance(self.window, MainWindow):
            name = self._looked_at.stem
            self.window.setWindowTitle(tr("{file}, a backup: read-only – Pegboard", file=name))
            self.window.sidebar.show_name(tr("{file}, read-only", file=name))
            self.window.messages.warn(tr("This is the backup {file}. Nothing in it can be changed.", file=name))

    @Slot()
    def show_first_run(self) -> None:
        """Close where another program would offer other workshops: this window is for one backup."""
        self._application.exit(0)

    @Slot()
    def _open_doors(self) -> None:
        """Leave out what reaches beyond the workshop: no automatic backups, no watch folder, no other file."""
        if isinstance(self.window, MainWindow):
            self.window.open_doors(cast(Doors, LookingDoors(self.window, self._lock_seat, self._switch_person)))
            self.window.refresh_counts()

    def end(self) -> None:
        """Close the copy and take it away."""
        super().end()
        self._folder.cleanup()
