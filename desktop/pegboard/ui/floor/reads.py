"""What the floor station reads, each in one go off the screen; words are ready to be shown. Never money."""

import datetime
from dataclasses import dataclass

from pegboard.domain.errors import NotFound
from pegboard.i18n import tr
from pegboard.queries import floor
from pegboard.queries.floor import AtWork, Worker
from pegboard.queries.job_detail import job_detail
from pegboard.queries.prints import find_print
from pegboard.queries.settings import settings
from pegboard.services.floor_reports import last_report
from pegboard.services.picking import approved_alternates
from pegboard.storage.store import Reading
from pegboard.ui import formats
from pegboard.ui.floor.state import Loaded, Result, Tone


@dataclass(frozen=True, slots=True)
class House:
    """What holds for the whole station: people, the shop's codes, reasons."""

    prefix: str
    people: tuple[Worker, ...]
    scrap_reasons: tuple[str, ...]
    problem_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What a person is at, and whether their last report can be taken back."""

    at: tuple[AtWork, ...]
    can_undo: bool


def house(reading: Reading) -> House:
    """Read what holds for the whole station."""
    chosen = settings(reading)
    return House(
        chosen.code_prefix,
        floor.workers(reading),
        _reasons(chosen.scrap_reasons),
        _reasons(chosen.problem_reasons),
    )


def _reasons(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def work_of(reading: Reading, person: str, now: datetime.datetime) -> Work:
    """Read what a person is at."""
    if not person:
        return Work((), False)
    return Work(floor.at_work(reading, person), last_report(reading, person, now) is not None)


def is_job(reading: Reading, number: str) -> bool:
    """Whether a job has this number."""
    from pegboard.queries.production import job_key

    return job_key(reading, number) is not None


def job(reading: Reading, number: str, print_code: str) -> Loaded:
    """Read a job, and whether the paper that was scanned still says what holds."""
    detail = job_detail(reading, number)
    if detail is None:
        return Loaded(None)
    problems = floor.open_problems(reading, number)
    if not print_code:
        return Loaded(detail, problems=problems)
    from pegboard import documents

    if not documents.is_outdated(reading, print_code):
        return Loaded(detail, problems=problems)
    kept = find_print(reading, print_code)
    words = (
        tr("Print {code} of {time}.", code=print_code, time=formats.instant(kept.printed_at))
        if kept is not None
        else tr("Print {code}.", code=print_code)
    )
    return Loaded(detail, is_old=True, old_words=words, problems=problems)


def alternates(reading: Reading, number: str, line: int) -> tuple[str, ...]:
    """Read what may stand in for a part of a job."""
    try:
        return approved_alternates(reading, number, line)
    except NotFound:
        return ()


def bin_words(reading: Reading, location: str) -> Result:
    """Say what lies at a location."""
    lies = floor.bin_contents(reading, location)
    lines = tuple(f"{formats.quantity(each.quantity)} {each.unit}  {each.item}  {each.lot}".strip() for each in lies)
    return Result(Tone.PLAIN, tr("At {location}", location=location), lines or (tr("Nothing lies here."),))


def item_words(reading: Reading, name: str) -> Result:
    """Say where an item lies, `name` being ITEM or ITEM:LOT."""
    item, _, lot = name.partition(":")
    places = floor.item_places(reading, item, lot)
    lines = tuple(f"{formats.quantity(quantity)}  {place}  {number}".strip() for place, number, quantity in places)
    return Result(Tone.PLAIN, item, lines or (tr("There is none in stock."),))


def found_words(reading: Reading, number: str) -> Result:
    """Say what a number stands for that is no job, card, bin or item."""
    from pegboard.queries.search import search

    hit = next((hit for hit in search(reading, number) if hit.number == number), None)
    if hit is None:
        return Result(
            Tone.BAD,
            tr('Nothing here is called "{code}"', code=number[:40]),
            (tr("Scan a traveler, a card or a label that was printed here."),),
        )
    return Result(Tone.PLAIN, hit.number, tuple(word for word in (hit.title, hit.detail) if word))
