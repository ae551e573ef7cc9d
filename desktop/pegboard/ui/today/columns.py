"""The columns of the Today page."""

from pegboard.i18n import tr
from pegboard.queries.today import Task, TaskKind
from pegboard.ui import formats
from pegboard.ui.columns import Column, date_column, mark_column, money_column, text_column
from pegboard.ui.marks import Mark, State

STATES = {
    TaskKind.EXPLODE: State.SHORT,
    TaskKind.LATE: State.LATE,
    TaskKind.DECIDE: State.DECISION,
    TaskKind.PROBLEM: State.DECISION,
    TaskKind.ORDER: State.SHORT,
    TaskKind.RECEIVE: State.WAITING,
    TaskKind.SHIP: State.READY,
    TaskKind.RELEASE: State.READY,
    TaskKind.ORPHAN: State.DECISION,
}


def verb(kind: TaskKind) -> str:
    """Return what is to be done with a task of this kind."""
    return {
        TaskKind.EXPLODE: tr("Explode"),
        TaskKind.LATE: tr("Late"),
        TaskKind.DECIDE: tr("Decide"),
        TaskKind.PROBLEM: tr("Problem"),
        TaskKind.ORDER: tr("Order"),
        TaskKind.RECEIVE: tr("Receive"),
        TaskKind.SHIP: tr("Ship"),
        TaskKind.RELEASE: tr("Release"),
        TaskKind.ORPHAN: tr("Use up"),
    }[kind]


def subject(task: Task) -> str:
    """Return who or what a task is about."""
    if task.kind is TaskKind.EXPLODE:
        return tr("Confirmed demand that pulls nothing yet")
    return tr("Supply of cancelled demand that nobody wants") if task.kind is TaskKind.ORPHAN else task.subject


def content(task: Task) -> str:
    """Return how much a task is about, in words."""
    if task.quantity is not None and task.item:
        return tr("{quantity} of {item}", quantity=formats.quantity(task.quantity), item=task.item)
    if task.kind is TaskKind.EXPLODE:
        return tr("1 demand") if task.lines == 1 else tr("{count} demands", count=task.lines)
    return tr("1 line") if task.lines == 1 else tr("{count} lines", count=task.lines)


def columns() -> tuple[Column[Task], ...]:
    """Return them in the language chosen."""
    return (
        mark_column(
            "verb",
            tr("What"),
            lambda task: Mark(STATES[task.kind], verb(task.kind)),
            sort=lambda task: task.kind,
            width=120,
            help=tr("What is to be done; the most urgent kind stands first."),
        ),
        text_column("number", tr("Number"), lambda task: task.number, width=120),
        text_column("subject", tr("For or from"), subject, width=260),
        text_column("content", tr("How much"), content, sort=lambda task: task.lines, width=170),
        date_column("day", tr("Day"), lambda task: task.day, width=140, help=tr("When it should be done, or was due.")),
        money_column("amount", tr("Amount"), lambda task: task.amount, width=110, help=tr("What the order will cost.")),
    )
