"""Backups that nobody thinks of: made in time, tried once a week, asked once for a second place; and the way back."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from pegboard import logs
from pegboard.domain.errors import PegboardError, WorkshopDamaged
from pegboard.i18n import tr
from pegboard.storage.store import Reading, Transaction, is_address
from pegboard.system_errors import in_words
from pegboard.ui import formats
from pegboard.ui.backup_words import backup_line
from pegboard.ui.messages import Messages
from pegboard.ui.restore_drill import RestoreDrill
from pegboard.ui.restore_form import Looked, Offered, RestoreForm, look_into, offered
from pegboard.ui.runner import Runner
from pegboard.ui.status import StatusLine
from pegboard.ui.window_state import WindowState

if TYPE_CHECKING:
    from pegboard.storage.backup_state import BackupState
    from pegboard.storage.integrity import Contents

LOOK_EVERY = 60_000  # milliseconds
FILES = "Pegboard (*.pegboard)"


class QuietBackups(QObject):
    """The backups of a seat on which nobody reads of them, such as the floor station; faults are logged."""

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        from pegboard.storage.automatic_backup import BackupSchedule

        self._runner = runner
        self._schedule = BackupSchedule(runner.store)
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Make the automatic backup when half an hour of change has gathered; off the GUI thread."""
        schedule = self._schedule
        if schedule.is_due(self._runner.now()):
            self._runner.compute("backups.quiet", lambda: schedule.back_up("interval"), self._done, self._log)

    def back_up_on_close(self) -> None:
        """Make the last backup of the day, where anything was changed."""
        self._timer.stop()
        if self._schedule.has_changes:
            try:
                self._schedule.back_up("close")
            except (PegboardError, OSError) as error:
                logs.log_bug(error, "backup")

    def _done(self, _made: Path | None) -> None:
        """Nobody is to be told."""

    def _log(self, error: PegboardError) -> None:
        logs.log_bug(error, "backup")


class Backups(QObject):
    """Sees to the backups of the open workshop while its window stands.

    `restore` puts a backup in the workshop's place; `way_out` is called where the workshop shows to be damaged.
    """

    def __init__(
        self,
        runner: Runner,
        messages: Messages,
        state: WindowState,
        status: StatusLine,
        *,
        restore: Callable[[Path], None],
        way_out: Callable[[PegboardError], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        from pegboard.storage.automatic_backup import BackupSchedule

        self._runner = runner
        self._messages = messages
        self._window_state = state
        self._status = status
        self._restore = restore
        self._way_out = way_out
        self._path = runner.store.path
        self._schedule = BackupSchedule(runner.store)
        self._is_backing_up = False
        self._is_late_told = False
        self._is_missed_told = False
        self._drill = RestoreDrill(runner, messages, self.look, self)
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self._look_at_schedule)
        self._timer.start()
        runner.refused.connect(self._look_for_damage)

    def begin(self) -> None:
        """Look once at what there is, as the workshop is opened: is it whole, and are its backups?"""
        self.look()
        self._drill.look()
        path = self._path
        self._runner.read("backups.behind", lambda reading: _is_behind(reading, path), self._catch_up, self._ignore)
        if not is_address(self._runner.store.address):
            self._runner.compute("backups.whole", lambda: look_into(path), self._note_whole, self._ignore)

    # --- made in time

    def _catch_up(self, is_behind: bool) -> None:
        if is_behind:
            self._schedule.catch_up()

    @Slot()
    def _look_at_schedule(self) -> None:
        """Make the automatic backup when half an hour of change has gathered; off the GUI thread."""
        if self._is_backing_up or not self._schedule.is_due(self._runner.now()):
            return
        self._is_backing_up = True
        schedule = self._schedule
        self._runner.compute("backups.make", lambda: schedule.back_up("interval"), self._note_made, self._warn_of_made)

    def _note_made(self, _made: Path | None) -> None:
        self._is_backing_up = False
        self.look()

    def _warn_of_made(self, error: PegboardError) -> None:
        self._is_backing_up = False
        self._messages.warn(tr("The automatic backup failed: {reason}", reason=error))

    def back_up_on_close(self) -> None:
        """Make the last backup of the day, where anything was changed; waits for it, and a full disk stops nobody."""
        if self._schedule.has_changes:
            try:
                self._schedule.back_up("close")
            except (PegboardError, OSError) as error:
                logs.log_bug(error, "backup")
                said = in_words(error) if isinstance(error, OSError) else str(error)
                self._window_state.set(self._failed_key, said)

    @property
    def _failed_key(self) -> str:
        return f"backup_failed.{self._path}"

    # --- how they stand

    @Slot()
    def look(self) -> None:
        """Read how the backups stand, and say what somebody must look after."""
        from pegboard.storage.backup_state import backup_state

        path = self._path
        self._runner.read("backups.state", lambda reading: backup_state(reading, path), self._show, self._ignore)

    def _show(self, state: "BackupState") -> None:
        self._status.show_backup(state.newest.made_at if state.newest else None)
        self._status.show_drill(backup_line(state))
        failed = self._window_state.get(self._failed_key)
        if failed:
            self._window_state.set(self._failed_key, "")
            self._messages.warn(tr("The backup at closing failed: {reason}", reason=failed))
        elif state.is_folder_missed and not self._is_missed_told:
            self._is_missed_told = True
            self._messages.warn(
                tr(
                    "The folder for backups, {folder}, cannot be reached. They lie beside the workshop meanwhile.",
                    folder=state.folder,
                )
            )
        elif state.second is None:
            self._ask_for_second(state)
        elif state.is_second_late() and not self._is_late_told:
            self._is_late_told = True
            said = tr("No backup has reached {folder} for a week. Is the disk plugged in?", folder=state.second)
            self._messages.warn(said, tr("Another place…"), self.choose_second)

    def _ask_for_second(self, state: "BackupState") -> None:
        """Ask once for a second place, when there is something to put there."""
        key = f"second_place_asked.{self._path}"
        if state.newest is None or self._window_state.get(key) or not self._runner.rights.may("setting.set"):
            return
        if not self._messages.is_free:  # something more pressing; there is a next time
            return
        self._window_state.set(key, True)
        said = tr("Backups lie on the same disk as the workshop. A USB disk or a synced folder would survive its loss.")
        self._messages.warn(said, tr("Choose a second place…"), self.choose_second)

    def choose_second(self) -> None:
        """Ask for the folder that gets a copy of every backup, and put the newest there at once."""
        folder = self._messages.open_folder(tr("Second place for backups"))
        if folder is not None:
            self._runner.write("setting.set", partial(_set_second, folder=folder), self._fill_second)

    def _fill_second(self, folder: Path) -> None:
        store, path = self._runner.store, self._path

        def copy() -> Path:
            from pegboard.storage.automatic_backup import copy_again
            from pegboard.storage.backup_state import backup_state

            with store.read() as reading:
                newest = backup_state(reading, path).newest
            if newest is not None:
                copy_again(newest.path, folder, path.stem, store.clock())
            return folder

        self._runner.compute("backups.second", copy, self._say_second)

    def _say_second(self, folder: Path) -> None:
        self._messages.notice(tr("Every backup goes to {folder} too from now on. The newest is there.", folder=folder))
        self.look()

    # --- damage

    def _note_whole(self, looked: Looked) -> None:
        if looked.problem:
            self._way_out(WorkshopDamaged(tr("{path} is damaged: {reason}.", path=self._path, reason=looked.problem)))
        elif looked.contents is not None:
            self._look_for_newer()
            self._warn_of_sync()

    def _look_for_newer(self) -> None:
        """A workshop that is older than its own backup has lost something, such as its write-ahead log."""
        path = self._path

        def find(reading: Reading) -> "Contents | None":
            from pegboard.storage.backup_state import backup_state, newer_backup

            return newer_backup(path, backup_state(reading, path))

        self._runner.read("backups.newer", find, self._warn_of_newer, self._ignore)

    def _warn_of_newer(self, newer: "Contents | None") -> None:
        if newer is not None and newer.changed_at is not None:
            when = formats.instant(newer.changed_at)
            said = tr("A backup holds later changes than this workshop, the last of {when}.", when=when)
            self._messages.warn(said, tr("Look at it…"), self.choose_backup)

    def _warn_of_sync(self) -> None:
        from pegboard.storage.drives import synced_by

        service, key = synced_by(self._path), f"sync_told.{self._path}"
        if service and not self._window_state.get(key):
            self._window_state.set(key, True)
            said = tr(
                "This workshop lies in a folder of {service}, which may copy it half-written. Better keep it outside,"
                " and let the backups go there.",
                service=service,
            )
            self._messages.warn(said)

    @Slot(object)
    def _look_for_damage(self, error: PegboardError) -> None:
        if isinstance(error, WorkshopDamaged):
            self._way_out(error)

    def _ignore(self, _error: PegboardError) -> None:
        """What could not be looked at is told by what the person does."""

    # --- by hand

    def back_up(self) -> None:
        """Write a verified copy where the person wants it."""
        from pegboard.storage.backup import backup

        store = self._runner.store
        proposed = store.path.with_name(f"{store.path.stem} {self._runner.today().isoformat()}.pegboard")
        path = self._messages.save_file(tr("Back up to"), FILES, str(proposed))
        if path is not None:
            self._runner.compute("backups.by_hand", lambda: backup(store, path), self._say_backed_up)

    def _say_backed_up(self, path: Path) -> None:
        self._messages.notice(tr("Backed up to {path}, and read back to check it.", path=path))

    def choose_backup(self) -> None:
        """Show what could be gone back to, and go back to what the person chose."""
        path, store = self._path, self._runner.store

        def find(reading: Reading) -> "tuple[tuple[Offered, ...], Contents | None]":
            from pegboard.storage.automatic_backup import folders

            now = None if is_address(store.address) else look_into(path).contents
            return offered(path, *folders(reading, path)), now

        self._runner.read("backups.offer", find, self._offer)

    def _offer(self, found: "tuple[tuple[Offered, ...], Contents | None]") -> None:
        files, now = found
        form = RestoreForm(
            tr("Go back to a backup"),
            tr("What was entered since then is not in it. The workshop as it is now is kept beside it."),
            files,
            now,
            self._look_into,
            partial(self._messages.open_file, tr("Another backup"), FILES),
        )
        if self._messages.run_dialog(form) and form.chosen is not None:
            self._restore(form.chosen)

    def _look_into(self, path: Path, done: Callable[[Looked], None]) -> None:
        self._runner.compute("backups.look", lambda: look_into(path), done)


def _is_behind(reading: Reading, path: Path) -> bool:
    from pegboard.storage.backup_state import is_behind

    return is_behind(reading, path)


def _set_second(tx: Transaction, folder: Path) -> Path:
    from pegboard.services.settings import set_setting

    set_setting(tx, "second_backup_folder", str(folder))
    return folder
