"""Numbers and days as people type them: read as they were meant, or refused; never silently different."""

import contextlib
import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Price, Quantity
from pegboard.ui.entry_text import (
    Ambiguous,
    in_days,
    number_signs,
    parse_day,
    parse_decimal,
    parse_price,
    parse_quantity,
    parse_whole,
)

TODAY = datetime.date(2026, 11, 23)  # a Monday
LOCALES = ("en_US", "en_GB", "de_DE", "de_CH", "fr_FR", "sv_SE", "en_IN")


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("12", "en_US", "12"),
        ("1,234.5", "en_US", "1234.5"),
        ("-3.25", "en_US", "-3.25"),
        ("+7", "en_US", "7"),
        (".5", "en_US", "0.5"),
        ("−2", "en_US", "-2"),
        ("12,5", "de_DE", "12.5"),
        ("1.234,56", "de_DE", "1234.56"),
        ("1.234", "de_DE", "1234"),
        ("1 234,56", "fr_FR", "1234.56"),
        ("1\u202f234,56", "fr_FR", "1234.56"),
        ("1 234,56", "sv_SE", "1234.56"),
        ("1'234.50", "de_CH", "1234.50"),
        ("1’234.50", "de_CH", "1234.50"),
        ("12,34,567.5", "en_IN", "1234567.5"),
    ],
)
def test_a_number_in_the_shops_own_writing_is_read(text, locale, value):
    assert parse_decimal(text, locale) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "locale", "readings"),
    [
        ("12.5", "de_DE", ("12,5", "125")),
        ("1234.5", "de_DE", ("1234,5", "12345")),
        ("1.234,56", "en_US", ("1234.56",)),
        ("1,5", "en_US", ("1.5", "15")),
        ("-1,5", "en_US", ("-1.5", "-15")),
        ("1,234.5", "fr_FR", ("1234,5",)),
    ],
)
def test_a_number_in_foreign_writing_is_refused_with_what_it_may_mean(text, locale, readings):
    with pytest.raises(Ambiguous) as refused:
        parse_decimal(text, locale)
    assert refused.value.readings == readings
    for reading in readings:
        parse_decimal(reading, locale)


@pytest.mark.parametrize("text", ["", "abc", "1..2", "1,2,3", "12-", "--3", "1e5", "٣", "1 2", "½", "0x10", "1,23,4"])
def test_what_is_no_number_is_refused_in_words(text):
    with pytest.raises(InvalidInput) as refused:
        parse_decimal(text, "en_US")
    assert str(refused.value).endswith(".")


@given(st.decimals(min_value=-(10**11), max_value=10**11, allow_nan=False, places=3), st.sampled_from(LOCALES))
def test_what_is_written_in_a_locale_is_read_as_the_same_number(value, locale):
    from babel.numbers import format_decimal

    written = format_decimal(value, format=None, locale=locale, decimal_quantization=False)
    assert parse_decimal(written, locale) == value


@given(st.text(alphabet="0123456789.,' ’-", min_size=1, max_size=12), st.sampled_from(LOCALES))
def test_any_text_is_read_as_the_locale_writes_it_or_refused(text, locale):
    try:
        value = parse_decimal(text, locale)
    except InvalidInput:
        return
    decimal_sign, _group = number_signs(locale)
    digits = "".join(letter for letter in text if letter.isdigit())
    assert f"{abs(value):f}".replace(".", "").lstrip("0") == digits.lstrip("0")
    decimals = text.strip().rpartition(decimal_sign)[2] if decimal_sign in text else ""
    assert -value.as_tuple().exponent == len(decimals)


def test_a_quantity_is_more_than_zero_and_whole_where_the_item_is():
    assert parse_quantity("2,5", "de_DE") == Quantity.parse("2.5")
    with pytest.raises(InvalidInput, match="whole"):
        parse_quantity("2.5", "en_US", whole=True)
    with pytest.raises(InvalidInput, match="more than zero"):
        parse_quantity("0", "en_US")
    assert parse_quantity("-3", "en_US", positive=False) == Quantity.parse("-3")


def test_a_price_may_be_nothing_but_not_less():
    assert parse_price("0", "en_US") == Price.parse("0")
    with pytest.raises(InvalidInput, match="less than zero"):
        parse_price("-1", "en_US")


def test_what_the_file_cannot_hold_is_refused():
    with pytest.raises(InvalidInput, match="six decimals"):
        parse_price("1.2345678", "en_US")
    with pytest.raises(InvalidInput, match="too large"):
        parse_quantity("1000000000000", "en_US")


def test_days_and_cards_are_whole_numbers_within_bounds():
    assert parse_whole("14", "en_US") == 14
    for text in ("1.5", "-1", "2000000"):
        with pytest.raises(InvalidInput):
            parse_whole(text, "en_US")


@pytest.mark.parametrize(
    ("text", "locale", "day"),
    [
        ("2026-12-04", "en_US", "2026-12-04"),
        ("4.12", "de_DE", "2026-12-04"),
        ("4.12.", "de_DE", "2026-12-04"),
        ("4.12.26", "de_DE", "2026-12-04"),
        ("4.12.2027", "de_DE", "2027-12-04"),
        ("4.12", "en_US", "2026-12-04"),
        ("12/4", "en_US", "2026-12-04"),
        ("4/12", "en_GB", "2026-12-04"),
        ("4 dec", "en_US", "2026-12-04"),
        ("Dec 4, 2026", "en_US", "2026-12-04"),
        ("4. Dezember", "de_DE", "2026-12-04"),
        ("4 déc.", "fr_FR", "2026-12-04"),
        ("fri", "en_US", "2026-11-27"),
        ("Fr", "de_DE", "2026-11-27"),
        ("Freitag", "de_DE", "2026-11-27"),
        ("mon", "en_US", "2026-11-30"),
        ("+2w", "en_US", "2026-12-07"),
        ("+3", "en_US", "2026-11-26"),
        ("-1d", "en_US", "2026-11-22"),
        ("+1m", "en_US", "2026-12-23"),
        ("today", "de_DE", "2026-11-23"),
        ("tomorrow", "en_US", "2026-11-24"),
        ("1.2", "de_DE", "2027-02-01"),
        ("23.11", "de_DE", "2026-11-23"),
        ("29.2", "de_DE", "2028-02-29"),
        ("Fri 4 Dec 2026", "en_US", "2026-12-04"),
        ("Fri 4 Dec", "en_US", "2026-12-04"),
    ],
)
def test_a_day_is_read_as_people_type_it(text, locale, day):
    assert parse_day(text, TODAY, locale).isoformat() == day


def test_a_day_whose_month_cannot_be_is_refused_with_the_other_reading():
    with pytest.raises(Ambiguous) as refused:
        parse_day("13/4", TODAY, "en_US")
    assert refused.value.readings == ("2027-04-13",)
    with pytest.raises(Ambiguous):
        parse_day("4/13", TODAY, "en_GB")


@pytest.mark.parametrize(
    "text",
    ["", "soon", "31.4", "30.2", "2026-13-01", "32.1", "0.5", "+9999w", "4.12.1", "4/12/1800", "13/13", "+", "fri 5"],
)
def test_what_is_no_day_is_refused_in_words(text):
    with pytest.raises(InvalidInput) as refused:
        parse_day(text, TODAY, "en_US")
    assert str(refused.value).endswith(".")


def test_a_weekday_that_does_not_fit_its_day_is_refused():
    with pytest.raises(InvalidInput, match="Friday"):
        parse_day("Mon 4 Dec 2026", TODAY, "en_US")


@given(st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2199, 12, 31)), st.sampled_from(LOCALES))
def test_an_iso_day_is_the_same_everywhere(day, locale):
    assert parse_day(day.isoformat(), TODAY, locale) == day


@given(st.text(max_size=12), st.sampled_from(LOCALES))
def test_any_text_is_a_day_or_refused(text, locale):
    with contextlib.suppress(InvalidInput):
        assert isinstance(parse_day(text, TODAY, locale), datetime.date)


def test_how_far_away_a_day_is_said_in_words():
    day = datetime.timedelta(days=1)
    assert in_days(TODAY + 11 * day, TODAY) == "in 11 days"
    assert in_days(TODAY + day, TODAY) == "tomorrow"
    assert in_days(TODAY - 3 * day, TODAY) == "3 days ago"
