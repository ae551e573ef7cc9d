"""The text in our barcodes: short, typeable, and it tells when it was misread."""

import doctest
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain import codes
from pegboard.domain.codes import KINDS, ScanCode, check_character, code_text, parse_code, print_code
from pegboard.domain.errors import InvalidInput

numbers = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=24)
prints = st.one_of(st.just(""), st.integers(1, 10**6).map(print_code))
scan_codes = st.builds(ScanCode, st.sampled_from(KINDS), numbers, st.none() | st.integers(0, 9999), prints)


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(codes).failed == 0


@given(scan_codes)
def test_what_is_written_is_read_back(code: ScanCode) -> None:
    assert parse_code(code_text(code)) == code


@given(scan_codes)
def test_a_code_keeps_to_the_small_character_set_of_qr_and_code_128(code: ScanCode) -> None:
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", code_text(code))


def test_our_own_series_is_short_and_other_numbers_stay_whole() -> None:
    assert code_text(ScanCode("WO", "WO-0123", 30, "P7K3"))[:-1] == "PGBWO0123.30-7K3"
    assert code_text(ScanCode("WO", "WO-12a"))[:-1] == "PGBWO:WO-12*A*-"
    assert parse_code(code_text(ScanCode("SO", "WO-0123"))).number == "WO-0123"


def test_capitals_lock_and_blanks_around_do_no_harm() -> None:
    text = code_text(ScanCode("KB", "LAMP-hb:3"))
    assert parse_code(f" {text.lower()}\n") == ScanCode("KB", "LAMP-hb:3")


@given(scan_codes, st.data())
def test_one_wrong_letter_or_digit_is_noticed(code: ScanCode, data: st.DataObject) -> None:
    text = code_text(code)
    place = data.draw(
        st.integers(0, len(text) - 1).filter(lambda at: text[at] in string.ascii_uppercase + string.digits)
    )
    other = data.draw(st.sampled_from(string.ascii_uppercase + string.digits).filter(lambda sign: sign != text[place]))
    with pytest.raises(InvalidInput):
        parse_code(text[:place] + other + text[place + 1 :])


def test_nearly_all_swapped_neighbours_are_noticed() -> None:
    texts = [f"PGBWO{serial:04d}.{10 * (serial % 9)}-{print_code(serial)[1:]}" for serial in range(1, 500)]
    pairs = [(text, text[:at] + text[at + 1] + text[at] + text[at + 2 :]) for text in texts for at in range(5, 8)]
    pairs = [(text, swapped) for text, swapped in pairs if text != swapped]
    missed = [text for text, swapped in pairs if check_character(text) == check_character(swapped)]
    assert len(missed) < len(pairs) / 50


@pytest.mark.parametrize("text", ["", "PGB", "4006381333931", "PGBXX12-A", "ABCWO0001-223J", "PGBWO"])
def test_a_foreign_code_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(InvalidInput, match="Scan a traveler"):
        parse_code(text)


def test_a_shop_can_have_its_own_prefix() -> None:
    text = code_text(ScanCode("WO", "WO-0001"), "HLB")
    assert text.startswith("HLBWO")
    assert parse_code(text, "HLB").number == "WO-0001"


def test_print_codes_are_short_unique_and_have_no_letter_that_looks_like_a_digit() -> None:
    made = [print_code(serial) for serial in range(1, 40_000)]
    assert len(set(made)) == len(made)
    assert max(map(len, made)) == 5
    assert not set("".join(made)) & set("01IO")
