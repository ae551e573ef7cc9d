"""The job traveler: goes with the job through the shop; what to make, for whom, in which steps, with room to sign.

Read at arm's length on a bench: number 28 pt, quantity 24 pt, item and revision 20 pt. No prices.
"""

from collections.abc import Sequence

from pegboard.documents.codes import SMALLEST_QR
from pegboard.documents.drawings import drawing_blocks
from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.fonts import line_height, wrapped
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import NEXT_HEAD_HEIGHT, Furniture, Title
from pegboard.documents.inspection import inspection, without_checks
from pegboard.documents.paper import Laid, Printing
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.documents.table import Cell, Column, Drawn, Table, Words, pen_box
from pegboard.documents.traveler_head import TravelerHead
from pegboard.domain.codes import WORK_ORDER
from pegboard.domain.prints import Content
from pegboard.i18n import tr
from pegboard.queries.travelers import Traveler, TravelerOperation, UsedComponent

_CODE_COLUMN = 29.0
_QUIET = 2.3  # four modules of the smallest symbol at 12 mm
_ROOMY = SMALLEST_QR + _QUIET + 0.4  # row height at which codes stand one below the other
_DENSE = 9.6  # and at which they alternate between two lanes
_SPILL = SMALLEST_QR + _QUIET + 1.2 - _DENSE  # how far the last code of the dense form reaches below its row
MOST_NOTE_LINES = 8
_MOST_INSTRUCTIONS = 45  # lines of one operation, which must stand on one page
_MOST_USED = 5  # components named beside their operation


def title_of(row: Traveler) -> Title:
    """Title and number; a job that is not released, or no more, must not be acted on."""
    watermark = {"planned": tr("NOT RELEASED"), "cancelled": tr("CANCELLED")}.get(row.state, "")
    return Title(tr("Job traveler"), row.number, WORK_ORDER, watermark, row.revision)


def content_of(row: Traveler) -> Content:
    """What the traveler says; where parts lie, what has been done so far and a photograph are no part of it."""
    lines: dict[str, tuple[str, ...]] = {
        "item": (row.item, row.description, row.unit, row.drawing, *row.options),
        "revision": (row.revision,),
        "quantity": (str(row.quantity), str(row.start_quantity), str(row.surplus), row.surplus_reason),
        "dates": (str(row.start), str(row.due)),
        "pulled": tuple(f"{puller.name} {puller.promised or ''}".strip() for puller in row.pulled.demands),
        "parents": tuple(f"{parent.number} {parent.quantity}" for parent in row.pulled.parents),
        "children": tuple(f"{child.number} {child.quantity}" for child in row.children),
        "note": (row.note,),
    }
    for step in row.operations:
        used = [f"{part.item} {part.quantity}" for part in step.used]
        lines[f"op {step.sequence}"] = (
            step.place,
            step.description,
            step.instructions,
            str(step.setup),
            str(step.run),
            *used,
        )
    for place, part in enumerate(row.used, 1):
        lines[f"part {place}"] = (part.item, str(part.quantity), part.alternate_for)
    if row.drawings:
        lines["drawing"] = tuple(f"{file.content_hash} {file.revision}".strip() for file in row.drawings)
    return Content(row.number, lines, is_draft=bool(title_of(row).watermark))


def lay(row: Traveler, furniture: Furniture, printing: Printing) -> Laid:
    """Lay the traveler out; codes alternate between two lanes where that keeps it on one page."""
    formats = furniture.company.formats
    head = TravelerHead(row, furniture, formats)
    room = printing.paper.content_height - head.head_height
    before = _note(row)
    closing = [space(2.5, keeps_next=True), _close_boxes(row)]
    fixed = sum(block.height for block in (*before, *closing))
    operations = _operations(row, furniture, formats, dense=False)
    if fixed + sum(block.height for block in operations) > room:
        dense = _operations(row, furniture, formats, dense=True)
        operations = dense if fixed + sum(block.height for block in dense) <= room else operations
    flow: list[Block | Choice] = [*before, *operations, *closing]
    flow += _components(row, formats)
    flow += _gone(furniture)
    flow += inspection(row)
    flow.append(Choice([space(3), _problem_box()]))
    flow += _drawings(row, formats, printing)
    head.flow = flow
    return head


def _drawings(row: Traveler, formats: Formats, printing: Printing) -> list[Block]:
    """The pages of its drawings, each stamped with the job, its revision and the moment of the print."""
    stamp = tr("{number} rev {revision}", number=row.number, revision=row.revision or "-")
    day, time = formats.day(printing.now.astimezone().date()), formats.clock_time(printing.now)
    printed = tr("printed {day} {time}", day=day, time=time)
    height = printing.paper.content_height - NEXT_HEAD_HEIGHT - 1.0
    return [block for file in row.drawings for block in drawing_blocks(file, stamp, printed, height)]


def _note(row: Traveler) -> list[Block]:
    if not row.note.strip():
        return []
    lines = wrapped(row.note.strip(), CONTENT_WIDTH - 30, 10)
    shown, rest = lines[:MOST_NOTE_LINES], lines[MOST_NOTE_LINES:]
    blocks = [_note_box(shown, tr("Instructions")), space(2)]
    for start in range(0, len(rest), 40):
        blocks += [_note_box(rest[start : start + 40], tr("Instructions, continued")), space(2)]
    return blocks


def _note_box(lines: Sequence[str], label: str) -> Block:
    height = len(lines) * line_height(10) + 3

    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(0, y, CONTENT_WIDTH, height, 0.3)
        for place, part in enumerate(wrapped(label, 24, 8.5, True)):
            sheet.text(2, y + 4.6 + place * 3.6, part, 8.5, True)
        for place, line in enumerate(lines):
            sheet.text(28, y + 4.8 + place * line_height(10), line, 10)

    return Block(height, draw, mark="note")


def _operations(row: Traveler, furniture: Furniture, formats: Formats, *, dense: bool) -> list[Block]:
    if not row.operations:
        return []
    has_codes = bool(furniture.code())
    columns = (
        Column(tr("Op"), 11),
        Column(tr("Work center"), 25),
        Column(tr("What to do"), 59 if has_codes else 59 + _CODE_COLUMN),
        Column(tr("Std time"), 17),
        Column(tr("Good"), 16, "center"),
        Column(tr("Scrap"), 15, "center"),
        Column(tr("By, date"), 18, "center"),
    )
    code_column = (Column("", _CODE_COLUMN),) if has_codes else ()
    lines = CONTENT_WIDTH - _CODE_COLUMN if has_codes else CONTENT_WIDTH
    least = 0.0 if not has_codes else _DENSE if dense else _ROOMY
    table = Table((*columns, *code_column), least=max(least, _DENSE), lines=lines)
    blocks = [table.head]
    for place, step in enumerate(row.operations):
        cells: list[Cell] = _operation_cells(step, formats)
        if has_codes:
            cells.append(_operation_code(furniture.code(step.sequence), place % 2 if dense else None))
        is_last = step is row.operations[-1]
        blocks.append(table.row(cells, mark=f"op {step.sequence}", keeps_next=is_last))
    if has_codes and dense:
        blocks.append(space(_SPILL, keeps_next=True))
    return blocks


def _operation_cells(step: TravelerOperation, formats: Formats) -> list[Cell]:
    place = [Words(step.place, 10, True, whole=True, most=3)]
    if step.is_subcontracted:
        place.append(Words(tr("outside, {line}", line=step.purchase) if step.purchase else tr("outside"), 8, most=2))
    elif step.place_description and step.place_description != step.place:
        place.append(Words(step.place_description, 8, most=2))
    work = [
        Words(step.description, 10, True, most=3),
        Words(without_checks(step.instructions), 9, most=_MOST_INSTRUCTIONS),
    ]
    if step.used:
        work.append(Words(_used_words(step.used, formats), 8.5, most=3))
    return [[Words(str(step.sequence), 12, True, whole=True)], place, work, _time(step, formats), *[pen_box()] * 3]


def _used_words(used: Sequence[UsedComponent], formats: Formats) -> str:
    """Uses 5 ARM, 2.5 m CORD and 3 more."""
    parts = [
        f"{formats.quantity(part.quantity, '' if part.unit == 'ea' else part.unit)} {part.item}".replace(" ", "\u00a0")
        for part in used[:_MOST_USED]
    ]
    if len(used) > _MOST_USED:
        return tr("Uses {parts} and {count} more", parts=", ".join(parts), count=len(used) - _MOST_USED)
    return tr("Uses {parts}", parts=", ".join(parts))


def _time(step: TravelerOperation, formats: Formats) -> Cell:
    if step.is_subcontracted or not step.total:
        return ""
    setup, run = formats.number(str(step.setup)), formats.number(str(step.run))
    detail = tr("{setup} + {run} each", setup=setup, run=run) if step.setup else tr("{run} each", run=run)
    return [
        Words(formats.minutes(step.total), 10, True, whole=True),
        Words(detail if step.run else "", 7.5, whole=True),
    ]


def _operation_code(code: str, lane: int | None) -> Drawn:
    """The code of an operation: in the middle, or in one of two lanes and then reaching below its row."""

    def draw(sheet: Sheet, x: float, y: float, wide: float, high: float) -> None:
        left = x + (wide - SMALLEST_QR) / 2 if lane is None else x + _QUIET + lane * (SMALLEST_QR + _QUIET)
        top = y + (_ROOMY - SMALLEST_QR) / 2 if lane is None else y + 1.2
        sheet.qr(left, top, SMALLEST_QR, code)

    return Drawn(0.0, draw)


def _close_boxes(row: Traveler) -> Block:
    boxes = (tr("Total good"), tr("Total scrap"), tr("To bin / ship"), tr("Closed by"), tr("Date"))
    room = CONTENT_WIDTH / len(boxes)
    height = 13.0

    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(0, y, CONTENT_WIDTH, height, 0.4)
        for place, label in enumerate(boxes):
            if place:
                sheet.line(place * room, y, place * room, y + height, 0.2)
            sheet.text(place * room + 1.5, y + 3.4, label, 8, True)
        target = tr("of {quantity}", quantity=f"{row.quantity} {row.unit}")
        sheet.text(room - 1.5, y + height - 1.8, target, 8, align="right")

    return Block(height, draw)


def _components(row: Traveler, formats: Formats) -> list[Block | Choice]:
    """The parts of the job where they fit below, else where to find them."""
    if not row.used:
        if not row.has_issued_components:
            return []
        return [Choice([space(3), _sentence(tr("The components of this job were issued before."))])]
    table = Table(
        (
            Column(tr("Component"), 46),
            Column(tr("Description"), 66),
            Column(tr("Op"), 12, "right"),
            Column(tr("Quantity"), 28, "right"),
            Column(tr("From"), 38),
        )
    )
    rows = [
        table.row(
            (
                [Words(part.item, 9, True, most=2)],
                [Words(part.description, 9, most=2), Words(_alternate(part), 8.5)],
                str(part.operation or ""),
                [Words(formats.quantity(part.quantity, part.unit), 10, True)],
                [Words(", ".join(part.places), 9, most=2), Words(_short(part, formats), 9, True)],
            ),
            mark=f"part {place}",
        )
        for place, part in enumerate(row.used, 1)
    ]
    told = _sentence(tr("{count} components: see the pick list of {number}.", count=len(rows), number=row.number))
    return [Choice([space(3), table.head, *rows], [Block(2, lambda _sheet, _y: None), told])]


def _short(part: UsedComponent, formats: Formats) -> str:
    return tr("SHORT {quantity}", quantity=formats.quantity(part.short, part.unit)) if part.short else ""


def _alternate(part: UsedComponent) -> str:
    return tr("instead of {item}", item=part.alternate_for) if part.alternate_for else ""


def _sentence(text: str) -> Block:
    return Block(5, lambda sheet, y: sheet.text(0, y + 3.6, text, 9))


def _gone(furniture: Furniture) -> list[Block | Choice]:
    """What the superseded print had and this one has not."""
    steps = [key.removeprefix("op ") for key in furniture.mark.gone if key.startswith("op ")]
    if not steps:
        return []
    text = tr(
        "No longer done since print {code}: operation {steps}.",
        code=furniture.mark.supersedes,
        steps=", ".join(steps),
    )
    return [_sentence(text)]


def _problem_box() -> Block:
    height = 24.0
    columns = ((tr("What went wrong"), 88.0), (tr("Quantity"), 26.0), (tr("Use  /  rework  /  scrap"), 46.0))
    last = tr("Decided by")

    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(0, y, CONTENT_WIDTH, height, 0.2)
        x = 0.0
        for label, room in (*columns, (last, 0.0)):
            sheet.text(x + 1.5, y + 3.5, label, 8, True)
            x += room
            if room:
                sheet.line(x, y, x, y + height, 0.15)
        for below in (5.0, 14.5):
            sheet.line(0, y + below, CONTENT_WIDTH, y + below, 0.15)

    return Block(height, draw)
