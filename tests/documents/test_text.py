"""Measuring, wrapping and formatting of text on paper."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from pegboard.documents.fonts import drawable, fitting_size, shortened, width, wrapped
from pegboard.documents.formats import formats_of
from pegboard.domain.quantity import Money, Price, Quantity

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=200)
rooms = st.floats(8, 150)


@given(texts, rooms, st.sampled_from([8.0, 9.0, 14.0]))
def test_wrapped_lines_fit_and_lose_nothing_but_blanks(text: str, room: float, size: float) -> None:
    lines = wrapped(text, room, size)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line, size) <= room or len(line) == 1 for line in lines)


def test_a_long_code_breaks_behind_its_hyphens() -> None:
    assert wrapped("BRACKET-LEFT-STAINLESS", 24, 9) == ("BRACKET-LEFT-", "STAINLESS")


def test_what_is_left_out_is_marked_with_an_ellipsis() -> None:
    lines = wrapped("one two three four five six", 10, 9, most=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert shortened("Harbor Lamps", 200, 9) == "Harbor Lamps"
    assert width(shortened("Harbor Lamps", 12, 9), 9) <= 12


def test_text_shrinks_to_fit_but_not_below_the_smallest_size() -> None:
    size = fitting_size("WO-0001-A", 20, 28, 8, True)
    assert width("WO-0001-A", size, True) <= 20
    assert fitting_size("W" * 100, 20, 28, 8) == 8


def test_numbers_and_days_follow_the_locale() -> None:
    german, british = formats_of("de_DE"), formats_of("en_GB")
    assert german.quantity(Quantity.parse("1.5"), "m") == "1,5 m"
    assert german.money(Money(123456, "EUR")) == "1.234,56"
    assert german.price(Price.parse("0.0325")) == "0,0325"
    assert british.price(Price.parse("12.5")) == "12.50"
    assert british.money(Money(-500, "EUR")) == "−5.00"
    assert british.money(Money(1234567, "JPY")) == "1,234,567"
    assert british.quantity(Quantity.parse("123456")) == "123,456"
    assert british.quantity(Quantity.parse("2026")) == "2026"
    assert british.day(datetime.date(2026, 12, 4)) == "Fri 4 Dec 2026"
    assert british.day(None) == ""
    assert formats_of("xx_XX").day(datetime.date(2026, 12, 4)) == "Fri 4 Dec 2026"


def test_durations_read_as_hours_and_minutes_rounded_up() -> None:
    british = formats_of("en_GB")
    assert british.minutes(Quantity.parse("40.2")) == "41 min"
    assert british.minutes(Quantity.parse("125")) == "2 h 05"


def test_letters_that_no_face_has_are_marked_and_signs_that_turn_text_fall_away() -> None:
    assert drawable("Lampe Ø 4 €", False) == "Lampe Ø 4 €"
    assert drawable("漢字 6 mm", False) == "\ufffd\ufffd 6 mm", "an instruction never just vanishes"
    assert drawable("a\u202ecod.exe\u200d", False) == "acod.exe"
    assert drawable("🪛\ufe0f", True) == "\ufffd"
    assert width("漢", 9) == width("\ufffd", 9)
