"""Reads numbers, prices and days as people type them; what can be read two ways is refused with both readings.

Babel's lenient mode reads `12.5` as 125 under de_DE; here nothing is ever guessed. No Qt in this module.

Numbers take the locale's decimal and grouping signs; plain blanks and straight apostrophes stand for the locale's own
group sign where it is a blank or an apostrophe. Days take `4.12`, `12/4`, `4 dec`, `fri`, `+3`, `+2w`, `+1m`, `today`,
`tomorrow` and ISO; a day without a year is the next one to come.
"""

import calendar
import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr

BLANKS = "\u00a0\u202f\u2009 "
APOSTROPHES = "’'"
MOST_DAYS = 3660  # ten years; a longer offset is a slip of the finger
MINUSES = {ord("−"): "-", ord("–"): "-"}


class Ambiguous(InvalidInput):
    """A text can be read in two ways.

    Attributes: readings: each of them as text that is not ambiguous.
    """

    def __init__(self, text: str, readings: Iterable[str]) -> None:
        self.readings = tuple(readings)
        if len(self.readings) == 1:
            sentence = tr("{text} is not written so here.", text=text)
            super().__init__(sentence, hint=tr("If you mean {reading}, type that.", reading=self.readings[0]))
        else:
            both = tr(" or ").join(self.readings)
            super().__init__(tr("{text} can be read as {both}.", text=text, both=both), hint=tr("Type one of these."))


# --- numbers


@lru_cache(maxsize=16)
def number_signs(locale: str) -> tuple[str, str]:
    """Return the decimal sign and the group sign of a locale such as "de_DE"."""
    from babel import Locale
    from babel.numbers import get_decimal_symbol, get_group_symbol

    known = Locale.parse(locale)
    return get_decimal_symbol(known), get_group_symbol(known)


def parse_decimal(text: str, locale: str) -> Decimal:
    """Read an exact decimal number; InvalidInput says what is wrong, Ambiguous carries both readings."""
    wanted = text.strip().translate(MINUSES)
    if not wanted:
        raise InvalidInput(tr("A number is missing."), hint=tr("Type one."))
    decimal_sign, group_sign = number_signs(locale)
    sign, digits = ("-", wanted[1:].lstrip()) if wanted[0] == "-" else ("", wanted.removeprefix("+"))
    plain = _plain_number(digits, decimal_sign, group_sign)
    if plain is None:
        readings = _foreign_readings(digits, decimal_sign, group_sign)
        if readings:
            raise Ambiguous(text.strip(), (sign + reading for reading in readings))
        hint = tr("Type it like {example}.", example=f"1{group_sign}234{decimal_sign}5")
        raise InvalidInput(tr("{text} is not a number.", text=text.strip()), hint=hint)
    return Decimal(sign + plain)


def _plain_number(digits: str, decimal_sign: str, group_sign: str) -> str | None:
    """Return digits with a point, or None where the locale does not write it so."""
    whole, found, decimals = digits.partition(decimal_sign)
    if found and not re.fullmatch("[0-9]+", decimals, re.ASCII):
        return None
    if whole == "" and found:
        return f"0.{decimals}"
    if re.fullmatch("[0-9]+", whole, re.ASCII):
        return f"{whole}.{decimals}" if found else whole
    groups = re.escape(_group_signs(group_sign))
    first = re.match(rf"[0-9]{{1,3}}([{groups}])", whole, re.ASCII) if groups else None
    if first is None:
        return None
    sign = re.escape(first[1])
    tail = rf"(?:{sign}[0-9]{{2}})*{sign}[0-9]{{3}}" if _looks_indian(whole, sign) else rf"(?:{sign}[0-9]{{3}})+"
    if not re.fullmatch(rf"[0-9]{{1,3}}{tail}", whole, re.ASCII):
        return None
    joined = whole.replace(first[1], "")
    return f"{joined}.{decimals}" if found else joined


def _looks_indian(whole: str, sign: str) -> bool:
    """Whether groups of two stand before the last group of three, as in 12,34,567: it cannot mean anything else."""
    return re.fullmatch(rf"[0-9]{{1,2}}(?:{sign}[0-9]{{2}})+{sign}[0-9]{{3}}", whole, re.ASCII) is not None


def _group_signs(group_sign: str) -> str:
    """Return every sign that stands for the locale's group sign."""
    for family in (BLANKS, APOSTROPHES):
        if group_sign in family:
            return family
    return group_sign


def _foreign_readings(digits: str, decimal_sign: str, group_sign: str) -> tuple[str, ...]:
    """Return what `digits` may mean in other habits of writing, in this locale's own signs."""
    readings: list[str] = []
    for other_decimal, other_group in ((".", ","), (",", "."), (".", "’"), (",", " "), (".", " ")):
        plain = _plain_number(digits, other_decimal, other_group)
        if plain is not None:
            readings.append(plain.replace(".", decimal_sign))
    if re.fullmatch(rf"[0-9{re.escape(group_sign)}]+", digits) and re.search("[0-9]", digits):
        readings.append(digits.replace(group_sign, ""))
    return tuple(dict.fromkeys(readings))


def parse_quantity(text: str, locale: str, *, whole: bool = False, positive: bool = True) -> Quantity:
    """Read a quantity; `whole` refuses decimals, `positive` refuses zero and less."""
    value = parse_decimal(text, locale)
    if whole and value != int(value):
        raise InvalidInput(
            tr("{text} is not a whole number.", text=text.strip()), hint=tr("This item is counted whole.")
        )
    if positive and value <= 0:
        raise InvalidInput(tr("{text} is not more than zero.", text=text.strip()), hint=tr("Type how many there are."))
    return Quantity(_micro(value, text))


def parse_price(text: str, locale: str) -> Price:
    """Read a unit price, which may be zero but not less."""
    value = parse_decimal(text, locale)
    if value < 0:
        raise InvalidInput(tr("{text} is less than zero.", text=text.strip()), hint=tr("A price is zero or more."))
    return Price(_micro(value, text))


def parse_whole(text: str, locale: str, *, least: int = 0, most: int = 1_000_000) -> int:
    """Read a whole number from `least` to `most`, such as days or cards."""
    value = parse_decimal(text, locale)
    if value != int(value) or not least <= value <= most:
        hint = tr("Type a whole number from {least} to {most}.", least=least, most=most)
        raise InvalidInput(tr("{text} does not fit here.", text=text.strip()), hint=hint)
    return int(value)


def _micro(value: Decimal, text: str) -> int:
    scaled = value * 1_000_000
    if scaled != int(scaled):
        raise InvalidInput(tr("{text} has more than six decimals.", text=text.strip()), hint=tr("Six are kept."))
    if abs(value) >= 10**12:
        raise InvalidInput(tr("{text} is too large.", text=text.strip()), hint=tr("Up to twelve digits are kept."))
    return int(scaled)


# --- days


@lru_cache(maxsize=16)
def is_month_first(locale: str) -> bool:
    """Whether people of a locale write the month before the day."""
    from babel import Locale
    from babel.dates import get_date_format

    pattern = get_date_format("short", locale=Locale.parse(locale)).pattern
    return pattern.upper().index("M") < pattern.upper().index("D")


@lru_cache(maxsize=16)
def _day_names(locale: str) -> dict[str, int]:
    """Return names and short names of weekdays -> 0 for Monday, in the locale and in English."""
    return {**_names("days", "en"), **_names("days", locale)}


@lru_cache(maxsize=16)
def _month_names(locale: str) -> dict[str, int]:
    """Return names and short names of months -> 1 for January, in the locale and in English."""
    return {**_names("months", "en"), **_names("months", locale)}


def _names(kind: str, locale: str) -> dict[str, int]:
    from babel import Locale

    known = getattr(Locale.parse(locale), kind)
    found: dict[str, int] = {}
    for context in ("stand-alone", "format"):
        for width in ("wide", "abbreviated"):
            found |= {name.casefold().strip("."): number for number, name in known[context][width].items()}
    return found


def parse_day(text: str, today: datetime.date, locale: str) -> datetime.date:
    """Read a day; InvalidInput says what is wrong, Ambiguous carries both readings as ISO dates."""
    wanted = " ".join(text.casefold().split())
    if not wanted:
        raise InvalidInput(tr("A date is missing."), hint=_day_hint())
    for read in (_relative_day, _iso_day, _weekday, _weekday_and_day, _named_month, _numeric_day):
        found = read(wanted, today, locale)
        if found is not None:
            return found
    raise InvalidInput(tr("{text} is not a date.", text=text.strip()), hint=_day_hint())


def _day_hint() -> str:
    return tr("Type it like 4.12, 12/4, fri, +2w or 2026-12-04.")


def _relative_day(text: str, today: datetime.date, _locale: str) -> datetime.date | None:
    words = {"today": 0, tr("today").casefold(): 0, "tomorrow": 1, tr("tomorrow").casefold(): 1}
    if text in words:
        return today + datetime.timedelta(days=words[text])
    found = re.fullmatch(r"([+-]) ?([0-9]{1,4}) ?([dwm]?)", text, re.ASCII)
    if found is None:
        return None
    count = int(found[2]) * (-1 if found[1] == "-" else 1)
    if found[3] == "m":
        return _months_later(today, count)
    days = count * (7 if found[3] == "w" else 1)
    if abs(days) > MOST_DAYS:
        raise InvalidInput(tr("{text} is more than ten years away.", text=text), hint=_day_hint())
    return today + datetime.timedelta(days=days)


def _months_later(today: datetime.date, count: int) -> datetime.date:
    if abs(count) > MOST_DAYS // 30:
        raise InvalidInput(tr("{text} is more than ten years away.", text=f"{count:+}m"), hint=_day_hint())
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    return datetime.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _iso_day(text: str, _today: datetime.date, _locale: str) -> datetime.date | None:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text, re.ASCII)
    return None if found is None else _real_day(int(found[1]), int(found[2]), int(found[3]), text)


def _weekday(text: str, today: datetime.date, locale: str) -> datetime.date | None:
    number = _day_names(locale).get(text.strip("."))
    if number is None:
        return None
    return today + datetime.timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _weekday_and_day(text: str, today: datetime.date, locale: str) -> datetime.date | None:
    """Read a day with its weekday before it, as this program writes it: both must agree."""
    first, _, rest = text.partition(" ")
    number = _day_names(locale).get(first.strip(".,"))
    if number is None or not rest:
        return None
    found = _iso_day(rest, today, locale) or _named_month(rest, today, locale) or _numeric_day(rest, today, locale)
    if found is not None and found.weekday() != number:
        real = calendar.day_name[found.weekday()]
        raise InvalidInput(tr("{day} is a {weekday}.", day=found.isoformat(), weekday=real), hint=_day_hint())
    return found


def _named_month(text: str, today: datetime.date, locale: str) -> datetime.date | None:
    months = _month_names(locale)
    found = re.fullmatch(r"([0-9]{1,2})\.? ?([^\W\d_]+)\.?,?(?: ([0-9]{4}|[0-9]{2}))?", text)
    day, name, year = found.groups() if found else (None, None, None)
    if found is None:
        found = re.fullmatch(r"([^\W\d_]+)\.? ([0-9]{1,2})(?:,? ([0-9]{4}|[0-9]{2}))?", text)
        name, day, year = found.groups() if found else (None, None, None)
    if day is None or name not in months:
        return None
    return _day_of(int(day), months[name], year, today, text)


def _numeric_day(text: str, today: datetime.date, locale: str) -> datetime.date | None:
    """`4.12` is always day, month; `12/4` and `12-4` go by the locale; other orders are refused with both readings."""
    found = re.fullmatch(r"([0-9]{1,2}) ?([./-]) ?([0-9]{1,2})(?: ?\2 ?([0-9]{4}|[0-9]{2})?)?", text, re.ASCII)
    if found is None:
        return None
    first, sign, second, year = int(found[1]), found[2], int(found[3]), found[4]
    month_first = sign != "." and is_month_first(locale)
    day, month = (second, first) if month_first else (first, second)
    if month > 12 >= day and sign != ".":
        raise Ambiguous(text, _both_days(day, month, year, today, text))
    return _day_of(day, month, year, today, text)


def _both_days(day: int, month: int, year: str | None, today: datetime.date, text: str) -> tuple[str, ...]:
    """Return the reading with day and month changed, where the typed order names no month."""
    return (_day_of(month, day, year, today, text).isoformat(),)


def _day_of(day: int, month: int, year: str | None, today: datetime.date, text: str) -> datetime.date:
    if year is not None:
        return _real_day(int(year) + (2000 if len(year) == 2 else 0), month, day, text)
    for coming in range(today.year, today.year + 9):  # 29 February comes again within eight years
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(coming, month)[1]:
            found = datetime.date(coming, month, day)
            if found >= today:
                return found
        elif not (month == 2 and day == 29):
            break
    return _real_day(today.year, month, day, text)


def _real_day(year: int, month: int, day: int, text: str) -> datetime.date:
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        found = datetime.date.min
    if not 1990 <= found.year <= 2199:
        raise InvalidInput(tr("{text} is not a day of the calendar.", text=text), hint=_day_hint())
    return found


def in_days(day: datetime.date, today: datetime.date) -> str:
    """Say how far a day is away, as "in 11 days"."""
    days = (day - today).days
    if days in (0, 1, -1):
        return {0: tr("today"), 1: tr("tomorrow"), -1: tr("yesterday")}[days]
    return tr("in {days} days", days=days) if days > 0 else tr("{days} days ago", days=-days)
