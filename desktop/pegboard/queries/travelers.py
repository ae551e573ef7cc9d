"""Reads what a job's traveler says: the item, who pulled it, its operations and what each uses.

A released job has its own copy of the operations; before that the routing's stand in.
"""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from pegboard.domain.configuration import is_chosen
from pegboard.domain.errors import NotFound
from pegboard.domain.quantity import Quantity, divide_half_up
from pegboard.i18n import tr
from pegboard.queries.attachments import drawings_of_jobs, pictures_of, stored
from pegboard.queries.configurations import ChosenOption, configurations, in_words
from pegboard.queries.drawings import DrawingFile, drawing_files
from pegboard.queries.pulled_by import PulledBy, pulled_by
from pegboard.storage.open_positions import choices_of
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class UsedComponent:
    """What a job uses of one item.

    Attributes: quantity: for the whole job; places: where what is still to be picked lies, or which supply brings it;
    short: what no supply brings.
    """

    item: str
    description: str
    unit: str
    quantity: Quantity
    operation: int | None
    places: tuple[str, ...]
    short: Quantity
    alternate_for: str


@dataclass(frozen=True, slots=True)
class TravelerOperation:
    """A step of a job.

    Attributes: place: code of the work center, or the supplier's name; setup, run, total: minutes: once, for each unit,
    for the start quantity; purchase: the purchase line of a subcontracted step, such as PO-0003/2; used: components of
    this step.
    """

    sequence: int
    place: str
    place_description: str
    is_subcontracted: bool
    description: str
    instructions: str
    setup: Quantity
    run: Quantity
    total: Quantity
    purchase: str
    used: tuple[UsedComponent, ...]


@dataclass(frozen=True, slots=True)
class ChildJob:
    """A job whose output this job waits for."""

    number: str
    item: str
    quantity: Quantity
    due: datetime.date


@dataclass(frozen=True, slots=True)
class Traveler:
    """Everything on one job's traveler.

    Attributes: state: of the job; quantity: good ones to deliver; start_quantity: to start with; surplus: of the
    quantity nobody asked for, with its reason; options: the choices in words; used: all components, those of no
    operation too; has_issued_components: nothing is picked for it; drawings, picture (PNG or JPEG, b"" without one):
    read for paper alone.
    """

    number: str
    state: str
    item: str
    description: str
    unit: str
    revision: str
    drawing: str
    tracking: str
    quantity: Quantity
    start_quantity: Quantity
    surplus: Quantity
    surplus_reason: str
    options: tuple[str, ...]
    start: datetime.date
    due: datetime.date
    note: str
    pulled: PulledBy
    children: tuple[ChildJob, ...]
    operations: tuple[TravelerOperation, ...]
    used: tuple[UsedComponent, ...]
    has_issued_components: bool
    drawings: tuple[DrawingFile, ...] = ()
    picture: bytes = b""


def job_rows(reading: Reading, numbers: Sequence[str]) -> list[Row[Any]]:
    """Return the jobs in the order of `numbers`; NotFound names every one that does not exist."""
    found = rows(
        reading,
        "SELECT w.*, i.code, i.description, i.unit, i.drawing, i.tracking, i.revision AS item_revision,"
        " coalesce((SELECT sum(p.quantity) FROM peg p WHERE p.work_order_id = w.work_order_id), 0) AS pegged"
        " FROM work_order w JOIN item i ON i.item_id = w.item_id"
        " WHERE w.number IN (SELECT value FROM json_each(?))",
        json.dumps(list(numbers)),
    )
    by_number = {row.number: row for row in found}
    if missing := [number for number in numbers if number not in by_number]:
        raise NotFound(tr("There is no job {numbers}.", numbers=", ".join(missing)))
    return [by_number[number] for number in numbers]


def travelers(reading: Reading, numbers: Sequence[str]) -> tuple[Traveler, ...]:
    """Return the travelers of these jobs in this order, with a few queries in all. NotFound as `job_rows`."""
    jobs = job_rows(reading, numbers)
    ids = [job.work_order_id for job in jobs]
    pulled = pulled_by(reading, ids)
    used = _used_components(reading, ids)
    steps = _operations(reading, jobs)
    children = _children(reading, ids)
    options = _options_of(reading, jobs)
    return tuple(
        _traveler(
            job,
            pulled[job.work_order_id],
            used.get(job.work_order_id, ()),
            steps.get(job.work_order_id, []),
            children.get(job.work_order_id, ()),
            options.get(job.work_order_id, ()),
        )
        for job in jobs
    )


def traveler_papers(reading: Reading, numbers: Sequence[str]) -> tuple[Traveler, ...]:
    """Return the travelers of these jobs with their drawings and the picture of the item, to be printed."""
    found = travelers(reading, numbers)
    named = drawing_files(reading, (row.drawing for row in found if row.drawing))
    jobs = {job.number: job for job in job_rows(reading, numbers)}
    attached = drawings_of_jobs(reading, (job.work_order_id for job in jobs.values()))
    hashes = pictures_of(reading, {job.item_id for job in jobs.values()})
    pictures = {content_hash: stored(reading, content_hash) for content_hash in set(hashes.values())}
    return tuple(
        replace(
            row,
            drawings=_told_apart(named.get(row.drawing), attached.get(jobs[row.number].work_order_id, ())),
            picture=pictures.get(hashes.get(jobs[row.number].item_id, ""), b""),
        )
        for row in found
    )


def _told_apart(named: DrawingFile | None, attached: tuple[DrawingFile, ...]) -> tuple[DrawingFile, ...]:
    """The drawing that the item names, then those attached; the same content once."""
    if named is None or any(file.content_hash == named.content_hash for file in attached):
        return attached
    return (named, *attached)


def _traveler(
    job: Row[Any],
    pulled: PulledBy,
    used: tuple[UsedComponent, ...],
    steps: Sequence[Row[Any]],
    children: tuple[ChildJob, ...],
    options: tuple[str, ...],
) -> Traveler:
    surplus = max(0, job.quantity - job.completed_quantity - job.pegged) if job.surplus_reason else 0
    return Traveler(
        number=job.number,
        state=job.state,
        item=job.code,
        description=job.description,
        unit=job.unit,
        revision=job.revision or job.item_revision,
        drawing=job.drawing,
        tracking=job.tracking,
        quantity=Quantity(job.quantity),
        start_quantity=Quantity(job.start_quantity),
        surplus=Quantity(surplus),
        surplus_reason=job.surplus_reason,
        options=options,
        start=datetime.date.fromisoformat(job.start_date),
        due=datetime.date.fromisoformat(job.due_date),
        note=job.note,
        pulled=pulled,
        children=children,
        operations=tuple(_operation(step, job.start_quantity, used) for step in steps),
        used=used,
        has_issued_components=bool(job.components_issued),
    )


def _operation(step: Row[Any], start_quantity: int, used: Iterable[UsedComponent]) -> TravelerOperation:
    total = step.setup_minutes + divide_half_up(step.run_minutes * start_quantity, 1_000_000)
    return TravelerOperation(
        sequence=step.sequence,
        place=step.center or step.supplier,
        place_description=step.center_description,
        is_subcontracted=not step.center and bool(step.supplier),
        description=step.description,
        instructions=_instructions(step),
        setup=Quantity(step.setup_minutes),
        run=Quantity(step.run_minutes),
        total=Quantity(total),
        purchase=step.purchase,
        used=tuple(component for component in used if component.operation == step.sequence),
    )


def _instructions(step: Row[Any]) -> str:
    if not step.rework_reason:
        return str(step.instructions)
    return "\n".join(filter(None, (tr("Rework: {reason}", reason=step.rework_reason), step.instructions)))


_STEP = (
    " s.sequence, s.description, s.instructions, s.setup_minutes, s.run_minutes, coalesce(c.code, '') AS center,"
    " coalesce(c.description, '') AS center_description, coalesce(nullif(v.name, ''), v.code, '') AS supplier,"
    " coalesce((SELECT o.number || '/' || l.line FROM purchase_line l JOIN purchase_order o"
    " ON o.purchase_order_id = l.purchase_order_id WHERE l.work_order_id = w.work_order_id"
    " AND l.operation = s.sequence AND l.state <> 'cancelled' ORDER BY l.purchase_line_id DESC LIMIT 1), '')"
    " AS purchase"
)
_STEP_PLACES = (
    " LEFT JOIN work_center c ON c.work_center_id = s.work_center_id"
    " LEFT JOIN supplier v ON v.supplier_id = s.supplier_id"
)


def _operations(reading: Reading, jobs: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    """The job's own copy of its operations, else its routing's, by job and in their order."""
    ids = [job.work_order_id for job in jobs]
    own = rows(
        reading,
        f"SELECT w.work_order_id, s.rework_reason,{_STEP} FROM work_order w"
        " JOIN work_order_operation s ON s.work_order_id = w.work_order_id"
        f"{_STEP_PLACES} WHERE w.work_order_id IN (SELECT value FROM json_each(?))"
        " ORDER BY w.work_order_id, s.sequence",
        json.dumps(ids),
    )
    steps = {key: list(group) for key, group in groupby(own, key=lambda row: int(row.work_order_id))}
    others = [work_order_id for work_order_id in ids if work_order_id not in steps]
    routed = rows(
        reading,
        f"SELECT w.work_order_id, w.choices, s.option_group, s.option_choice, '' AS rework_reason,{_STEP}"
        " FROM work_order w"
        " JOIN routing_operation s ON s.item_id = w.item_id AND s.revision ="
        " CASE WHEN EXISTS (SELECT 1 FROM routing_operation x WHERE x.item_id = w.item_id AND x.revision = w.revision)"
        " THEN w.revision ELSE '' END"
        f"{_STEP_PLACES} WHERE w.work_order_id IN (SELECT value FROM json_each(?))"
        " ORDER BY w.work_order_id, s.sequence",
        json.dumps(others),
    )
    chosen = [step for step in routed if _is_done(step)]
    steps.update((key, list(group)) for key, group in groupby(chosen, key=lambda row: int(row.work_order_id)))
    return steps


def _is_done(step: Row[Any]) -> bool:
    """Whether a job that is not released yet will have this step of its routing."""
    if not step.option_group:
        return True
    return is_chosen(step.option_choice, dict(choices_of(step.choices)).get(step.option_group))


def _used_components(reading: Reading, ids: list[int]) -> dict[int, tuple[UsedComponent, ...]]:
    found = rows(
        reading,
        "SELECT r.work_order_id, r.operation, i.code, i.description, i.unit, coalesce(a.code, '') AS alternate_for,"
        " sum(r.quantity) AS quantity, sum(max(0, r.quantity - r.issued_quantity - coalesce((SELECT sum(p.quantity)"
        " FROM peg p WHERE p.requirement_id = r.requirement_id), 0))) AS short,"
        " (SELECT group_concat(place, char(10)) FROM (SELECT DISTINCT coalesce(l.code, j.number,"
        " o.number || '/' || pl.line) AS place FROM requirement q JOIN peg p ON p.requirement_id = q.requirement_id"
        " LEFT JOIN stock s ON s.stock_id = p.stock_id LEFT JOIN location l ON l.location_id = s.location_id"
        " LEFT JOIN work_order j ON j.work_order_id = p.work_order_id"
        " LEFT JOIN purchase_line pl ON pl.purchase_line_id = p.purchase_line_id"
        " LEFT JOIN purchase_order o ON o.purchase_order_id = pl.purchase_order_id"
        " WHERE q.work_order_id = r.work_order_id AND q.item_id = r.item_id AND q.operation IS r.operation)) AS places"
        " FROM requirement r JOIN item i ON i.item_id = r.item_id"
        " LEFT JOIN item a ON a.item_id = r.alternate_for_id"
        " WHERE r.work_order_id IN (SELECT value FROM json_each(?))"
        " GROUP BY r.work_order_id, r.operation, r.item_id, r.alternate_for_id"
        " ORDER BY r.work_order_id, r.operation, min(r.requirement_id)",
        json.dumps(ids),
    )
    return {
        key: tuple(_used(row) for row in group) for key, group in groupby(found, key=lambda row: int(row.work_order_id))
    }


def _used(row: Row[Any]) -> UsedComponent:
    places = tuple(row.places.split("\n")) if row.places else ()
    return UsedComponent(
        row.code,
        row.description,
        row.unit,
        Quantity(row.quantity),
        row.operation,
        places,
        Quantity(row.short),
        row.alternate_for,
    )


def _children(reading: Reading, ids: list[int]) -> dict[int, tuple[ChildJob, ...]]:
    found = rows(
        reading,
        "SELECT r.work_order_id, w.number, i.code, sum(p.quantity) AS quantity, w.due_date FROM requirement r"
        " JOIN peg p ON p.requirement_id = r.requirement_id JOIN work_order w ON w.work_order_id = p.work_order_id"
        " JOIN item i ON i.item_id = w.item_id WHERE r.work_order_id IN (SELECT value FROM json_each(?))"
        " GROUP BY r.work_order_id, w.work_order_id ORDER BY r.work_order_id, w.work_order_id",
        json.dumps(ids),
    )
    return {
        key: tuple(
            ChildJob(row.number, row.code, Quantity(row.quantity), datetime.date.fromisoformat(row.due_date))
            for row in group
        )
        for key, group in groupby(found, key=lambda row: int(row.work_order_id))
    }


def _options_of(reading: Reading, jobs: Sequence[Row[Any]]) -> dict[int, tuple[str, ...]]:
    """The choices of each job in words: those of the order lines that it is made for, else those it was planned with.

    Where the lines differ in what matters to no part, each is named with its own.
    """
    lines = rows(
        reading,
        "SELECT DISTINCT p.work_order_id, l.order_line_id, o.number, l.line FROM peg p"
        " JOIN requirement r ON r.requirement_id = p.requirement_id JOIN demand d ON d.demand_id = r.demand_id"
        " JOIN order_line l ON l.order_line_id = d.order_line_id JOIN customer_order o ON o.order_id = l.order_id"
        " JOIN work_order w ON w.work_order_id = p.work_order_id AND w.item_id = l.item_id"
        " WHERE p.work_order_id IN (SELECT value FROM json_each(?)) ORDER BY p.work_order_id, l.order_line_id",
        json.dumps([job.work_order_id for job in jobs]),
    )
    chosen = configurations(reading, {row.order_line_id for row in lines})
    made_for = {
        key: {f"{row.number}/{row.line}": chosen.get(row.order_line_id, ()) for row in group}
        for key, group in groupby(lines, key=lambda row: int(row.work_order_id))
    }
    planned = {job.work_order_id: in_words(reading, choices_of(job.choices)) for job in jobs}
    return {key: _told(made_for.get(key, {}), options) for key, options in planned.items()}


def _told(lines: dict[str, tuple[ChosenOption, ...]], planned: tuple[ChosenOption, ...]) -> tuple[str, ...]:
    every = set(lines.values())
    if len(every) > 1:
        return tuple(f"{name} {', '.join(_said(options))}" for name, options in lines.items())
    ordered = next(iter(every), ())
    groups = {option.group for option in ordered}
    return _said([*ordered, *(option for option in planned if option.group not in groups)])


def _said(options: Sequence[ChosenOption]) -> tuple[str, ...]:
    """As "CORD: 2M (Black cord, 2 m)": the code for the bench, the words for who is new to it."""
    return tuple(f"{each.group}: {_code_and_words(each)}" for each in options)


def _code_and_words(option: ChosenOption) -> str:
    if option.words.startswith(option.choice):  # a number with what it counts
        return option.words
    return f"{option.choice} ({option.words})" if option.words else option.choice
