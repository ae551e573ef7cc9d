"""The grid of one BOM's lines: its columns, and how a draft becomes rows and rows a draft."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from pegboard.domain.bom import CyclicBom
from pegboard.domain.errors import InvalidInput
from pegboard.domain.item import BomLineDraft
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.ui import cells
from pegboard.ui.columns import Align
from pegboard.ui.completion import Choice
from pegboard.ui.entry_grid import EntryColumn, EntryRow
from pegboard.ui.items.choices import Choices

UNIT, BATCH = "unit", "batch"


class BomBeingTyped(Protocol):
    """What the cells look at."""

    @property
    def item(self) -> str:
        """The item whose BOM it is."""

    @property
    def choices(self) -> Choices:
        """What can be chosen."""

    @property
    def ways_down(self) -> Mapping[str, tuple[str, ...]]:
        """By the code of each item above, the codes from it down to the item."""


def bom_columns(bom: BomBeingTyped, today: Callable[[], datetime.date]) -> tuple[EntryColumn, ...]:
    """Return the columns; their keys are the fields of a BomLineDraft."""
    return (*_what(bom), *_how_much(), *_when_and_where(bom, today))


def _what(bom: BomBeingTyped) -> tuple[EntryColumn, ...]:
    return (
        EntryColumn(
            "component",
            tr("Component"),
            parse=lambda text, _row: acyclic(bom, component(bom, text)),
            choices=lambda _row: bom.choices.components,
            required=True,
            width=130,
            aliases=("item", "part", "sku"),
        ),
        EntryColumn("description", tr("Description"), width=150),
        EntryColumn(
            "quantity",
            tr("Qty"),
            parse=cells.quantity,
            show=cells.text_of,
            align=Align.RIGHT,
            width=60,
            help=tr("For one unit of the item, or once for a job where it is per batch."),
        ),
        EntryColumn("unit", tr("Unit"), width=44),
    )


def _how_much() -> tuple[EntryColumn, ...]:
    return (
        EntryColumn(
            "per_batch",
            tr("Per"),
            parse=_per,
            show=lambda is_batch: tr("batch") if is_batch else tr("unit"),
            keep=lambda is_batch: BATCH if is_batch else UNIT,
            choices=lambda _row: (Choice(UNIT), Choice(BATCH)),
            width=66,
            aliases=("per",),
            help=tr("A quantity per batch counts once for the whole job."),
        ),
        _number("scrap_percent", tr("Scrap %"), 62, tr("So much more is needed, in percent."), cells.not_negative),
        _number("setup_quantity", tr("Setup"), 54, tr("Added once for each job."), cells.not_negative),
        _number("rounding_multiple", tr("Round to"), 66, tr("The line is raised to the next multiple.")),
        _number("pieces_per_stock", tr("Pieces"), 56, tr("Instead of a quantity: so many are cut from one."), _pieces),
    )


def _number(key: str, title: str, width: int, words: str, parse: cells.Parse = cells.quantity) -> EntryColumn:
    return EntryColumn(key, title, parse=parse, show=cells.text_of, align=Align.RIGHT, width=width, help=words)


def _when_and_where(bom: BomBeingTyped, today: Callable[[], datetime.date]) -> tuple[EntryColumn, ...]:
    read_day = cells.day(today)
    return (
        EntryColumn(
            "operation",
            tr("Step"),
            parse=cells.whole(1),
            show=cells.text_of,
            align=Align.RIGHT,
            width=46,
            help=tr("The operation at which it is used."),
        ),
        EntryColumn("position", tr("Position"), parse=cells.plain, width=90),
        EntryColumn(
            "option",
            tr("Option"),
            parse=cells.option(lambda: bom.choices.options),
            choices=lambda _row: bom.choices.options,
            width=110,
            help=tr(
                "Used only where the order chose it, as COLOUR=RED; CORD=1..5/0.5 takes it as often as the number."
            ),
        ),
        EntryColumn(
            "alternates",
            tr("Alternates"),
            parse=lambda text, row: _alternates(bom, text, row),
            show="; ".join,
            choices=lambda _row: bom.choices.components,
            width=120,
            help=tr("Items that may stand in, the best first, with ; between them."),
        ),
        EntryColumn("valid_from", tr("From"), parse=read_day, show=cells.iso, width=86, is_day=True),
        EntryColumn("valid_to", tr("To"), parse=_end(read_day), show=cells.iso, width=86, is_day=True),
    )


def _per(text: str, _row: EntryRow) -> bool:
    wanted = text.casefold()
    for value, words in ((False, (UNIT, tr("unit"))), (True, (BATCH, tr("batch")))):
        if any(word.startswith(wanted) for word in words):
            return value
    raise InvalidInput(tr("It is per unit or per batch."))


def _pieces(text: str, row: EntryRow) -> Quantity:
    if row.text("quantity"):
        raise InvalidInput(tr("Give a quantity or pieces, not both."))
    return cells.quantity(text, row)


def component(bom: BomBeingTyped, text: str) -> str:
    """Read the code of an item."""
    found = bom.choices.items.get(text)
    if found is not None:
        return found.code
    return str(cells.code(tr("item"), lambda: bom.choices.components)(text, EntryRow(0)))


def acyclic(bom: BomBeingTyped, code: str) -> str:
    """Refuse a component that the item itself goes into, naming the cycle."""
    if code == bom.item:
        raise InvalidInput(str(CyclicBom((code, code))))
    if code in bom.ways_down:
        raise InvalidInput(str(CyclicBom((bom.item, *bom.ways_down[code], bom.item))))
    return code


def _alternates(bom: BomBeingTyped, text: str, row: EntryRow) -> tuple[str, ...]:
    found = tuple(acyclic(bom, component(bom, part.strip())) for part in text.split(";") if part.strip())
    if row.value("component") in found:
        raise InvalidInput(tr("{code} cannot stand in for itself.", code=row.value("component")))
    if len(set(found)) < len(found):
        raise InvalidInput(tr("An alternate is named twice."))
    return found


def _end(read_day: cells.Parse) -> cells.Parse:
    def parse(text: str, row: EntryRow) -> datetime.date:
        found: datetime.date = read_day(text, row)
        start = row.value("valid_from")
        if start is not None and found < start:
            raise InvalidInput(tr("It cannot end before it begins."))
        return found

    return parse


# --- a draft as rows, rows as a draft


def line_texts(lines: Sequence[BomLineDraft]) -> list[dict[str, str]]:
    """Write BOM lines into rows; what is as usual is blank."""
    return [
        {
            "component": line.component,
            "quantity": cells.text_of(line.quantity),
            "per_batch": BATCH if line.per_batch else "",
            "scrap_percent": cells.unless_nothing(line.scrap_percent),
            "setup_quantity": cells.unless_nothing(line.setup_quantity),
            "rounding_multiple": cells.text_of(line.rounding_multiple),
            "pieces_per_stock": cells.text_of(line.pieces_per_stock),
            "operation": cells.text_of(line.operation),
            "position": line.position,
            "option": f"{line.option_group}={line.option_choice}" if line.option_group else "",
            "alternates": "; ".join(line.alternates),
            "valid_from": cells.text_of(line.valid_from),
            "valid_to": cells.text_of(line.valid_to),
        }
        for line in lines
    ]


def read_lines(rows: Sequence[EntryRow]) -> tuple[BomLineDraft, ...]:
    """Read BOM lines from rows."""
    return tuple(_line(row) for row in rows)


def _line(row: EntryRow) -> BomLineDraft:
    group, _sign, choice = str(row.value("option") or "").partition("=")
    given: dict[str, Any] = {
        key: row.value(key)
        for key in ("quantity", "pieces_per_stock", "rounding_multiple", "operation", "valid_from", "valid_to")
    }
    return BomLineDraft(
        component=row.value("component") or row.text("component"),
        per_batch=bool(row.value("per_batch")),
        scrap_percent=row.value("scrap_percent") or Quantity(0),
        setup_quantity=row.value("setup_quantity") or Quantity(0),
        position=row.value("position") or "",
        option_group=group,
        option_choice=choice,
        alternates=tuple(row.value("alternates") or ()),
        **given,
    )
