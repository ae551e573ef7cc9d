"""The composition root: paths, settings of this computer, the workshop, the runner, the window."""

import datetime
import getpass
import importlib.util
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from pegboard import crashes, logs, paths, recent
from pegboard.domain.errors import PegboardError, Refused, WorkshopDamaged
from pegboard.i18n import tr
from pegboard.services.rights import require_copy
from pegboard.storage.store import Reading, Store, is_address
from pegboard.ui import icons, theme
from pegboard.ui.change_bus import ChangeBus
from pegboard.ui.garbage import GarbageTimer
from pegboard.ui.main_window import MainWindow
from pegboard.ui.messages import Messages, close_dialogs
from pegboard.ui.runner import Progress, Runner
from pegboard.ui.seat import Seat
from pegboard.ui.theme import Scheme
from pegboard.ui.window_queries import WindowQueries
from pegboard.ui.window_state import WindowState

if TYPE_CHECKING:
    from pegboard.ui.backups import QuietBackups
    from pegboard.ui.doors import WorkshopDoors

RIGHTS = frozenset({"person", "setting"})  # what decides what a person may see


def open_window(
    workshop: str | None = None,
    today: datetime.date | None = None,
    *,
    floor: bool = False,
    quit_after_first_paint: bool = False,
) -> int:
    """Open the window on `workshop`, by default the one opened last, and run until it is closed; returns the exit code.

    `floor` opens the floor station; `quit_after_first_paint` ends with 0 once the first page has shown its rows.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    program = Program(application, today, floor=floor, quits_after_paint=quit_after_first_paint)
    usual_hook, sys.excepthook = sys.excepthook, program.report
    program.crashed = crashes.begin()
    try:
        program.begin(workshop)
        code = application.exec()
    except PegboardError:
        raise
    except Exception as error:
        if quit_after_first_paint:  # nobody is there to read it
            raise
        from pegboard.ui.bug_report import tell_of_fault

        code = tell_of_fault(error)
    finally:
        program.end()
        sys.excepthook = usual_hook
    crashes.end()
    return code


def _code_prefix(reading: Reading) -> str:
    """Return what this shop's own barcodes begin with."""
    from pegboard.queries import settings

    return settings.settings(reading).code_prefix


def _is_old_paper(reading: Reading, print_code: str) -> bool:
    """Whether a paper that was scanned would say something else today."""
    from pegboard import documents

    return documents.is_outdated(reading, print_code)


class Program(QObject):
    """Opens and closes workshops, one window at a time."""

    def __init__(
        self, application: QApplication, today: datetime.date | None, *, floor: bool, quits_after_paint: bool
    ) -> None:
        super().__init__()
        self._application = application
        self._today = today
        self._floor = floor
        self._quits_after_paint = quits_after_paint
        self.state = WindowState(paths.state_folder() / "window.json")
        self.window: QWidget | None = None
        self._store: Store | None = None
        self._runner: Runner | None = None
        self._bus: ChangeBus | None = None
        self._doors: WorkshopDoors | None = None
        self._quiet_backups: QuietBackups | None = None
        self._prefix = ""
        self.crashed = ""  # what a program that ended without a word left behind
        self._is_leaving = False  # a workshop that shows to be damaged
        self._opened = ""  # the path or address, with the password that it was given
        self._translator = QTranslator(self)
        self._garbage = GarbageTimer(self)
        self._seat = Seat(self)
        self._seat.idle.connect(self._lock_seat)
        self._set_up()

    def _set_up(self) -> None:
        application = self._application
        application.setApplicationName("Pegboard")
        application.setDesktopFileName("pegboard")
        application.setQuitOnLastWindowClosed(True)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if QLocale().language() != QLocale.Language.English and self._translator.load(QLocale(), "qtbase", "_", folder):
            application.installTranslator(self._translator)
        theme.apply(application, theme.look_for(Scheme(self.state.get("scheme", Scheme.SYSTEM.value))))
        # The hints object lives as long as the application.
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    @Slot()
    def _follow_system(self) -> None:
        scheme = Scheme(self.state.get("scheme", Scheme.SYSTEM.value))
        if scheme == Scheme.SYSTEM:
            theme.apply(self._application, theme.look_for(scheme))

    def report(self, _kind: type[BaseException], error: BaseException, _trace: object) -> None:
        """Take a fault that Qt found in one of our slots: log it and offer a report; Ctrl+C in a terminal ends."""
        if isinstance(error, KeyboardInterrupt):
            self._application.quit()
            return
        logs.log_bug(error, "window")
        messages = self._messages_shown()
        if messages is not None:
            messages.report_bug("window", error)
        elif (say_fault := getattr(self.window, "say_fault", None)) is not None:  # the floor station goes on
            say_fault()

    # --- opening

    def begin(self, workshop: str | None) -> None:
        """Open `workshop` or the last one; without any, show the three doors."""
        chosen = workshop or recent.last_workshop()
        if chosen is None:
            self.show_first_run()
        else:
            self.open_path(chosen)

    def open_path(self, workshop: str) -> None:
        """Open a workshop in place of what is open; where that fails, what is open stays."""
        try:
            store = Store.open(workshop)
        except PegboardError as error:
            if self._quits_after_paint:  # nobody is there to choose another one
                raise
            self._refuse(error)
            if isinstance(error, WorkshopDamaged):
                self._ask_way_out(workshop, error)
            return
        self._close_workshop()
        self._opened = workshop
        self._is_leaving = False
        self._show_workshop(store)
        recent.remember_workshop(store.address)

    def open_moved(self, workshop: str, said: str) -> None:
        """Open what lies on a server or was just copied there, and say so."""
        self.open_path(workshop)
        if said and self._opened == workshop and isinstance(self.window, MainWindow):
            self.window.messages.notice(said)

    def restore(self, saved: Path) -> None:
        """Put the backup `saved` in the place of the open workshop, and open that again."""
        from pegboard.storage.backup import restore

        assert self._store is not None
        assert self._runner is not None
        try:
            with self._store.read() as reading:
                require_copy(reading, self._runner.actor, "workshop.restore")
        except PegboardError as error:
            self._refuse(error)
            return
        opened, actor = self._opened, self._runner.actor
        self._close_workshop(backs_up=False)  # it is kept whole, and thinning out could remove what was chosen
        try:
            kept = restore(opened, saved, actor=actor)
        except PegboardError as error:
            self.open_path(opened)
            self._refuse(error)
            return
        self.open_path(opened)
        if isinstance(self.window, MainWindow) and kept is not None:
            self.window.messages.warn(tr("Restored. What was there before is kept as {file}.", file=kept.name))

    def _ask_way_out(self, workshop: str, error: PegboardError) -> None:
        from pegboard.ui.damaged import ask_way_out

        ask_way_out(self._messages(), Path(workshop), error, partial(self._go_back, workshop), self.open_path)

    @Slot(object)
    def _leave_damaged(self, error: PegboardError) -> None:
        """Offer the ways out where the open workshop shows to be damaged; once."""
        if self._opened and not self._is_leaving and not is_address(self._opened):
            self._is_leaving = True
            self._ask_way_out(self._opened, error)

    def _go_back(self, workshop: str, saved: Path) -> None:
        """Put a backup in the place of a damaged workshop, which can say no more who may do so, and open it."""
        from pegboard.storage.backup import restore

        self._close_workshop(backs_up=False)
        try:
            kept = restore(workshop, saved, actor=self._person())
        except PegboardError as error:
            self._refuse(error)
            return
        self.open_path(workshop)
        if isinstance(self.window, MainWindow) and kept is not None:
            self.window.messages.warn(tr("Restored. The damaged file is kept as {file}.", file=kept.name))

    def _refuse(self, error: PegboardError) -> None:
        if self.window is None:
            self.show_first_run()
        messages = self._messages_shown()
        if messages is not None:
            messages.error(error)

    def _show_workshop(self, store: Store) -> None:
        self._store = store
        self._runner = Runner(store, today=self._today, actor=self._person(), parent=self)
        self._bus = ChangeBus(self._runner, self)
        self._bus.changed.connect(self._follow_rights)
        if not self._seat.take(self._runner, asks=not self._quits_after_paint and not self._floor):
            self.show_first_run()
            return
        self._show_window()

    def _show_window(self) -> None:
        """Show what the person at this seat may see."""
        assert self._runner is not None
        assert self._bus is not None
        if self._floor:
            self._show_floor()
            return
        window = MainWindow(self._runner, self._bus, self.state, WindowQueries())
        window.first_painted.connect(self._note_painted)
        self._replace(window)
        window.start()
        window.show()

    def _show_floor(self) -> None:
        """Show the floor station in place of the window."""
        assert self._runner is not None
        assert self._bus is not None
        if importlib.util.find_spec("pegboard.ui.floor") is None:
            raise Refused(tr("This version of Pegboard has no floor station."), hint=tr("Start it without --floor."))
        from pegboard.ui.backups import QuietBackups

        station = importlib.import_module("pegboard.ui.floor.station").FloorStation(self._runner, self._bus, self.state)
        station.first_painted.connect(self._note_painted)
        self._quiet_backups = QuietBackups(self._runner, self)
        self._replace(station)
        station.showFullScreen()

    @Slot()
    def _open_doors(self) -> None:
        """Make and read what the first page does not need, once it is on the screen."""
        if isinstance(self.window, MainWindow) and self._runner is not None:
            from pegboard.ui.bug_report import offer_crash_report
            from pegboard.ui.doors import WorkshopDoors

            self.window.start_reading()
            self._doors = WorkshopDoors(
                self.window,
                self._runner,
                open_path=self.open_path,
                open_moved=self.open_moved,
                show_first_run=self.show_first_run,
                restore=self.restore,
                way_out=self._leave_damaged,
                switch_person=self._switch_person,
                lock=self._lock_seat,
            )
            self.window.open_doors(self._doors)
            self._doors.refresh_search()
            crashed, self.crashed = self.crashed, ""
            offer_crash_report(self.window.messages, crashed)
            self._runner.read("program.prefix", _code_prefix, self._listen_for_scans)

    def _listen_for_scans(self, prefix: str) -> None:
        from pegboard.ui import scan

        if isinstance(self.window, MainWindow):
            self._prefix = prefix
            scan.install(self._application, prefix, self.window, self._open_scan)
            self._watch_shops(self.window)

    def _watch_shops(self, window: MainWindow) -> None:
        from pegboard.ui.pos.watch import WatchFolder

        WatchFolder(window.desk, window)

    @Slot(str)
    def _open_scan(self, code: str) -> None:
        from pegboard.ui import scan

        if isinstance(self.window, MainWindow):
            noun, number = scan.record_of(code, self._prefix)
            page = self.window.stack.current_page
            if page is None or not page.take_scan(noun, number):
                self.window.show_record(noun, number)
            if self._runner is not None and (print_code := scan.print_of(code, self._prefix)):
                self._runner.read(
                    "program.old_paper", partial(_is_old_paper, print_code=print_code), self._warn_of_paper
                )

    def _warn_of_paper(self, is_old: bool) -> None:
        if is_old and isinstance(self.window, MainWindow):
            self.window.messages.warn(tr("This paper is out of date: something has changed since. Print it anew."))

    @Slot()
    def show_first_run(self) -> None:
        """Show the three doors, in a window of their own."""
        from pegboard.ui.first_run import FirstRun

        page = FirstRun(recent.recent_workshops())
        page.first_painted.connect(self._note_painted)
        page.sample_asked.connect(self._try_sample)
        page.import_asked.connect(self._import_new)
        page.empty_asked.connect(self._start_empty)
        page.open_asked.connect(self._open_other)
        page.workshop_chosen.connect(self.open_path)
        self._close_workshop()
        self._replace(page)
        page.show()

    def _replace(self, window: QWidget) -> None:
        previous, self.window = self.window, window
        window.setWindowIcon(icons.icon("why"))
        if previous is not None:
            # Hidden, not closed: closing the last window would end the program.
            previous.hide()
            previous.deleteLater()

    @Slot()
    def _note_painted(self) -> None:
        if self._quits_after_paint:
            QTimer.singleShot(0, self, self._quit)
        else:
            QTimer.singleShot(0, self, self._open_doors)

    @Slot()
    def _quit(self) -> None:
        self._application.exit(0)

    # --- who sits here

    def _switch_person(self) -> bool:
        """Let somebody else sign in; False where nobody signs in here."""
        if self._runner is None or not self._seat.keeps(self._runner):
            return False
        if self._seat.ask(self._runner):
            self._show_window()
        return True

    @Slot(object)
    def _follow_rights(self, nouns: frozenset[str]) -> None:
        """Show no more than what an owner now lets the person here see, wherever the owner sits."""
        if self._runner is None or self._floor or nouns.isdisjoint(RIGHTS):
            return
        if self._seat.follow(self._runner):
            close_dialogs()
            if self._runner.rights.allowed == frozenset():  # who left sees nothing any more
                self._lock_seat()
            else:
                self._show_window()

    @Slot()
    def _lock_seat(self) -> None:
        """Show nothing until the PIN is typed; whoever cannot leaves the workshop."""
        if self._runner is None or self.window is None or not self._seat.keeps(self._runner):
            return
        before = self._runner.actor
        self.window.hide()
        close_dialogs()  # what stands over the window would stay there, open to anybody
        if not self._seat.ask(self._runner, locked=True):
            self.show_first_run()
        elif self._runner.actor == before:
            self.window.show()
        else:
            self._show_window()

    # --- the three doors

    @Slot()
    def _try_sample(self) -> None:
        from pegboard.ui import doors

        path = doors.free_name(doors.proposed_folder(), tr("Harbor Lamps (sample)"))
        self._make(path, (doors.sample_folder(),))

    @Slot()
    def _import_new(self) -> None:
        from pegboard.ui import doors

        messages = self._messages()
        sources = doors.ask_sources(messages)
        if sources:
            proposed = doors.free_name(doors.proposed_folder(), sources[0].stem)
            path = messages.save_file(tr("Keep the new workshop as"), doors.WORKSHOPS, str(proposed))
            if path is not None:
                self._make(path, sources)

    @Slot()
    def _start_empty(self) -> None:
        from pegboard.ui import doors

        proposed = doors.free_name(doors.proposed_folder(), tr("My workshop"))
        path = self._messages().save_file(tr("Keep the new workshop as"), doors.WORKSHOPS, str(proposed))
        if path is not None:
            self._make(path, ())

    @Slot()
    def _open_other(self) -> None:
        from pegboard.ui import doors

        path = self._messages().open_file(tr("Open workshop"), doors.WORKSHOPS)
        if path is not None:
            self.open_path(str(path))

    def _messages_shown(self) -> Messages | None:
        """Return where the window on the screen says things."""
        found = getattr(self.window, "messages", None)
        return found if isinstance(found, Messages) else None

    def _messages(self) -> Messages:
        found = self._messages_shown()
        assert found is not None
        return found

    def _make(self, path: Path, sources: tuple[Path, ...]) -> None:
        """Make a workshop off the GUI thread, then open it."""
        from pegboard.ui import doors
        from pegboard.ui.first_run import FirstRun

        page = self.window
        assert isinstance(page, FirstRun)
        self._runner = runner = Runner(None, today=self._today, parent=self)
        progress = Progress(tr("Making {file}", file=path.name))
        runner.progressed.connect(page.progress.follow)
        runner.progress_ended.connect(page.progress.end)
        runner.broke.connect(page.messages.report_bug)
        today, actor = runner.today(), self._person()
        runner.compute(
            "program.make",
            lambda: doors.make_workshop(path, sources, today, actor, progress),
            self._open_made,
            page.messages.error,
            progress=progress,
        )

    def _open_made(self, path: Path) -> None:
        self.open_path(str(path))

    def _person(self) -> str:
        return str(self.state.get("person") or getpass.getuser())

    # --- closing

    def _close_workshop(self, *, backs_up: bool = True) -> None:
        self._seat.leave()
        if self._bus is not None:
            self._bus.stop()
        if self._runner is not None:
            self._runner.close()
        if self._doors is not None and backs_up:
            self._doors.back_up_on_close()
        if self._quiet_backups is not None:
            self._quiet_backups.back_up_on_close()
            self._quiet_backups = None
        if self._store is not None:
            self._store.close()
        self._bus = self._runner = self._store = self._doors = None

    def end(self) -> None:
        """Finish what was asked for and close the file."""
        self._close_workshop()
        if self.window is not None:
            self.window.hide()
            self.window.deleteLater()
            self.window = None
