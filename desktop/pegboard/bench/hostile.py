"""What people and machines send by mistake or on purpose: texts, numbers, days, bytes and files, made from a chance.

Each is one of known traps, or a mixture of them. The same chance makes the same.
"""

import random
import struct
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO

TEXTS = (
    "",
    " ",
    "'; DROP TABLE item; --",
    '" OR 1=1 --',
    "%' OR '1'='1",
    "x'); DELETE FROM customer; SELECT ('",
    "\\'; --",
    '* NEAR/2 "x AND (',
    "%s%n{0}{name}%(x)s",
    "../../etc/passwd",
    "..\\..\\windows\\system32",
    "<b>x</b><script>alert(1)</script>&amp;",
    "<font size='900'>big</font><para>",
    "&lt;&#0;&#x10FFFF;&nbsp;",
    "]]><!--",
    "(Tj) ET Q endstream endobj %%EOF",
    "1 0 0 rg BT /F1 99 Tf",
    ") Tj (",
    "\u202egnp.exe",
    "\u2067\u2066abc\u2069",
    "שלום עולם",
    "مرحبا بالعالم ١٢٣",
    "e\u0301\u0323\u0489" * 12,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "\ufeff\u200b\u2028\u2029\u00ad",
    "W" * 300,
    "i" * 4000,
    "a b " * 900,
    "漢字かな交じり文" * 20,
    "ﷺ" * 40,
    "🪑🧵👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "\U000e0041\ue000\U0010fffd",
    "line\nline\r\nline\rline\vline\fline",
    "tab\tbell\x07esc\x1b[31mred",
    "\x1d0100012345678905",
    '=HYPERLINK("http://x";"y")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "|calc",
    "＝1+1",
    "'=1+1",
    "''",
    '""',
    "a,b;c=d:e/f",
    "NULL",
    "nan",
    "true",
    "#REF!",
    "_x0000_",
    "_x0041_",
    "0",
    "000",
    "NaN",
    "CON",
)
NUMBERS = (
    *("", "0", "-0", "-1", "1", "1.5", "0.000001", "0.0000001", "999999999999", "999999999999.999999", "1000000000000"),
    *(
        "1e9",
        "1E400",
        "1e-400",
        "inf",
        "-inf",
        "nan",
        "0x10",
        "1_000",
        "1,5",
        "1.234,5",
        "1,234.5",
        "1 234",
        "٣",
        "１２",
    ),
    *("9" * 30, "9" * 5000, "-", "+", ".", "1.", ".5", "+1", "--1", "1-", "½", "$8.00", "(3.00)", "-€2,50", "1’000"),
)
DAYS = (
    *("", "2026-01-31", "2026-02-30", "2026-13-01", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01"),
    *("2026-1-1", "20260131", "01/02/26", "31/01/2026", "01.02.2026", "2026-01-31T25:00:00", "2026-01-31T10:00:00Z"),
    *("2026-01-31T10:00:00+99:99", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00", "12:60", "tomorrow"),
    *("2026-01-31 10:00:00 -0500", "1/2/3", "99/99/9999", "2026-W05", "-2026-01-01", "٢٠٢٦-٠١-٠١"),
)
_SIGNS = "=+-@'\",;:\n\r\t\0\x0b\x1b\x1d 0aZé漢🪛_x<>&\\%/*(){}[]|\u202e\u0301\u200b\ufeff\ud800"
GROWTH = 40  # times that a trap may be repeated


def text(chance: random.Random, *, most: int = 5_000) -> str:
    """A text nobody would want: a trap, a mixture of traps, or signs by chance."""
    kind = chance.randrange(6)
    if kind < 3:
        made = chance.choice(TEXTS)
    elif kind == 3:
        made = "".join(chance.choice(_SIGNS) for _sign in range(chance.randrange(40)))
    elif kind == 4:
        made = "".join(chr(chance.choice((chance.randrange(0x250), chance.randrange(0x110000)))) for _ in range(12))
    else:
        made = chance.choice(TEXTS) + chance.choice(_SIGNS) * chance.randrange(GROWTH) + chance.choice(TEXTS)
    return made[:most]


def words(chance: random.Random, *, most: int = 5_000) -> str:
    """A text that a file can hold: without halves of characters and NUL."""
    return "".join(sign for sign in text(chance, most=most) if sign != "\0" and not "\ud800" <= sign <= "\udfff")


def cell(chance: random.Random) -> str:
    """A cell of a table: a number, a day or a text."""
    kind = chance.randrange(4)
    if kind == 0:
        return chance.choice(NUMBERS)
    return chance.choice(DAYS) if kind == 1 else text(chance)


def spoilt(chance: random.Random, content: bytes, most: int = 8) -> bytes:
    """Bytes with a few changed, cut out, doubled or put in."""
    made = bytearray(content)
    for _change in range(chance.randrange(1, most)):
        place = chance.randrange(len(made) + 1)
        kind = chance.randrange(5)
        if kind == 0 and place < len(made):
            made[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            made[place:place] = chance.randbytes(chance.randrange(8))
        elif kind == 2:
            del made[place : place + chance.randrange(64)]
        elif kind == 3:
            made[place:place] = made[place : place + chance.randrange(64)]
        else:
            made = made[:place] if chance.randrange(4) == 0 else made
            made += chance.choice((b"", b"\0" * 16, b"%%EOF", b"\xff\xd9"))
    return bytes(made)


def png(wide: int, high: int) -> bytes:
    """A grey picture; of large sides it is only said to be so."""
    rows = b"".join(b"\0" + bytes(min(wide, 64)) for _row in range(min(high, 64)))
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def pdf(
    stream: bytes, filters: bytes = b"/FlateDecode", media: bytes = b"[0 0 595 842]", catalog: bytes = b""
) -> bytes:
    """A PDF of one page with this content stream and these entries of its catalog."""
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox " + media + b" /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
    )
    written, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(written)
    return written + b"xref\n0 5\n0000000000 65535 f \n" + table + tail


def workbook(sheets: Sequence[tuple[str, Sequence[Sequence[object]]]]) -> bytes:
    """A workbook with these sheets, written as a foreign program would: text inline, numbers bare."""
    numbers = range(1, len(sheets) + 1)
    named = zip(numbers, sheets, strict=True)
    entries = "".join(f'<sheet name="{_escaped(name)}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _rows) in named)
    targets = "".join(_RELATION.format(f"r{n}", "worksheet", f"worksheets/s{n}.xml") for n in numbers)
    parts = {
        "[Content_Types].xml": f"<Types>{_TYPES}</Types>",
        "_rels/.rels": _RELATIONS.format(_RELATION.format("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(targets),
    }
    for number, (_name, rows) in enumerate(sheets, 1):
        parts[f"xl/worksheets/s{number}.xml"] = _SHEET_XML.format("".join(_row(row) for row in rows))
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content.encode("utf-8", "replace"))
    return written.getvalue()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = '<Default Extension="xml" ContentType="application/xml"/>'
_RELATION = f'<Relationship Id="{{}}" Type="{_OFFICE}/{{}}" Target="{{}}"/>'
_RELATIONS = f'<Relationships xmlns="{_PACKAGE}">{{}}</Relationships>'
_SHEET_XML = f'<worksheet xmlns="{_MAIN}"><sheetData>{{}}</sheetData></worksheet>'


def _row(cells: Sequence[object]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_escaped(str(value))}</t></is></c>'


def _escaped(value: str) -> str:
    kept = "".join(sign for sign in value if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff"))
    return (
        kept.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace('"', "&quot;")
        .replace("\ufffe", "")
        .replace("\uffff", "")
    )
