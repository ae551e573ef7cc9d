"""The columns of the list of jobs, and of a job's components and operations."""

import datetime

from pegboard.i18n import tr
from pegboard.queries.job_books import BuiltRow, CostLine, TimeRow
from pegboard.queries.job_cover import Component
from pegboard.queries.job_detail import OperationProgress
from pegboard.queries.production import JobRow
from pegboard.ui import formats
from pegboard.ui.columns import (
    Column,
    date_column,
    mark_column,
    money_column,
    quantity_column,
    text_column,
    whole_column,
)
from pegboard.ui.production import words


def job_columns() -> tuple[Column[JobRow], ...]:
    """Return the columns of the list of jobs."""
    return (
        text_column("number", tr("Job"), lambda job: job.number, width=84),
        mark_column("state", tr("State"), words.state_mark, width=100),
        text_column("item", tr("Item"), lambda job: job.item, width=110, tip=lambda job: job.description),
        text_column("description", tr("Description"), lambda job: job.description, width=120, hidden=True),
        quantity_column("quantity", tr("Qty"), lambda job: job.quantity, unit=lambda job: job.unit, width=56),
        text_column(
            "pulled",
            tr("Pulled by"),
            lambda job: words.pulled_text(job),
            width=160,
            help=tr("The customer's order or the card at the top of the chain."),
            tip=lambda job: "\n".join(words.puller_text(each) for each in job.pulled[:20]),
        ),
        Column(
            "due",
            tr("Due"),
            words.due_text,
            sort=lambda job: job.due,
            mark=words.late_mark,
            value=lambda job: job.due,
            tip=words.due_tip,
            width=116,
        ),
        date_column("start", tr("Start"), lambda job: job.start, width=90, hidden=True),
        mark_column(
            "cover",
            tr("Parts"),
            lambda job: words.cover_mark(job.cover),
            tip=lambda job: words.cover_tip(job.cover),
            help=tr("All here, on their way, or short."),
            width=100,
        ),
        text_column(
            "operations", tr("Steps"), words.operations_text, width=56, help=tr("Operations finished, of all.")
        ),
    )


def component_columns(today: datetime.date) -> tuple[Column[Component], ...]:
    """Return the columns of a job's components."""
    return (
        text_column("item", tr("Item"), lambda line: line.item, width=96, tip=lambda line: line.description),
        quantity_column("quantity", tr("Needed"), lambda line: line.quantity, unit=lambda line: line.unit, width=72),
        quantity_column("issued", tr("Issued"), lambda line: line.issued or None, width=60, hidden=True),
        Column(
            "cover",
            tr("Cover"),
            words.component_text,
            mark=lambda line: words.cover_mark(line.cover(today)),
            tip=words.component_text,
            width=120,
        ),
        whole_column("operation", tr("Operation"), lambda line: line.operation, width=70, hidden=True),
        text_column("alternate", tr("Instead of"), lambda line: line.alternate_for, width=90, hidden=True),
        date_column("needed", tr("Needed on"), lambda line: line.needed, width=100, hidden=True),
    )


def operation_columns() -> tuple[Column[OperationProgress], ...]:
    """Return the columns of a job's operations."""
    return (
        whole_column("sequence", tr("Step"), lambda step: step.sequence, width=40),
        text_column("place", tr("At"), lambda step: step.place, width=66, tip=_place_tip),
        mark_column("state", tr("State"), lambda step: words.operation_mark(step.state), width=90, tip=_workers),
        text_column("passed", tr("Good"), lambda step: words.passed_text(step.good, step.scrap), width=56),
        text_column("description", tr("What to do"), lambda step: step.description, width=40, tip=_place_tip),
        text_column("minutes", tr("Minutes"), lambda step: formats.quantity(step.minutes), width=64, hidden=True),
    )


def cost_columns() -> tuple[Column[CostLine], ...]:
    """Return the columns of a job's cost."""
    return (
        text_column("kind", tr("Cost"), lambda line: words.cost_word(line.kind), width=110),
        money_column("planned", tr("Planned"), lambda line: line.planned, width=90),
        money_column("actual", tr("So far"), lambda line: line.actual, width=90),
        text_column("part", tr("Of plan"), words.part_of_plan, width=70),
    )


def time_columns() -> tuple[Column[TimeRow], ...]:
    """Return the columns of the times that people spent."""
    return (
        text_column("person", tr("Who"), lambda row: row.person, width=90),
        whole_column("operation", tr("Step"), lambda row: row.operation, width=44),
        text_column("started", tr("From"), lambda row: formats.instant(row.started), width=110),
        text_column("minutes", tr("Minutes"), words.minutes_text, width=70),
        text_column("note", tr("Note"), lambda row: row.note, width=80, tip=lambda row: row.note),
    )


def built_columns() -> tuple[Column[BuiltRow], ...]:
    """Return the columns of which lots went into which pieces."""
    return (
        text_column("output", tr("Piece or lot"), lambda row: row.output or tr("all"), width=100),
        text_column("item", tr("Part"), lambda row: row.item, width=96),
        text_column("lot", tr("Its lot"), lambda row: row.lot, width=90),
        quantity_column("quantity", tr("Qty"), lambda row: row.quantity, unit=lambda row: row.unit, width=60),
    )


def _place_tip(step: OperationProgress) -> str:
    if step.is_subcontracted:
        return tr(
            "Done by {supplier}: {purchase}", supplier=step.place, purchase=step.purchase or tr("not ordered yet")
        )
    return step.description


def _workers(step: OperationProgress) -> str:
    return tr("At work: {people}", people=", ".join(step.at_work)) if step.at_work else ""
