"""Words and marks for jobs: their state, their cover, who pulled them."""

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.job_books import CostLine, TimeRow
from pegboard.queries.job_cover import Component, Cover, Source
from pegboard.queries.production import JobRow
from pegboard.queries.pulled_by import Puller
from pegboard.ui import formats
from pegboard.ui.marks import Mark, State


def state_word(state: str) -> str:
    """Return how people call a job's state."""
    return {
        "planned": tr("planned"),
        "released": tr("released"),
        "in_progress": tr("in progress"),
        "done": tr("done"),
        "closed": tr("closed short"),
        "cancelled": tr("cancelled"),
    }[state]


_STATES = {
    "planned": State.WAITING,
    "released": State.READY,
    "in_progress": State.IN_PROGRESS,
    "done": State.DONE,
    "closed": State.DONE,
    "cancelled": State.DONE,
}


def state_mark(job: JobRow) -> Mark:
    """Return the mark of a job's state."""
    return Mark(_STATES[job.state], state_word(job.state))


def late_mark(job: JobRow) -> Mark | None:
    """Return the mark of a late job, None for one in time."""
    return Mark(State.LATE, tr("late")) if job.is_late else None


def due_text(job: JobRow) -> str:
    """Return the due date, with the word that says it is late."""
    day = formats.short_day(job.due)
    return tr("late, {date}", date=day) if job.is_late else day


def due_tip(job: JobRow) -> str:
    """Say why a job is late."""
    if not job.is_late:
        return ""
    if job.needed is not None and job.needed < job.due:
        return tr("Needed on {needed}, due on {due}.", needed=formats.day(job.needed), due=formats.day(job.due))
    return tr("Should have been done on {due}.", due=formats.day(job.due))


def cover_mark(cover: Cover) -> Mark | None:
    """Return one of three shapes: all parts here, the last on its way, or short; None where none is needed."""
    word = cover_word(cover)
    if cover.kind == "short":
        return Mark(State.SHORT, word)
    if cover.kind == "coming":
        return Mark(State.LATE if cover.is_overdue else State.WAITING, word)
    return Mark(State.READY, word) if cover.kind in ("here", "issued") else None


def cover_word(cover: Cover) -> str:
    """Say in a few words whether the parts are there."""
    if cover.kind == "short":
        others = len(cover.short) - 1
        if others:
            return tr("short: {item} and {count} more", item=cover.short[0], count=others)
        return tr("short: {item}", item=cover.short[0])
    if cover.kind == "coming" and cover.by is not None:
        if cover.is_overdue:
            return tr("overdue, by {date}", date=formats.short_day(cover.by))
        return tr("by {date}", date=formats.short_day(cover.by))
    return {"here": tr("all here"), "issued": tr("issued")}.get(cover.kind, tr("no parts"))


def cover_tip(cover: Cover) -> str:
    """Say all that is short."""
    if len(cover.short) > 1:
        return tr("Nothing covers {items}.", items=", ".join(cover.short))
    if cover.is_overdue:
        return tr("A part on its way should be here already.")
    return ""


def pulled_text(job: JobRow) -> str:
    """Say who pulled a job: its most urgent demand, and how many others; what is done has gone to them already."""
    pulled = job.pulled
    if not pulled:
        return tr("nobody") if job.is_open else ""
    first = puller_text(pulled[0])
    return tr("{demand} and {count} more", demand=first, count=len(pulled) - 1) if len(pulled) > 1 else first


def puller_text(puller: Puller) -> str:
    """Name one demand as people do: the order and its customer, a card, a shop's sales, a suggestion."""
    if puller.kind == "order":
        return f"{puller.name} {puller.customer}".strip()
    if puller.kind == "kanban":
        return tr("card {name}", name=puller.name.removeprefix("KANBAN:"))
    if puller.kind == "pos":
        return tr("sales at {location}", location=puller.location)
    return tr("suggestion {name}", name=puller.name.removeprefix("INFERRED:"))


def operations_text(job: JobRow) -> str:
    """Say how many operations are finished, such as "3 of 5"."""
    if not job.operations:
        return ""
    return tr("{done} of {all}", done=job.finished_operations, all=len(job.operations))


def source_text(source: Source, *, is_only: bool = False) -> str:
    """Say where a component comes from; how much of it, unless it is its only source."""
    due = "" if source.due is None else formats.short_day(source.due)
    place = tr("{location}, lot {lot}", location=source.name, lot=source.lot) if source.lot else source.name
    names = {"place": place, "number": source.name, "quantity": formats.quantity(source.quantity), "date": due}
    if source.kind == "stock":
        return tr("stock at {place}", **names) if is_only else tr("stock {quantity} at {place}", **names)
    if source.is_promised:
        text = (
            tr("{number} promised {date}", **names) if is_only else tr("{number} {quantity} promised {date}", **names)
        )
    else:
        text = tr("{number} due {date}", **names) if is_only else tr("{number} {quantity} due {date}", **names)
    return f"{text} ({source.supplier})" if source.supplier else text


def component_text(component: Component) -> str:
    """Say what covers a component, all of it; what one waits for comes before what is here."""
    is_only = len(component.sources) == 1 and not component.short
    waited_for_first = sorted(component.sources, key=lambda source: source.due is None)
    parts = [source_text(source, is_only=is_only) for source in waited_for_first]
    if component.short:
        parts.insert(0, tr("short {quantity}", quantity=formats.quantity(component.short)))
    if not parts and not component.open_quantity:
        parts.append(tr("issued"))
    return "; ".join(parts)


def passed_text(good: Quantity, scrap: Quantity) -> str:
    """Say what has passed an operation."""
    if scrap:
        return tr("{good}, {scrap} scrap", good=formats.quantity(good), scrap=formats.quantity(scrap))
    return formats.quantity(good) if good else ""


def operation_mark(state: str) -> Mark:
    """Return the mark of an operation's state."""
    return {
        "waiting": Mark(State.WAITING, tr("waiting")),
        "started": Mark(State.IN_PROGRESS, tr("started")),
        "finished": Mark(State.DONE, tr("finished")),
    }[state]


def cost_word(kind: str) -> str:
    """Return how people call a kind of cost."""
    return {
        "material": tr("Parts"),
        "labour": tr("Time"),
        "subcontract": tr("Outside"),
        "total": tr("Together"),
    }[kind]


def part_of_plan(line: CostLine) -> str:
    """Say how much of the planned cost is spent."""
    if line.planned.minor <= 0:
        return ""
    return tr("{percent} %", percent=line.actual.minor * 100 // line.planned.minor)


def minutes_text(row: TimeRow) -> str:
    """Say how long somebody was at work, or that they still are."""
    if row.minutes is None:
        return tr("at work")
    return formats.quantity(Quantity(row.minutes.micro // 1_000_000 * 1_000_000))
