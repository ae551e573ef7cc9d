"""Reads what the papers of the floor say: the places of a count, and who and what the command sheet has codes for."""

from collections.abc import Sequence
from dataclasses import dataclass

from pegboard.queries.counts import CountLine, CountRow, count_lines, count_named
from pegboard.queries.floor import Worker, workers
from pegboard.queries.settings import settings
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class CountSheet:
    """A count with its places; what the books say stays out of it, since people count blind."""

    count: CountRow
    lines: tuple[CountLine, ...]


@dataclass(frozen=True, slots=True)
class CommandSheet:
    """The laminated sheet beside the scanner: people, and reasons by their place."""

    number: str
    people: tuple[Worker, ...]
    scrap_reasons: tuple[str, ...]
    problem_reasons: tuple[str, ...]


def count_sheets(reading: Reading, numbers: Sequence[str]) -> tuple[CountSheet, ...]:
    """Return the sheets of these counts. NotFound for an unknown one."""
    return tuple(CountSheet(count_named(reading, number), count_lines(reading, number)) for number in numbers)


def command_sheets(reading: Reading, numbers: Sequence[str]) -> tuple[CommandSheet, ...]:
    """Return the command sheet, once for each name that it is asked by."""
    chosen = settings(reading)
    people = workers(reading)
    scrap, problem = _reasons(chosen.scrap_reasons), _reasons(chosen.problem_reasons)
    return tuple(CommandSheet(number, people, scrap, problem) for number in numbers)


def _reasons(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())[:5]
