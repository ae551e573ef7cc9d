"""Ways in and out of a workshop: the sample, importing, exporting, backing up, and who sits here."""

import datetime
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QProcess

from pegboard import paths
from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.resources import resource
from pegboard.services.rights import require_copy
from pegboard.storage.store import Store, Transaction
from pegboard.ui.backups import Backups
from pegboard.ui.fields import TextField
from pegboard.ui.form import Form
from pegboard.ui.friday import FridayPages
from pegboard.ui.main_window import MainWindow
from pegboard.ui.messages import Messages
from pegboard.ui.moving import Moving
from pegboard.ui.runner import Progress, Runner

WORKSHOPS = "Pegboard (*.pegboard)"
SAMPLE = "harbor-lamps"
SEARCH_KEY = "doors.search"


def free_name(folder: Path, stem: str) -> Path:
    """Return a workshop file name in `folder` that is not taken."""
    names = (folder / f"{stem}{'' if count == 1 else f' {count}'}.pegboard" for count in range(1, 10_000))
    return next(path for path in names if not path.exists())


def make_workshop(path: Path, sources: tuple[Path, ...], today: datetime.date, actor: str, progress: Progress) -> Path:
    """Make a workshop file and fill it from `sources`; nothing is left of it where that is refused.

    Runs off the GUI thread.
    """
    from pegboard.storage.store import remove_workshop

    with Store.create(path) as store:
        try:
            if sources:
                with store.transaction("import", today=today, actor=actor) as tx:
                    _import(tx, sources, progress)
        except BaseException:
            store.close()
            remove_workshop(path)
            raise
    return path


def _import(tx: Transaction, sources: tuple[Path, ...], progress: Progress) -> str:
    from pegboard.exchange.workshop_folder import import_paths, receipt

    result = import_paths(tx, sources, progress=progress)
    for source in sources:
        logo = source.with_name(f"{source.name}-logo.png")
        if logo.is_file():
            from pegboard.services.settings import set_logo

            set_logo(tx, logo.name, logo.read_bytes())
    return receipt(result)


def ask_sources(messages: Messages) -> tuple[Path, ...]:
    """Ask what to import: a folder, or files."""
    verbs = (tr("A folder…"), tr("Files…"))
    place = messages.choose(tr("What should be imported?"), tr("A workshop folder, a workbook or CSV files."), verbs)
    if place == 0:
        folder = messages.open_folder(tr("Import a folder"))
        return (folder,) if folder is not None else ()
    if place == 1:
        file = messages.open_file(tr("Import files"), tr("Workshop files (*.csv *.xlsx);;All files (*)"))
        return (file,) if file is not None else ()
    return ()


def sample_folder() -> Path:
    """Where the sample workshop's files lie."""
    return resource("samples", SAMPLE)


def proposed_folder() -> Path:
    """Where the program proposes to keep workshop files."""
    return paths.data_folder()


def start_looking(saved: Path) -> bool:
    """Start another program that shows a backup; whether it started."""
    own = [] if getattr(sys, "frozen", False) else ["-m", "pegboard"]
    return QProcess.startDetached(sys.executable, [*own, "--workshop", str(saved), "--look"])[0]


class WorkshopDoors(QObject):
    """What the commands of an open window do beyond its pages; also makes the automatic backups.

    Signals: none; it calls `open_path`, `show_first_run` and `restore`, which replace the window.
    """

    def __init__(
        self,
        window: MainWindow,
        runner: Runner,
        *,
        open_path: Callable[[str], None],
        show_first_run: Callable[[], None],
        open_moved: Callable[[str, str], None],
        restore: Callable[[Path], None],
        way_out: Callable[[PegboardError], None],
        switch_person: Callable[[], bool],
        lock: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._runner = runner
        self._open_path = open_path
        self._moving = Moving(window, runner, open_moved)
        self._show_first_run = show_first_run
        self._switch_person = switch_person
        self._lock = lock
        self._friday = FridayPages(runner, window.messages, self)
        self._friday.look()
        self._backups = Backups(
            runner, window.messages, window.state, window.status, restore=restore, way_out=way_out, parent=self
        )
        self._backups.begin()

    # --- files

    def open_workshop(self) -> None:
        """Ask for another workshop file and open it."""
        path = self._window.messages.open_file(tr("Open workshop"), WORKSHOPS, str(self._runner.store.path.parent))
        if path is not None:
            self._open_path(str(path))

    def open_on_server(self) -> None:
        """Ask where a workshop lies on a server, and open it."""
        self._moving.open_on_server()

    def move_workshop(self) -> None:
        """Ask where this workshop shall lie from now on, copy it there and open the copy."""
        self._moving.move()

    def new_workshop(self) -> None:
        """Show the three doors."""
        self._show_first_run()

    def import_files(self) -> None:
        """Read files into the open workshop, all of them or none."""
        sources = ask_sources(self._window.messages)
        if sources:
            self.import_paths(sources)

    def import_paths(self, sources: tuple[Path, ...]) -> None:
        """Read these files or folders into the open workshop, all of them or none."""
        progress, store = Progress(tr("Importing")), self._runner.store

        def work(tx: Transaction) -> str:
            from pegboard.storage.automatic_backup import automatic_backup

            done = _import(tx, sources, progress)
            automatic_backup(store, "before import")  # still before the commit: it holds the workshop as it was
            return done

        self._runner.write("import", work, self._say_imported, progress=progress)

    def _say_imported(self, receipt: str) -> None:
        self._window.messages.notice(receipt, tr("Show what it means"), self._show_today)

    def _show_today(self) -> None:
        self._window.show_page("today")

    def _if_allowed(self, command: str, then: Callable[[], None]) -> None:
        """Go on with a copy of the whole workshop where this person may have one."""
        work = partial(require_copy, person=self._runner.actor, command=command)
        self._runner.read(f"doors.{command}", work, lambda _nothing: then())

    def export_workshop(self) -> None:
        """Write the workshop as a folder of CSV files, for who may have a copy of it."""
        self._if_allowed("workshop.export", self._export)

    def _export(self) -> None:
        from pegboard.exchange.export import export_folder, not_exported

        folder = self._window.messages.open_folder(tr("Export into an empty folder"))
        if folder is None:
            return
        said = tr("Written to {folder}.", folder=folder)

        def done(_counts: object) -> None:
            self._window.messages.warn(f"{said} {not_exported()}")

        self._runner.read("doors.export", lambda reading: export_folder(reading, folder), done)

    # --- backups

    def back_up(self) -> None:
        """Write a verified copy where the person wants it, for who may have one."""
        self._if_allowed("workshop.back_up", self._backups.back_up)

    def restore_backup(self) -> None:
        """Show an owner the backups with what is in them, and put the one that is chosen in the workshop's place."""
        self._if_allowed("workshop.restore", self._backups.choose_backup)

    def look_at_backup(self) -> None:
        """Ask for a backup and show it in a window of its own, in which nothing can be changed."""
        from pegboard.storage.automatic_backup import default_folder

        folder = str(default_folder(self._runner.store.path))
        saved = self._window.messages.open_file(tr("Look at a backup"), WORKSHOPS, folder)
        if saved is not None and not start_looking(saved):
            self._window.messages.warn(tr("The window for the backup did not open."))

    def back_up_on_close(self) -> None:
        """Make the last backup of the day, where anything was changed."""
        self._backups.back_up_on_close()

    # --- the person, the index

    def lock(self) -> None:
        """Lock the seat, where people sign in."""
        self._lock()

    def ask_person(self) -> None:
        """Ask whose name stands in the history from now on; where people sign in, that person's PIN too."""
        if self._switch_person():
            return
        form = Form(
            tr("Who sits here?"), tr("Use this name"), explain=tr("It stands beside every change in the history.")
        )
        field = TextField(tr("Name"))
        field.set_value(self._runner.actor)
        form.add(tr("Name"), field)
        if self._window.messages.run_dialog(form):
            self._runner.actor = str(field.value())
            self._window.state.set("person", self._runner.actor)
            self._window.status.show_person(self._runner.actor)

    def refresh_search(self) -> None:
        """Bring the index of words up to date where it is not."""
        from pegboard.queries import search

        self._runner.read(SEARCH_KEY, search.is_stale, self._refresh_if_stale)

    def _refresh_if_stale(self, is_stale: bool) -> None:
        if is_stale:
            from pegboard.services import search

            self._runner.write("search.refresh", search.refresh)
