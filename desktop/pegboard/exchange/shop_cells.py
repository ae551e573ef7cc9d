"""Reads the cells of till and web shop exports: amounts with signs of money, and days in the order of their country."""

import datetime
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

_DAY = re.compile(r"(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?\.?(?:[Mm]\.?)?", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})$|(Z|UTC)$", re.ASCII)
_NUMBER = re.compile(r"[-+]?[\d.,'’]*\d", re.ASCII)
_SIX = Decimal("0.000001")
_EXACT = Context(prec=200)  # a sum or a share of numbers of any length that is read
LONGEST = 40  # signs of a number; no till writes more
_MONTH_FIRST = ("en_US", "en_PH", "en_CA")


def number(text: str) -> Decimal | None:
    """An amount such as `$1,234.50`, `(3.00)`, `-€2,50` or `1.000`; None for an empty cell.

    The last mark is the decimal one, but where it stands alone, with three digits behind and a comma: that groups.
    Raises ValueError for what is no number.

    >>> number("$1,234.50"), number("-€2,50"), number("1.000"), number("($8.00)")
    (Decimal('1234.50'), Decimal('-2.50'), Decimal('1.000'), Decimal('-8.00'))
    """
    text = text.strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "")
    if not text:
        return None
    is_negative = text.startswith("(") or "-" in text
    found = _NUMBER.search(text.strip("()").replace("-", ""))
    if found is None:
        raise ValueError(text)
    digits = found.group().replace("'", "").replace("’", "")
    if len(digits) > LONGEST:
        raise ValueError(text)
    point, comma = digits.rfind("."), digits.rfind(",")
    if comma > point and (digits.count(",") > 1 or (len(digits) - comma == 4 and point < 0)):
        digits = digits.replace(",", "")
    elif comma > point:
        digits = digits.replace(".", "").replace(",", ".")
    else:
        digits = digits.replace(",", "")
    try:
        value = Decimal(digits)
    except InvalidOperation:
        raise ValueError(text) from None
    return -value if is_negative else value


def plain(value: Decimal) -> str:
    """A number as the workshop folder writes it: at most six decimals, halves up."""
    text = format(value.quantize(_SIX, ROUND_HALF_UP, _EXACT), "f").rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def is_day_first(cells: Sequence[str], locale: str) -> bool:
    """Whether days stand before months in these dates: as the dates themselves prove, else as the locale writes them.

    >>> is_day_first(["31/01/2026"], "en_US"), is_day_first(["01/31/2026"], "de_DE"), is_day_first(["1/2/26"], "en_GB")
    (True, False, True)
    """
    for cell in cells:
        found = _DAY.search(cell)
        if found is None or len(found[1]) == 4:
            continue
        if int(found[1]) > 12:
            return True
        if int(found[2]) > 12:
            return False
    return locale not in _MONTH_FIRST


def instant(text: str, *, day_first: bool) -> str:
    """A date and time as the workshop folder writes it, its offset kept; midnight where there is no time.

    Raises ValueError where there is no date in it.

    >>> instant("01/31/26 2:05 PM", day_first=False), instant("2026-01-31 14:05:00 -0500", day_first=True)
    ('2026-01-31T14:05:00', '2026-01-31T14:05:00-05:00')
    """
    day = _DAY.search(text)
    if day is None:
        raise ValueError(text)
    rest = text[day.end() :]
    time = _TIME.search(rest)
    moment = datetime.datetime.combine(_date(day, day_first=day_first), _time(time))
    tail = rest[time.end() :].strip() if time is not None else ""
    offset = _OFFSET.search(tail)
    if offset is None:
        return moment.isoformat("T", "seconds")
    signed = "+00:00" if offset[4] else f"{offset[1]}{offset[2]}:{offset[3]}"
    return moment.isoformat("T", "seconds") + signed


def _date(found: re.Match[str], *, day_first: bool) -> datetime.date:
    first, second, third = (int(part) for part in found.groups())
    if len(found[1]) == 4:
        return datetime.date(first, second, third)
    year = third + 2000 if third < 100 else third
    return datetime.date(year, second, first) if day_first else datetime.date(year, first, second)


def _time(found: re.Match[str] | None) -> datetime.time:
    if found is None:
        return datetime.time()
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise ValueError(found.group())
        hour = hour % 12 + (12 if found[4] in "Pp" else 0)
    return datetime.time(hour, minute, second)
