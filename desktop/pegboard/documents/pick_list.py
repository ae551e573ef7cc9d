"""The component pick list of a job, or of a wave of jobs: bin by bin, then what is still to come and what is short."""

from collections.abc import Sequence
from itertools import groupby

from pegboard.documents.codes import SMALLEST_QR
from pegboard.documents.flow import Block, Choice, space
from pegboard.documents.fonts import fitting_size, line_height, shortened, wrapped
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import HEAD_HEIGHT, Furniture, Title
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.documents.pull_words import puller_words, short_puller_words
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.documents.table import Cell, Column, Drawn, Table, Words, pen_box, tick_box
from pegboard.domain.codes import LOCATION, WORK_ORDER, ScanCode, code_text
from pegboard.domain.prints import Content
from pegboard.i18n import tr
from pegboard.queries.pick_lists import PickJob, PickLine, PickList

_BIN_ROOM = 34.0
_OPERATION = 10.0
_QUIET = 2.4  # four modules of the smallest symbol at 12 mm
_LEAST_BIN = SMALLEST_QR + 2 * _QUIET
_MOST_HEIGHT = 60.0  # mm of one bin in one piece: more would leave half a page empty
_MOST_TOTES = 4  # columns for the jobs of a wave; a larger one names the jobs in words


def title_of(row: PickList) -> Title:
    """Title and number; parts of a job that is not released must not be picked."""
    is_wave = len(row.jobs) > 1
    is_planned = any(job.state == "planned" for job in row.jobs)
    is_cancelled = any(job.state == "cancelled" for job in row.jobs)
    watermark = tr("CANCELLED") if is_cancelled else tr("NOT RELEASED") if is_planned else ""
    if is_wave:
        return Title(tr("Pick list, wave of {count} jobs", count=len(row.jobs)), row.short_number, "", watermark)
    return Title(tr("Pick list"), row.number, WORK_ORDER, watermark, row.jobs[0].revision)


def content_of(row: PickList) -> Content:
    """What is to be picked; how much remains in the bins afterwards is no part of it."""
    lines = {
        f"job {job.number}": (job.item, str(job.quantity), str(job.due), *map(short_puller_words, job.pulled))
        for job in row.jobs
    }
    for line in row.lines:
        shares = [f"{job} {quantity}" for job, quantity in line.jobs]
        lines[mark_of(line)] = (str(line.quantity), str(line.due or ""), line.alternate_for, *shares)
    return Content(row.number, lines, is_draft=bool(title_of(row).watermark))


def mark_of(line: PickLine) -> str:
    """The name of a line in the content."""
    place = (line.source, line.location, line.lot, line.supply, line.item, str(line.operation or ""))
    return "pick " + "|".join(place)


def lay(row: PickList, furniture: Furniture, printing: Printing) -> Laid:
    """Lay the list out."""
    formats = furniture.company.formats
    stock = [line for line in row.lines if line.source == "stock"]
    coming = [line for line in row.lines if line.source in ("purchase", "work_order")]
    short = [line for line in row.lines if line.source == "short"]
    flow: list[Block | Choice] = [*_job_band(row, formats), space(2)]
    if stock:
        flow += _bins(stock, row, furniture, formats)
    flow += _waiting(coming, short, row, formats)
    if not row.lines:
        flow.append(_sentence(_nothing_words(row)))
    flow += [space(3), _foot(len(short))]
    return Layout(furniture.title, flow, HEAD_HEIGHT - 0.5)


def _nothing_words(row: PickList) -> str:
    if any(job.has_issued_components for job in row.jobs):
        return tr("The components were issued before; nothing is left to pick.")
    return tr("Nothing is left to pick.")


def _job_band(row: PickList, formats: Formats) -> list[Block]:
    if len(row.jobs) == 1:
        return [_one_job(row.jobs[0], formats)]
    table = Table(
        (
            Column(tr("Tote"), 12, "center"),
            Column(tr("Job"), 34),
            Column(tr("Item"), 50),
            Column(tr("Quantity"), 24, "right"),
            Column(tr("Start by"), 24),
            Column(tr("Pulled by"), 46),
        )
    )
    rows = [
        table.row(
            (
                [Words(_tote(place), 12, True)],
                [Words(job.number, 10, True, whole=True)],
                [Words(job.item, 9, True, most=2)],
                [Words(formats.quantity(job.quantity, job.unit), 9)],
                [Words(formats.short_day(job.start), 9)],
                [Words(", ".join(map(short_puller_words, job.pulled)), 9, most=2)],
            ),
            mark=f"job {job.number}",
        )
        for place, job in enumerate(row.jobs)
    ]
    return [table.head, *rows, space(2)]


def _tote(place: int) -> str:
    """A, B ... Z, AA: the tote of the wave's first, second ... job."""
    first, last = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _one_job(job: PickJob, formats: Formats) -> Block:
    pulled = [puller_words(puller, formats) for puller in job.pulled[:2]]
    if len(job.pulled) > 2:
        pulled[-1] += "; " + tr("and {count} more", count=len(job.pulled) - 2)
    height = 14.0 + len(pulled) * 4.4

    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(0, y, CONTENT_WIDTH, height, 0.4)
        made = tr("for {quantity}", quantity=formats.quantity(job.quantity, job.unit))
        sheet.text(2.5, y + 6.4, job.item, fitting_size(job.item, 118, 15, 9, True), True)
        sheet.text(2.5, y + 11.4, shortened(job.description, 118, 10), 10)
        right = CONTENT_WIDTH - 2.5
        sheet.text(right, y + 6.4, made, fitting_size(made, 62, 14, 9, True), True, "right")
        dates = tr("start by {start}, due {due}", start=formats.short_day(job.start), due=formats.short_day(job.due))
        sheet.text(right, y + 11.4, dates, 10, align="right")
        for place, text in enumerate(pulled):
            label = tr("Pulled by") if not place else ""
            sheet.text(2.5, y + 16 + place * 4.4, label, 9, True)
            sheet.text(22, y + 16 + place * 4.4, shortened(text, CONTENT_WIDTH - 26, 9.5), 9.5)

    return Block(height, draw, mark=f"job {job.number}")


def _bins(lines: Sequence[PickLine], row: PickList, furniture: Furniture, formats: Formats) -> list[Block]:
    is_wave = len(row.jobs) > 1
    totes = {job.number: _tote(place) for place, job in enumerate(row.jobs)}
    has_lots = any(line.lot or line.expires for line in lines)
    table = _bin_table(row, has_lots=has_lots)
    blocks = [_bins_head(table.head)]
    by_bin = [(code, list(group)) for code, group in groupby(lines, key=lambda line: line.location)]
    for code, group in by_bin:
        piece: list[Block] = []
        is_first = True
        for line in group:
            used = sum(row.height for row in piece)
            if used > _MOST_HEIGHT:
                blocks.append(_bin(code, piece, furniture, blocks[0], is_first=is_first))
                piece, used, is_first = [], 0.0, False
            room = _LEAST_BIN - used if line is group[-1] else 0.0
            cells = _bin_cells(line, formats, totes if is_wave else {}, has_lots=has_lots)
            piece.append(table.row(cells, mark=mark_of(line), least=room))
        blocks.append(_bin(code, piece, furniture, blocks[0], is_first=is_first))
    return blocks


def _bin_table(row: PickList, *, has_lots: bool) -> Table:
    totes = len(row.jobs) if 1 < len(row.jobs) <= _MOST_TOTES else 0
    shares = 24.0 if len(row.jobs) > _MOST_TOTES else 0.0
    tote_columns = [Column(_tote(place), 12, "right") for place in range(totes)]
    named = (Column(tr("For"), shares),) if shares else ()
    after = 0.0 if totes or shares else 20.0
    left = (Column(tr("Left after"), after, "right"),) if after else ()
    lots = (Column(tr("Lot"), 26),) if has_lots else ()
    rest = CONTENT_WIDTH - _BIN_ROOM - 28 - 26 * len(lots) - 14 - 20 - totes * 12 - shares - after
    return Table(
        (
            Column(tr("Item"), rest - _OPERATION),
            Column(tr("Op"), _OPERATION, "right"),
            Column(tr("Pick"), 28, "right"),
            *tote_columns,
            *named,
            *lots,
            *left,
            Column(tr("Picked"), 14, "center"),
            Column(tr("Short"), 20, "center"),
        ),
        left=_BIN_ROOM,
        least=9.5,
    )


def _bins_head(head: Block) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        head.draw(sheet, y)
        sheet.text(0, y + 3.7, tr("Bin"), 8, True)
        sheet.line(0, y + head.height, _BIN_ROOM, y + head.height, 0.4)

    return Block(head.height, draw, keeps_next=True)


def _bin_cells(line: PickLine, formats: Formats, totes: dict[str, str], *, has_lots: bool) -> list[Cell]:
    shares = {totes[job]: quantity for job, quantity in line.jobs} if totes else {}
    middle: list[Cell] = []
    if 1 < len(totes) <= _MOST_TOTES:
        middle = [[Words(formats.quantity(shares[tote]) if tote in shares else "–", 10)] for tote in totes.values()]
    elif totes:
        words = ", ".join(f"{tote}\u00a0{formats.quantity(quantity)}" for tote, quantity in shares.items())
        middle = [[Words(words, 9)]]
    lot = [Words(line.lot, 9, True, most=2)]
    if line.expires:
        lot.append(Words(tr("until {day}", day=formats.short_day(line.expires)), 8))
    left: list[Cell] = [] if totes else [[Words(formats.quantity(line.left, line.unit) if line.left else "0", 9)]]
    quantity = [Words(formats.quantity(line.quantity, line.unit), 14, True, whole=True)]
    if totes and line.left is not None:
        quantity.append(Words(tr("{quantity} left after", quantity=formats.quantity(line.left)), 8))
    lots: list[Cell] = [lot] if has_lots else []
    return [_item_words(line), _operation(line), quantity, *middle, *lots, *left, tick_box(), pen_box()]


def _item_words(line: PickLine) -> list[Words]:
    words = [Words(line.item, 11, True, whole=True, most=2), Words(line.description, 9, most=2)]
    if line.alternate_for:
        words.append(Words(tr("instead of {item}", item=line.alternate_for), 9, True))
    return [*words, Words(line.position, 8.5, most=2)]


def _operation(line: PickLine) -> list[Words]:
    return [Words(str(line.operation or ""), 9)]


def _bin(code: str, rows: Sequence[Block], furniture: Furniture, head: Block, *, is_first: bool) -> Block:
    """All rows of one bin, its name and code beside them; stays in one piece."""
    name = wrapped(code, _BIN_ROOM - SMALLEST_QR - _QUIET - 2, 11, True, 3)
    height = max(sum(row.height for row in rows), _LEAST_BIN)
    scan = code_text(ScanCode(LOCATION, code), furniture.company.settings.code_prefix)

    def draw(sheet: Sheet, y: float) -> None:
        for place, part in enumerate(name):
            sheet.text(0, y + 5 + place * line_height(11), part, 11, True)
        if not is_first:
            sheet.text(0, y + 5 + len(name) * line_height(11), tr("continued"), 8)
        if not furniture.title.watermark:
            sheet.qr(_BIN_ROOM - SMALLEST_QR - _QUIET, y + _QUIET, SMALLEST_QR, scan)
        below = y
        for row in rows:
            row.draw(sheet, below)
            if furniture.mark.has_changed(row.mark):
                sheet.fill(-4, below + 0.5, 1.2, row.height - 1)
            below += row.height
        sheet.shade(0, y + height - 0.15, CONTENT_WIDTH, 0.3, 0.0)

    return Block(height, draw, head)


def _waiting(
    coming: Sequence[PickLine], short: Sequence[PickLine], row: PickList, formats: Formats
) -> list[Block | Choice]:
    if not coming and not short:
        return []
    totes = {job.number: _tote(place) for place, job in enumerate(row.jobs)} if len(row.jobs) > 1 else {}
    table = Table(
        (
            Column(tr("Not in stock yet"), 58),
            Column(tr("Item"), 58),
            Column(tr("Op"), _OPERATION, "right"),
            Column(tr("Quantity"), 30, "right"),
            Column(tr("Picked"), 14, "center"),
            Column(tr("Short"), 20, "center"),
        ),
        least=9.5,
    )
    rows = [
        table.row(
            (
                _short_sign() if line.source == "short" else _supply_words(line, formats),
                [*_item_words(line), Words(_share_words(line, totes, formats), 8.5)],
                _operation(line),
                [Words(formats.quantity(line.quantity, line.unit), 12, True, whole=True)],
                tick_box(),
                pen_box(),
            ),
            mark=mark_of(line),
        )
        for line in (*coming, *short)
    ]
    return [space(3), table.head, *rows]


def _share_words(line: PickLine, totes: dict[str, str], formats: Formats) -> str:
    shares = ", ".join(f"{totes[job]}\u00a0{formats.quantity(quantity)}" for job, quantity in line.jobs if job in totes)
    return tr("for {jobs}", jobs=shares) if shares else ""


def _supply_words(line: PickLine, formats: Formats) -> list[Words]:
    arrival = tr("due {day}", day=formats.day(line.due)) if line.due else ""
    return [Words(line.supply, 10, True, whole=True), Words(line.supplier, 9, most=1), Words(arrival, 9)]


def _short_sign() -> Drawn:
    def draw(sheet: Sheet, x: float, y: float, _wide: float, _high: float) -> None:
        sheet.triangle(x + 1.2, y + 2.2, 4, up=False)
        sheet.text(x + 7, y + 5.8, tr("SHORT"), 11, True)
        sheet.text(x + 7, y + 9.3 if _high > 11 else y + 5.8 + 3.2, tr("no supply yet"), 8)

    return Drawn(9.5, draw)


def _sentence(text: str) -> Block:
    return Block(7, lambda sheet, y: sheet.text(0, y + 5, text, 10))


def _foot(shorts: int) -> Block:
    boxes = (tr("Picked by"), tr("Begun"), tr("Finished"), tr("Lines short"))
    room = CONTENT_WIDTH / len(boxes)
    height = 13.0

    def draw(sheet: Sheet, y: float) -> None:
        sheet.box(0, y, CONTENT_WIDTH, height, 0.4)
        for place, label in enumerate(boxes):
            if place:
                sheet.line(place * room, y, place * room, y + height, 0.2)
            sheet.text(place * room + 1.5, y + 3.4, label, 8, True)
        if shorts:
            sheet.text(CONTENT_WIDTH - 1.5, y + height - 1.8, tr("known: {count}", count=shorts), 8, align="right")

    return Block(height, draw)
