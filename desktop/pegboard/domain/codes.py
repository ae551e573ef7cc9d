"""The text in the shop's own barcodes: which paper, which operation, which print of it.

`PGBWO0123.30-7K3F` is prefix, kind, number, operation, print and check character. Only characters of the QR
alphanumeric set occur (0-9 A-Z space $%*+-./:), so that a symbol stays small and the text is also legal Code 128 and
can be typed. A number of the kind's own series drops its letters (WO-0123 is 0123); any other is written whole after a
colon, where `*` switches between capitals and small letters and `%41` is a byte of UTF-8.

The check character is ISO/IEC 7064 MOD 37,36: it finds every single mistyped letter or digit and nearly every swapped
pair.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

DEFAULT_PREFIX = "PGB"

WORK_ORDER = "WO"
PURCHASE_ORDER = "PO"
ORDER = "SO"
SHIPMENT = "SH"
INVOICE = "IN"
KANBAN_CARD = "KB"  # number: ITEM:CARD
LOCATION = "BN"
ITEM = "IT"  # number: ITEM or ITEM:LOT
PERSON = "PN"  # a badge; number: what the person's record says, else the name
COMMAND = "CM"  # a verb of the floor station, such as START, or a number to add, such as +10
KINDS = (WORK_ORDER, PURCHASE_ORDER, ORDER, SHIPMENT, INVOICE, KANBAN_CARD, LOCATION, ITEM, PERSON, COMMAND)

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PLAIN = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/:+$")
# Without 0 O 1 I, which look alike on paper and in handwriting.
_PRINT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_WRITABLE = re.compile(f"[{re.escape(_ALPHABET)}]+")
_SHAPE = re.compile(r"([A-Z]{2})(:?)([^.]*)(?:\.([0-9]+))?-([0-9A-Z]*)([0-9A-Z])")


@dataclass(frozen=True, slots=True)
class ScanCode:
    """What a barcode of ours says.

    Attributes: kind: one of KINDS; number: as people read it, such as WO-0123; operation: sequence of the operation, or
    None for the whole paper; print_code: the print that it stands on, such as P7K3, "" on lasting labels.
    """

    kind: str
    number: str
    operation: int | None = None
    print_code: str = ""


def code_text(code: ScanCode, prefix: str = DEFAULT_PREFIX) -> str:
    """Return the text to put into a barcode.

    >>> code_text(ScanCode("WO", "WO-0123", 30, "P7K3"))
    'PGBWO0123.30-7K3O'
    """
    operation = "" if code.operation is None else f".{code.operation}"
    body = f"{prefix}{code.kind}{_body(code)}{operation}-{code.print_code.removeprefix('P')}"
    return body + check_character(body)


def is_scan_code(text: str, prefix: str = DEFAULT_PREFIX) -> bool:
    """Whether a scanned text begins like a code of this shop."""
    text = text.strip().upper()
    return text.startswith(prefix) and text[len(prefix) : len(prefix) + 2] in KINDS


def parse_code(text: str, prefix: str = DEFAULT_PREFIX) -> ScanCode:
    """Read the text of a barcode; InvalidInput where it is not ours or was misread.

    >>> parse_code("PGBWO0123.30-7K3O")
    ScanCode(kind='WO', number='WO-0123', operation=30, print_code='P7K3')
    """
    typed, text = text, text.strip().upper()
    shape = _SHAPE.fullmatch(text.removeprefix(prefix)) if is_scan_code(text, prefix) else None
    if shape is None:
        raise InvalidInput(
            tr('"{text}" is no code of this workshop.', text=typed),
            hint=tr("Scan a traveler, a card or a label that was printed here."),
        )
    if not _WRITABLE.fullmatch(text) or check_character(text[:-1]) != text[-1]:
        raise InvalidInput(
            tr('The code "{text}" was misread: its last character does not fit.', text=typed),
            hint=tr("Scan it again or type what is printed below it."),
        )
    kind, whole, body, operation, print_code, _check = shape.groups()
    number = _unescape(body) if whole else f"{kind}-{body}"
    return ScanCode(kind, number, int(operation) if operation else None, f"P{print_code}" if print_code else "")


def check_character(text: str) -> str:
    """Return the ISO/IEC 7064 MOD 37,36 check character of `text`."""
    product = 36
    for character in text:
        total = (product + _ALPHABET.index(character)) % 36
        product = 2 * (total or 36) % 37
    return _ALPHABET[(37 - product) % 36]


def print_code(serial: int) -> str:
    """Return the short name of the print with this serial number, from 1: P223, P224 ... then longer.

    >>> print_code(1), print_code(2), print_code(31_000)
    ('P223', 'P224', 'PYAS')
    """
    base = len(_PRINT_ALPHABET)
    digits = ""
    while serial or len(digits) < 3:
        serial, digit = divmod(serial, base)
        digits = _PRINT_ALPHABET[digit] + digits
    return f"P{digits}"


def _body(code: ScanCode) -> str:
    series, _, digits = code.number.partition("-")
    if series == code.kind and digits.isascii() and digits.isdigit():
        return digits
    return ":" + _escape(code.number)


def _escape(number: str) -> str:
    parts = []
    for small, run in groupby(number, lambda character: "a" <= character <= "z"):
        text = "".join(run)
        parts.append(f"*{text.upper()}*" if small else "".join(map(_escape_one, text)))
    return "".join(parts)


def _escape_one(character: str) -> str:
    if character in _PLAIN:
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _unescape(body: str) -> str:
    runs = body.split("*")
    text = "".join(run.lower() if position % 2 else run for position, run in enumerate(runs))
    try:
        return re.sub("(?:%[0-9A-Fa-f]{2})+", lambda found: bytes.fromhex(found[0].replace("%", "")).decode(), text)
    except UnicodeDecodeError as error:
        raise InvalidInput(tr('The code "{text}" was misread.', text=body), hint=tr("Scan it again.")) from error
