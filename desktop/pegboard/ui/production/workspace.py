"""Make: the jobs of the shop, as a list and as a board."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.job_books import JobBooks, job_books
from pegboard.queries.job_detail import job_detail
from pegboard.queries.production import JobRow, job_key, job_keys, jobs
from pegboard.services.floor import settle_problem
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.list_view import Chip, Empty
from pegboard.ui.paged import PagedListPane
from pegboard.ui.production.board import Board
from pegboard.ui.production.columns import job_columns
from pegboard.ui.production.commands import SCOPE, JobCommands
from pegboard.ui.production.floor_commands import FloorCommands
from pegboard.ui.production.job_pane import JobPane
from pegboard.ui.workspace import Workspace

LIST, BOARD = "list", "board"
MENU = (
    "job.release",
    "job.start_operation",
    "job.finish_operation",
    "job.complete",
    "job.issue",
    "operation.scrap",
    "operation.stop",
    "job.print_traveler",
    "job.print_pick_list",
)


class JobSource:
    """Reads the list of jobs: all keys in order, then the rows that come into view."""

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[int]:
        """Return the keys of the jobs of a filter."""
        return job_keys(reading, chip, words, sort_key, descending)

    def rows(self, reading: Reading, keys: Sequence[int]) -> Sequence[JobRow]:
        """Return the jobs with these keys."""
        return jobs(reading, keys)


class ProductionPage(Workspace):
    """The page Make: list or board left, the job right."""

    nouns = frozenset(
        {
            "work_order",
            "order",
            "peg",
            "purchase_order",
            "stock",
            "requirement",
            "print",
            "item",
            "floor_report",
            "setting",
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Make"))
        self.list: PagedListPane[JobRow] = PagedListPane(
            desk,
            "jobs",
            tr("Jobs"),
            job_columns(),
            key=lambda job: job.key,
            source=JobSource(),
            chips=_chips(),
            empty=Empty(tr("Jobs stand here once an order has been confirmed and exploded.")),
        )
        self.board = Board(desk)
        self.pane = JobPane(desk)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.board)
        self._commands = JobCommands(desk, self)
        self._floor = FloorCommands(desk, self)
        self._by_id = {command.id: command for command in (*self._commands.commands(), *self._floor.commands())}
        self.pane.set_verbs([self._by_id[name] for name in ("job.release", "job.complete")])
        self._build()
        self._connect()
        self._show_view(str(desk.state.get("production.view", LIST)))

    def _build(self) -> None:
        self._views = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, 0)
        bar.setSpacing(theme.STEP)
        for place, title in enumerate((tr("List"), tr("Board"))):
            button = QPushButton(title)
            button.setCheckable(True)
            button.setProperty("chip", True)
            button.setToolTip(tr("Ctrl+B changes between list and board."))
            self._views.addButton(button, place)
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self.list.find_box, 1)  # beside the switch there is room for it, beside eight chips there is not
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Split(self.desk, "production", left, self.pane, (20, 9)))

    def _connect(self) -> None:
        self.list.rows_shown.connect(self.say_ready)
        self.list.current_changed.connect(self._show_job)
        self.list.opened.connect(self._open_job)
        self.list.view.selectionModel().selectionChanged.connect(self._note_chosen)
        self.board.shown.connect(self.say_ready)
        self.board.current_changed.connect(self._show_job)
        self.board.opened.connect(self._open_job)
        self.pane.operations.row_changed.connect(self._note_chosen)
        self.pane.components.row_changed.connect(self._note_chosen)
        self.pane.times.row_changed.connect(self._note_chosen)
        self.pane.times.row_opened.connect(self._correct_time)
        self._views.idClicked.connect(self._choose_view)
        for view in (self.list.view, *self.board.views()):
            view.installEventFilter(self)
        for view in self.board.views():
            view.chosen_changed.connect(self._note_chosen)
        self.list.set_menu(MENU)
        for view in self.board.views():
            view.set_menu(partial(self.desk.shell.actions, MENU))

    # --- the page

    def refresh(self) -> None:
        """Read again what is shown."""
        if self.view == BOARD:
            self.board.refresh()
        else:
            self.list.refresh()
        if self.pane.detail is not None:
            self._read_job(self.pane.detail.job.number)

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done with jobs."""
        switch = Command(
            id="job.switch_view",
            title=tr("List or board"),
            run=self.switch_view,
            icon="board",
            help=tr("Shows the jobs as a board, or as a list again."),
            menu=tr("Job"),
            shortcut="Ctrl+B",
            scope=SCOPE,
        )
        return (*self._by_id.values(), switch)

    def show_record(self, noun: str, number: str) -> None:
        """Go to the job `number`; an operation is named WO-0001/20, and a revised item shows its open jobs."""
        if noun == "revised_item":
            self._choose_view(0)
            self.list.choose_chip("revision")
            self.list.find_box.setText(number)
            return
        name = number.partition("/")[0]
        self.desk.runner.read("production.find", partial(job_key, number=name), self._go_to)
        self._read_job(name)

    def why_number(self) -> str:
        """Return the job that is shown."""
        return self.pane.detail.job.number if self.pane.detail is not None else ""

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        first: QWidget = self.board if self.view == BOARD else self.list
        return (first, *(table for table in self.pane.tables() if table.isVisible()))

    def focus_find(self) -> None:
        """Go to the find box; it belongs to the list."""
        if self.view == BOARD:
            self._choose_view(0)
        self.list.focus_find()

    # --- list and board

    @property
    def view(self) -> str:
        """What is shown: list or board."""
        return BOARD if self._stack.currentWidget() is self.board else LIST

    def _shown(self) -> QWidget:
        return self.board if self.view == BOARD else self.list

    def switch_view(self) -> None:
        """Show the board in place of the list, or the list again."""
        self._choose_view(0 if self.view == BOARD else 1)
        self._shown().setFocus()

    @Slot(int)
    def _choose_view(self, place: int) -> None:
        self._show_view(BOARD if place else LIST)
        self.desk.state.set("production.view", self.view)
        self.refresh()

    def _show_view(self, view: str) -> None:
        is_board = view == BOARD
        self._stack.setCurrentWidget(self.board if is_board else self.list)
        self.setFocusProxy(self._shown())
        self._views.button(int(is_board)).setChecked(True)
        self.list.find_box.setVisible(not is_board)
        self.pane.setVisible(not is_board)  # the board needs the width; Enter opens the job beside it

    # --- the job shown

    def chosen(self) -> tuple[JobRow, ...]:
        """Return the jobs that commands work on: the selected ones, else the one that is shown."""
        found = self.board.chosen() if self.view == BOARD else self.list.selected()
        if not found and self.pane.detail is not None:
            found = (self.pane.detail.job,)
        return found

    def _go_to(self, key: int | None) -> None:
        if key is None:
            return
        if self.view == BOARD and not self.board.select(key):
            self._choose_view(0)
        if self.view == LIST:
            self.list.select(key)
        self.pane.show()

    @Slot(object)
    def _show_job(self, job: JobRow | None) -> None:
        if job is not None:
            self._read_job(job.number)
        self._note_chosen()

    @Slot(object)
    def _open_job(self, job: JobRow | None) -> None:
        """Show the job beside the board, and put the keys into its parts."""
        if job is None:
            return
        self.pane.show()
        self.record_shown.emit("work_order", job.number)
        self.pane.components.setFocus()

    def _read_job(self, number: str) -> None:
        self.desk.runner.read("production.job", partial(job_detail, number=number), self._show_detail)
        self.desk.runner.read("production.books", partial(job_books, number=number), self._show_books)

    def _show_books(self, books: JobBooks | None) -> None:
        self.pane.show_books(books, self._settle, sees_money=self.desk.runner.rights.sees_money)

    @Slot(object)
    def _correct_time(self, _row: object) -> None:
        self._floor.correct()

    def _settle(self, problem: int) -> None:
        person = self.desk.runner.actor
        self.desk.runner.write("floor.settle", lambda tx: settle_problem(tx, problem, person))

    def _show_detail(self, detail: object) -> None:
        self.pane.show_detail(detail)  # type: ignore[arg-type]
        self._note_chosen()

    @Slot()
    def _note_chosen(self) -> None:
        self.pane.refresh_verbs()
        self.commands_changed.emit()

    # --- keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: Space releases and P prints while a list or board has the keys; elsewhere they are letters."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not event.modifiers():
            name = {Qt.Key.Key_Space: "job.release", Qt.Key.Key_P: "job.print_traveler"}.get(Qt.Key(event.key()))
            if name is not None:
                self._by_id[name].run()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc goes back to the list or board."""
        if event.key() == Qt.Key.Key_Escape:
            if self.view == BOARD:
                self.pane.hide()
            self._shown().setFocus()
        else:
            super().keyPressEvent(event)


def _chips() -> tuple[Chip[JobRow], ...]:
    return (
        Chip("open", tr("Open")),
        Chip("planned", tr("Planned")),
        Chip("released", tr("Released")),
        Chip("in_progress", tr("In progress")),
        Chip("late", tr("Late")),
        Chip("short", tr("Short")),
        Chip("revision", tr("Old revision")),
        Chip("done", tr("Done")),
        Chip("all", tr("All")),
    )


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return ProductionPage(desk)
