"""Amounts of money documents: what is rounded, spread and taken off never makes or loses a cent."""

from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain.settlement import deposit_returned, deposit_taken, share, spread

cents = st.integers(0, 10**12)


@given(cents, st.lists(cents, max_size=8))
def test_a_payment_settles_no_more_than_it_brings_nor_than_is_open(amount: int, open_amounts: list[int]) -> None:
    parts = spread(amount, open_amounts)
    assert all(0 <= part <= each for part, each in zip(parts, open_amounts, strict=True))
    assert sum(parts) == min(amount, sum(open_amounts))


@given(cents, st.lists(cents, max_size=8))
def test_the_oldest_is_filled_before_the_next_gets_anything(amount: int, open_amounts: list[int]) -> None:
    parts = spread(amount, open_amounts)
    for place, part in enumerate(parts[1:], 1):
        assert not part or parts[:place] == open_amounts[:place]


@given(st.lists(cents, max_size=6), cents)
def test_a_deposit_is_taken_off_once_and_never_beyond_an_invoice(totals: list[int], paid: int) -> None:
    held = paid
    for total in totals:
        taken = deposit_taken(total, held)
        assert 0 <= taken <= total
        held -= taken
    assert held == max(0, paid - sum(totals))


@given(st.data(), st.integers(1, 10**9))
def test_credits_of_a_whole_invoice_free_exactly_its_deposit(data: st.DataObject, total: int) -> None:
    taken = data.draw(st.integers(0, total))
    cuts = sorted(data.draw(st.lists(st.integers(0, total), max_size=5)))
    parts = [after - before for before, after in zip([0, *cuts], [*cuts, total], strict=True)]
    credited = freed = 0
    for part in parts:
        back = deposit_returned(total, taken, credited, part)
        assert 0 <= back <= part
        credited, freed = credited + part, freed + back
    assert freed == taken


@given(cents, st.integers(0, 100_000_000))
def test_a_share_is_the_nearest_cent_and_has_the_sign_of_its_amount(amount: int, percent: int) -> None:
    tax = share(amount, percent)
    assert abs(tax * 100_000_000 - amount * percent) * 2 <= 100_000_000
    assert share(-amount, percent) == -tax
