"""What may hang on a record as a file, under which name, and what of it may be opened.

Files come from customers, suppliers and the web, so nothing that they say of themselves is believed: names lose all
that is more than a name, the ending must fit the content, programs are refused, and pictures tell their size before
anybody unpacks them. Whatever is kept is only ever shown, printed as a picture, or handed out; never run.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from pegboard.domain.errors import InvalidInput
from pegboard.domain.pdf_bounds import MOST_UNPACKED, is_bounded
from pegboard.i18n import tr

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE  # bytes of one file: a drawing, a photograph; films and models belong elsewhere
LARGEST_ALL = 1024 * MEGABYTE  # of a workshop, since every backup holds all of them
MOST = 100  # files of one record
LONGEST_NAME = 120  # characters
MOST_PNG_PIXELS = 60_000_000  # unpacked all at once: 240 MB
MOST_JPEG_PIXELS = 250_000_000  # unpacked at an eighth of its size, which no camera exceeds today

PDF, PNG, JPEG, OTHER = "pdf", "png", "jpeg", "other"
PICTURES = (PNG, JPEG)
PRINTED = (PDF, *PICTURES)  # what can follow a traveler

_FORMS = {".pdf": PDF, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG}
_SIGNS = {PDF: b"%PDF-", PNG: b"\x89PNG\r\n\x1a\n", JPEG: b"\xff\xd8\xff"}
_PROGRAM_SIGNS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00")
_PROGRAM = re.compile(
    r"\.(app|appimage|application|bat|bin|chm|cmd|com|command|cpl|dll|desktop|dmg|elf|exe|gadget|hta|inf|ins|iso|jar"
    r"|jnlp|js|jse|lnk|msc|msi|msp|mst|pif|pkg|pl|ps1|psm1|py|pyc|pyw|rb|reg|run|scf|scr|sct|sh|so|swf|url|vb|vbe"
    r"|vbs|wasm|workflow|wsc|wsf|wsh|xll)"
)
# What other programs show without running it; all else is saved, and opened by whoever knows what it is.
_SHOWN = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".txt", ".csv", ".dxf", ".step", ".stp", ".stl", ".3mf"})
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
_NAMED_PDF = re.compile(rb"#([0-9A-Fa-f]{2})")  # /J#61vaScript is /JavaScript
_UNFIT = re.compile(r'[<>:"/\\|?*]')
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{place}" for port in ("com", "lpt") for place in "123456789")}
)

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # categories of signs that nobody sees

MAY_TELL_AMOUNTS = frozenset({"order", "purchase_order"})  # what customers and suppliers wrote about prices
OWNERS = {"ITEM": "item", "BOM": "bom", "ORDER": "order", "JOB": "work_order", "PURCHASE": "purchase_order"}


@dataclass(frozen=True, slots=True)
class Owner:
    """The record that a file hangs on: its kind (a value of OWNERS), number or code, and the revision of a BOM."""

    kind: str
    number: str
    revision: str = ""

    @property
    def text(self) -> str:
        """As it is written: ITEM:LAMP-HB, BOM:LAMP-HB:C, ORDER:SO-0001, JOB:WO-0001, PURCHASE:PO-0001."""
        word = next(word for word, kind in OWNERS.items() if kind == self.kind)
        return f"{word}:{self.number}:{self.revision}" if self.kind == "bom" else f"{word}:{self.number}"


def owner_of(text: str) -> Owner:
    """Read a record's name, such as ITEM:LAMP-HB or BOM:LAMP-HB:C. Raises InvalidInput where it is none.

    >>> owner_of("BOM:LAMP-HB:C")
    Owner(kind='bom', number='LAMP-HB', revision='C')
    """
    word, colon, rest = text.partition(":")
    kind = OWNERS.get(word.upper(), "")
    number, _colon, revision = rest.partition(":") if kind == "bom" else (rest, "", "")
    if not kind or not colon or not number:
        raise InvalidInput(
            tr('"{text}" names no record.', text=text[:80]),
            hint=tr("Write ITEM:CODE, BOM:CODE:REVISION, ORDER:NUMBER, JOB:NUMBER or PURCHASE:NUMBER."),
        )
    return Owner(kind, number, revision)


def safe_name(name: str) -> str:
    """The name of a file and nothing more: no path, no signs that turn or hide text, none that a system reserves.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\\\temp\\\\D-88.pdf"), safe_name("inv\\u202efdp.exe")
    ('passwd', 'D-88.pdf', 'invfdp.exe')
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in _UNSEEN)
    shown = unicodedata.normalize("NFC", shown)  # only now: what stood apart may go together
    shown = " ".join(_UNFIT.sub("_", shown).split()).strip(". ")
    stem, suffix = _parts(shown)
    if not stem:
        stem = "file"
    if stem.split(".")[0].strip().lower() in _RESERVED:
        stem = f"_{stem}"
    while len(f"{stem}{suffix}".encode()) > 2 * LONGEST_NAME or len(stem) + len(suffix) > LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem.rstrip('. ') or 'file'}{suffix}"


def _parts(name: str) -> tuple[str, str]:
    """Stem and ending; what is no plausible ending belongs to the stem."""
    suffix = PurePosixPath(name).suffix if not name.startswith(".") else ""
    if not 1 < len(suffix) <= 12 or " " in suffix:
        return name, ""
    return name[: -len(suffix)], suffix


def form_of(name: str, content: bytes) -> str:
    """Return what a file is: pdf, png, jpeg or other.

    Raises InvalidInput for an empty or too large file, a program, a picture of absurd dimensions, a PDF that unpacks to
    more than memory has room for, and a file whose content is not what its name says.
    """
    if not content:
        raise InvalidInput(
            tr("{name} is empty.", name=name), hint=tr("Choose the file again; it may not be whole yet.")
        )
    if len(content) > LARGEST:
        raise too_large(name)
    suffix = _parts(name)[1].lower()
    if _PROGRAM.fullmatch(suffix) or content.startswith(_PROGRAM_SIGNS):
        raise InvalidInput(
            tr("{name} is a program or can run one, and none is kept.", name=name),
            hint=tr("Attach a PDF, a picture or another document."),
        )
    named, found = _FORMS.get(suffix, OTHER), sign_of(content)
    if named != found:
        raise InvalidInput(
            tr("{name} is not what its name says.", name=name) + " " + _said(found),
            hint=tr("Save it anew from the program that made it."),
        )
    if found in PICTURES:
        _require_size(name, found, content)
    if found == PDF and not is_bounded(content):
        raise InvalidInput(
            tr("{name} would unpack to more than {limit} MB.", name=name, limit=MOST_UNPACKED // MEGABYTE),
            hint=tr("Print it into a new PDF and attach that."),
        )
    return found


def sign_of(content: bytes) -> str:
    """What the first bytes of a file say that it is: pdf, png, jpeg or other."""
    return next((form for form, sign in _SIGNS.items() if content.startswith(sign)), OTHER)


def too_large(name: str) -> InvalidInput:
    """What is said of a file over the limit."""
    return InvalidInput(
        tr("{name} is larger than {limit} MB.", name=name, limit=LARGEST // MEGABYTE),
        hint=tr("Save it smaller, or keep it elsewhere and name the place in a note."),
    )


def _said(found: str) -> str:
    words = {PDF: tr("It is a PDF."), PNG: tr("It is a PNG picture."), JPEG: tr("It is a JPEG picture.")}
    return words.get(found, tr("It is neither PDF nor PNG nor JPEG."))


def _require_size(name: str, form: str, content: bytes) -> None:
    size = picture_size(content)
    if size is None or min(size) < 1:
        raise InvalidInput(tr("{name} is a damaged picture.", name=name), hint=tr("Save it anew."))
    wide, high = size
    if wide * high > (MOST_PNG_PIXELS if form == PNG else MOST_JPEG_PIXELS):
        raise InvalidInput(
            tr("{name} would unpack to {wide} × {high} points.", name=name, wide=wide, high=high),
            hint=tr("Save it smaller; a page needs about 2500 × 3500."),
        )


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height that a PNG or JPEG states in its head, without unpacking it; None where it states none.

    >>> sides = (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
    >>> picture_size(b"\\x89PNG\\r\\n\\x1a\\n" + bytes(4) + b"IHDR" + sides)
    (640, 480)
    """
    if content.startswith(_SIGNS[PNG]):
        if content[12:16] != b"IHDR" or len(content) < 24:
            return None
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return _jpeg_size(content) if content.startswith(_SIGNS[JPEG]) else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the first frame header: segments are a marker, a length and that many bytes."""
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        if marker in (0xD9, 0xDA):
            return None
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            return None
        at += 2 + length
    return None


def refuse_open(name: str, content: bytes) -> None:
    """Raise InvalidInput for a file that another program might act on: it can be saved, not opened from here."""
    suffix = _parts(name)[1].lower()
    if suffix not in _SHOWN:
        raise InvalidInput(
            tr("{name} is not opened from here: its program might run what is in it.", name=name),
            hint=tr("Save it, and open it if you know who made it."),
        )
    if suffix == ".pdf" and is_active(content):
        raise InvalidInput(
            tr("{name} holds scripts or files of its own, so it is not opened from here.", name=name),
            hint=tr("It can be printed with a traveler, as a picture; or save it, if you know who made it."),
        )


def is_active(content: bytes) -> bool:
    """Whether a PDF says that it holds scripts, other files or ways to start programs; what is packed is not seen."""
    plain = _NAMED_PDF.sub(lambda found: bytes([int(found[1], 16)]), content)
    return _ACTIVE_PDF.search(plain) is not None
