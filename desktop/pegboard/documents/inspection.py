"""The inspection zone of a traveler: what is measured, what it should be, and boxes for what it is.

A line of an operation's instructions that begins with "Check:" is one characteristic: `Check: width; 220; ±0.5;
caliper`. Without such lines there is an empty zone to fill by hand, where the page has room.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.documents.table import Cell, Column, Table, Words, pen_box
from pegboard.i18n import tr
from pegboard.queries.travelers import Traveler

RESULTS = 5  # boxes for measured values
EMPTY_ROWS = 3
_CHECK = re.compile(r"\s*check\s*:\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Check:
    """One characteristic: of which operation, its name, nominal value, tolerance, gauge."""

    operation: int | None
    name: str
    nominal: str = ""
    tolerance: str = ""
    gauge: str = ""


def checks_of(row: Traveler) -> tuple[Check, ...]:
    """The characteristics that a job's instructions name."""
    found = []
    for step in row.operations:
        for line in step.instructions.splitlines():
            match = _CHECK.fullmatch(line)
            if match:
                parts = [part.strip() for part in match[1].split(";")][:4]
                found.append(Check(step.sequence, *parts))
    return tuple(found)


def without_checks(instructions: str) -> str:
    """Instructions without the lines that stand in the inspection zone."""
    return "\n".join(line for line in instructions.splitlines() if not _CHECK.fullmatch(line))


def inspection(row: Traveler) -> list[Block | Choice]:
    """The zone: one row for each characteristic, and who measured; empty rows only where they fit."""
    checks = checks_of(row)
    table = _table()
    rows = [table.row(_cells(check)) for check in checks or [Check(None, "")] * EMPTY_ROWS]
    blocks = [space(3, keeps_next=True), table.head, *rows, _signed()]
    rows[-1].keeps_next = True
    return list(blocks) if checks else [Choice(blocks)]


def _table() -> Table:
    boxes = 68.0 / RESULTS
    return Table(
        (
            Column(tr("Op"), 11, "right"),
            Column(tr("Inspect"), 45),
            Column(tr("Nominal"), 22),
            Column(tr("Tolerance"), 22),
            Column(tr("Gauge"), 22),
            *(Column(str(place), boxes, "center") for place in range(1, RESULTS + 1)),
        ),
        least=8.0,
    )


def _cells(check: Check) -> Sequence[Cell]:
    return (
        str(check.operation or ""),
        [Words(check.name, 9.5, True, most=2)],
        check.nominal,
        check.tolerance,
        [Words(check.gauge, 9, most=2)],
        *[pen_box()] * RESULTS,
    )


def _signed() -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        third = CONTENT_WIDTH / 3
        sheet.box(0, y, CONTENT_WIDTH, 8, 0.2)
        for place, label in enumerate((tr("Inspected by"), tr("Date"), tr("Accepted  /  not accepted"))):
            sheet.text(place * third + 1.5, y + 3.4, label, 8, True)
            if place:
                sheet.line(place * third, y, place * third, y + 8, 0.15)

    return Block(8.5, draw)
