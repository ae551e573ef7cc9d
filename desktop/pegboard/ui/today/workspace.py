"""The Today page: one list of what needs a person now, each with its verb; what is done leaves."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.today import Task, TaskKind, tasks
from pegboard.storage.store import Transaction
from pegboard.ui.backup_line import BackupLine
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.runner import Progress
from pegboard.ui.today.columns import columns
from pegboard.ui.workspace import Workspace

NOUNS = frozenset(
    {
        "floor_report",
        "order",
        "demand",
        "work_order",
        "purchase_order",
        "purchase_line",
        "stock",
        "peg",
        "decision",
        "receipt",
    }
)


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return TodayPage(desk)


class TodayPage(Workspace):
    """Enter opens the record where the verb waits; F7 says why."""

    nouns = NOUNS

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Today"))
        self.list: ListPane[Task] = ListPane(
            desk,
            "today",
            tr("What needs you now"),
            columns(),
            lambda task: task.key,
            query=tasks,
            chips=_chips(),
            empty=Empty(tr("Nothing needs you now. New orders, deliveries and finished jobs will show here.")),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        layout.addWidget(BackupLine(desk))
        self.setFocusProxy(self.list)
        self.list.rows_shown.connect(self.say_ready)
        self.list.opened.connect(self._open)
        self.list.current_changed.connect(self._tell_commands)

    def refresh(self) -> None:
        """Read the tasks again."""
        self.list.refresh()

    def commands(self) -> tuple[Command, ...]:
        """Open the task."""
        return (
            Command(
                "task.open",
                tr("Do it"),
                self.open_current,
                "forward",
                tr("Go to the order, job or purchase order where this is done."),
                tr("Task"),
                "Ctrl+Return",
                "today",
                self.has_current,
                toolbar=True,
                primary=True,
            ),
            Command(
                "demand.explode",
                tr("Explode what is confirmed"),
                self.explode,
                "explode",
                tr("Work out jobs, purchases and promise dates for all demand that pulls nothing yet."),
                tr("Task"),
                "F8",
                "today",
                self.has_demand,
            ),
        )

    def has_current(self) -> bool:
        """Whether a task is chosen."""
        return self.list.current() is not None

    def open_current(self) -> None:
        """Go where the chosen task is done."""
        task = self.list.current()
        if task is None:
            return
        if task.kind is TaskKind.EXPLODE:
            self.explode()
        else:
            self.desk.show_record(task.noun, task.number.split("/")[0])

    def explode(self) -> None:
        """Explode all demand that is not covered yet."""
        progress = Progress(tr("Exploding what is confirmed"))
        self.desk.runner.write(
            "demand.explode", lambda tx: _explode(tx, progress), self._say_exploded, progress=progress
        )

    def has_demand(self) -> bool:
        """Whether something waits for an explosion."""
        return any(task.kind is TaskKind.EXPLODE for task in self.list.model.all_rows)

    def _say_exploded(self, pulled: tuple[int, int]) -> None:
        jobs, lines = pulled
        self.desk.messages.notice(tr("Pulled {jobs} jobs and {lines} purchase lines.", jobs=jobs, lines=lines))

    def why_number(self) -> str:
        """Return the number that tells why the chosen task is there."""
        task = self.list.current()
        return task.why if task is not None else ""

    def panes(self) -> tuple[QWidget, ...]:
        """The list."""
        return (self.list,)

    @Slot(object)
    def _open(self, _task: Task | None) -> None:
        self.open_current()

    @Slot(object)
    def _tell_commands(self, _task: Task | None) -> None:
        self.commands_changed.emit()


def _explode(tx: Transaction, progress: Progress) -> tuple[int, int]:
    """Explode, and return how many jobs and purchase lines that made."""
    from pegboard.services.explosion import explode

    plan = explode(tx, progress=progress).plan
    return len(plan.jobs), len(plan.lines)


def _chips() -> tuple[Chip[Task], ...]:
    return (
        Chip("all", tr("All")),
        Chip("promises", tr("Promises"), lambda task: task.kind in (TaskKind.LATE, TaskKind.DECIDE, TaskKind.SHIP)),
        Chip("buy", tr("Buying"), lambda task: task.kind in (TaskKind.ORDER, TaskKind.RECEIVE)),
        Chip("make", tr("Making"), lambda task: task.kind in (TaskKind.RELEASE, TaskKind.PROBLEM)),
    )
