"""The command sheet of the floor station: every verb, number, reason and badge as a code, to be laminated."""

from collections.abc import Sequence

from pegboard.documents.flow import Block, Choice
from pegboard.documents.fonts import shortened
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.paper import Laid, Layout, Printing
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.domain.codes import COMMAND, PERSON, ScanCode, code_text
from pegboard.domain.prints import Content
from pegboard.i18n import tr
from pegboard.queries.floor_papers import CommandSheet

_CODE = 20.0  # mm of a QR code
_ROW = 33.0
_IN_A_ROW = 5
_HEADING = 9.0

Tile = tuple[str, str, ScanCode]  # word, smaller word, code


def title_of(row: CommandSheet) -> Title:
    """Title and the name it was asked by."""
    return Title(tr("Floor station"), row.number)


def content_of(row: CommandSheet) -> Content:
    """Sheets are not counted: a worn one is printed anew."""
    return Content(row.number, {})


def lay(row: CommandSheet, furniture: Furniture, _printing: Printing) -> Laid:
    """Lay the sheet out in rows of codes under headings."""
    prefix = furniture.company.settings.code_prefix
    flow: list[Block | Choice] = []
    for heading, tiles in _groups(row):
        if tiles:
            flow.append(_heading(heading))
        for start in range(0, len(tiles), _IN_A_ROW):
            flow.append(_row(tiles[start : start + _IN_A_ROW], prefix))
    return Layout(furniture.title, flow)


def _groups(row: CommandSheet) -> list[tuple[str, list[Tile]]]:
    verbs = [
        ("START", tr("Start")),
        ("STOP", tr("Stop")),
        ("DONE", tr("Done")),
        ("SCRAP", tr("Scrap")),
        ("PROBLEM", tr("Problem")),
        ("UNDO", tr("Undo")),
        ("PARTS", tr("Parts")),
        ("SHORT", tr("Only some")),
        ("ALL", tr("All parts")),
        ("NEXT", tr("Next part")),
        ("OK", tr("OK")),
        ("BACK", tr("Back")),
        ("ANYWAY", tr("Do it anyway")),
        ("SEND", tr("Send out")),
        ("COUNT", tr("Count now")),
    ]
    numbers = [(f"+{step}", f"+{step}") for step in (1, 2, 5, 10, 50)] + [("CLEAR", tr("Clear"))]
    reasons = [_reason(row, place) for place in range(max(len(row.scrap_reasons), len(row.problem_reasons)))]
    badges = [(worker.name, "", ScanCode(PERSON, worker.badge)) for worker in row.people]
    return [
        (tr("What you do"), [(words, "", ScanCode(COMMAND, code)) for code, words in verbs]),
        (tr("How many: scan one after the other"), [(words, "", ScanCode(COMMAND, code)) for code, words in numbers]),
        (tr("Why: scrap, or problem"), reasons),
        (tr("Who"), badges),
    ]


def _reason(row: CommandSheet, place: int) -> Tile:
    scrap = row.scrap_reasons[place] if place < len(row.scrap_reasons) else ""
    problem = row.problem_reasons[place] if place < len(row.problem_reasons) else ""
    return scrap, problem if problem != scrap else "", ScanCode(COMMAND, f"R{place + 1}")


def _heading(text: str) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(0, y + 6.5, text, 12, True)
        sheet.line(0, y + 8.2, CONTENT_WIDTH, y + 8.2, 0.3)

    return Block(_HEADING, draw, keeps_next=True)


def _row(tiles: Sequence[Tile], prefix: str) -> Block:
    room = CONTENT_WIDTH / _IN_A_ROW

    def draw(sheet: Sheet, y: float) -> None:
        for place, (words, more, code) in enumerate(tiles):
            middle = room * (place + 0.5)
            sheet.qr(middle - _CODE / 2, y + 3.0, _CODE, code_text(code, prefix), "q")
            sheet.text(middle, y + 27.4, shortened(words, room - 2, 11), 11, True, "center")
            if more:
                sheet.text(middle, y + 31.2, shortened(more, room - 2, 8.5), 8.5, align="center")

    return Block(_ROW, draw)
