"""What stands on every page: above, company, title, number and code; below, the identity of the print."""

import datetime
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pegboard.documents.codes import SMALLEST_QR
from pegboard.documents.fonts import fitting_size, shortened, width, wrapped
from pegboard.documents.formats import Formats, formats_of
from pegboard.documents.sheet import CONTENT_WIDTH, PaperSize, Sheet
from pegboard.domain.codes import ScanCode, code_text
from pegboard.domain.prints import PrintMark
from pegboard.i18n import tr
from pegboard.queries.settings import Settings

HEAD_HEIGHT = 31.5
NEXT_HEAD_HEIGHT = 18.0
_COMPANY_HEIGHT = 27.0
_CODE = 22.0
_NEXT_CODE = 14.0


@dataclass(frozen=True, slots=True)
class Company:
    """Whose paper it is: its settings and its logo's picture, if any."""

    settings: Settings
    logo: bytes | None = None

    @property
    def formats(self) -> Formats:
        """How the company writes days and numbers."""
        return formats_of(self.settings.number_locale)

    @property
    def image(self) -> Any:
        """The logo for reportlab, or None: a paper without it is better than none."""
        from reportlab.lib.utils import ImageReader

        try:
            image = ImageReader(BytesIO(self.logo)) if self.logo else None
            if image is not None:
                image.getRGBData()  # unpacked here, where a damaged one can still be left out
        except (OSError, ValueError, SyntaxError):
            return None
        return image


@dataclass(frozen=True, slots=True)
class Title:
    """What the head of a paper says.

    Attributes: title: the document's name; number: the record's; kind: of its code (`domain.codes`), "" for none;
    watermark: word across the page of a paper that must not be acted on, "" on a real one; revision: of the record.
    """

    title: str
    number: str
    kind: str = ""
    watermark: str = ""
    revision: str = ""


class Furniture:
    """Draws head and foot of the pages of one paper."""

    def __init__(
        self, company: Company, image: Any, title: Title, mark: PrintMark, now: datetime.datetime, printed_by: str
    ) -> None:
        self.company = company
        self.title = title
        self.mark = mark
        self._image = image
        self._now = now
        self._printed_by = printed_by

    def code(self, operation: int | None = None) -> str:
        """The text of the paper's code, or of one of its operations; "" on a paper that must not be acted on."""
        if not self.title.kind or self.title.watermark:
            return ""
        code = ScanCode(self.title.kind, self.title.number, operation, self.mark.print_code)
        return code_text(code, self.company.settings.code_prefix)

    def mark_words(self) -> str:
        """COPY 2, REISSUE 1, or nothing on a first print."""
        words = []
        if self.mark.reissue:
            words.append(tr("REISSUE {count}", count=self.mark.reissue))
        if self.mark.copy > 1:
            words.append(tr("COPY {count}", count=self.mark.copy))
        return " · ".join(words)

    def page_words(self, page: int, pages: int) -> str:
        """Page 1 of 2."""
        return tr("page {page} of {pages}", page=page, pages=pages)

    def draw_company(self, sheet: Sheet, room: float, *, is_short: bool = False) -> None:
        """Logo, name and address at the top left; the short form has no ways to reach us, for papers of the floor."""
        settings = self.company.settings
        y = 0.0
        if self._image:
            _wide, tall = sheet.picture(self._image, 0, 0, min(room, 52.0), 11.0)
            y = tall + 0.8
        if settings.company_name:
            size = fitting_size(settings.company_name, room, 11, 8, True)
            sheet.text(0, y + 3.8, settings.company_name, size, True)
            y += 4.4
        for line in self._address(room, is_short=is_short):
            if y + 3.3 > _COMPANY_HEIGHT:
                break
            sheet.text(0, y + 2.9, line, 8)
            y += 3.3

    def _address(self, room: float, *, is_short: bool) -> list[str]:
        settings = self.company.settings
        groups = [[line.strip() for line in settings.company_address.splitlines()]]
        if not is_short:
            groups.append([settings.company_phone, settings.company_email, settings.company_website])
            vat = settings.company_vat_number
            groups.append([tr("VAT no. {number}", number=vat) if vat else ""])
        return [line for group in groups for line in _side_by_side([part for part in group if part], room)]

    def draw_head(self, sheet: Sheet, page: int, pages: int) -> None:
        """The head of a first page: company left, title and code right, the accent line below."""
        self.draw_company(sheet, 88)
        right = CONTENT_WIDTH
        if code := self.code():
            sheet.qr(right - _CODE, 0, _CODE, code)
            right -= _CODE + 5
        sheet.text(right, 4.2, self.title.title.upper(), 11, True, "right")
        size = fitting_size(self.title.number, right - 92, 22, 11, True)
        sheet.text(right, 13.5, self.title.number, size, True, "right")
        below = [self.company.formats.day(self._now.astimezone().date()), self.page_words(page, pages)]
        sheet.text(right, 18.4, " · ".join(below), 9, align="right")
        self.draw_mark(sheet, right, 20.3)
        sheet.fill(0, HEAD_HEIGHT - 3.3, CONTENT_WIDTH, 0.7)

    def draw_mark(self, sheet: Sheet, right: float, y: float) -> None:
        """COPY or REISSUE in a frame that ends at `right`."""
        words = self.mark_words()
        if words:
            wide = width(words, 9, True) + 4
            sheet.box(right - wide, y, wide, 5.2, 0.4)
            sheet.text(right - 2, y + 3.7, words, 9, True, "right")

    def draw_next_head(self, sheet: Sheet, page: int, pages: int) -> None:
        """The head of a later page: enough to know where a single sheet belongs."""
        right = CONTENT_WIDTH
        if code := self.code():
            sheet.qr(right - _NEXT_CODE, 0, max(_NEXT_CODE, SMALLEST_QR), code)
            right -= _NEXT_CODE + 5
        size = fitting_size(self.title.number, 80, 16, 9, True)
        sheet.text(0, 6, self.title.number, size, True)
        sheet.text(0, 11, self.title.title, 10)
        sheet.text(right, 5.4, self.page_words(page, pages), 10, True, "right")
        sheet.text(right, 10.4, self.company.settings.company_name, 9, align="right")
        lines_end = right if self.code() else CONTENT_WIDTH
        sheet.fill(0, 14, lines_end, 0.5)

    def draw_foot(self, sheet: Sheet, paper: PaperSize, page: int, pages: int) -> None:
        """The print's identity, so that stale paper can be told from fresh."""
        y = paper.content_height + 4.0
        sheet.line(0, y - 2.6, CONTENT_WIDTH, y - 2.6, 0.2)
        page_words = self.page_words(page, pages)
        sheet.text(CONTENT_WIDTH, y + 0.6, page_words, 8, align="right")
        for place, line in enumerate(wrapped(self._identity(), CONTENT_WIDTH - 26, 7.5, most=2)):
            sheet.text(0, y + 0.6 + place * 3.2, line, 7.5)

    def _identity(self) -> str:
        formats, mark = self.company.formats, self.mark
        day, time = formats.day(self._now.astimezone().date()), formats.clock_time(self._now)
        number = self.title.number
        parts = [tr("{number} rev {revision}", number=number, revision=self.title.revision or "-")]
        if not self.title.revision:
            parts = [number]
        parts.append(tr("print {code}", code=mark.print_code))
        if mark.copy_of:
            parts.append(tr("copy {count} of print {code}", count=mark.copy, code=mark.copy_of))
        if mark.reissue:
            parts.append(tr("reissue {count}", count=mark.reissue))
        if self._printed_by:
            parts.append(tr("printed {day} {time} by {person}", day=day, time=time, person=self._printed_by))
        else:
            parts.append(tr("printed {day} {time}", day=day, time=time))
        if mark.supersedes:
            parts.append(tr("supersedes print {code}", code=mark.supersedes))
        if self.title.watermark:
            parts.append(self.title.watermark.lower())
        return " · ".join(parts)


def _side_by_side(parts: list[str], room: float) -> list[str]:
    """Short parts in as few lines as they fit into, a dot between two of them."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and width(longer, 8) <= room:
            lines[-1] = longer
        else:
            lines.append(shortened(part, room, 8))
    return lines
