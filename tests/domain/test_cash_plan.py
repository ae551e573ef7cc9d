"""The cash calendar, what an order asks of the till, and what if."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain.cash_plan import (
    CashEvent,
    CashKind,
    as_usual,
    calendar,
    low_point,
    mean_delays,
    need,
    paid_later,
    with_deposits,
    without_order,
)

MONDAY = datetime.date(2026, 1, 5)


def day(number: int) -> datetime.date:
    """So many days after the Monday."""
    return MONDAY + datetime.timedelta(days=number)


def event(after: int, minor: int, kind: CashKind = CashKind.INVOICE, **words: object) -> CashEvent:
    """An event so many days after the Monday."""
    return CashEvent(day(after), minor, kind, **words)  # type: ignore[arg-type]


events = st.builds(
    CashEvent,
    st.dates(day(-20), day(200)),
    st.integers(-10_000, 10_000),
    st.sampled_from(CashKind),
    st.just(""),
    st.sampled_from(["SO-1", "SO-2", ""]),
    st.sampled_from(["ZIN", "ACME"]),
    st.sampled_from(["KERN", ""]),
)


def test_weeks_begin_on_monday_and_what_is_overdue_comes_today() -> None:
    wednesday = day(2)
    weeks = calendar([event(-30, 500), event(6, -200), event(7, 50)], 1000, wednesday, 2)
    assert [(week.first, week.received, week.paid, week.cash) for week in weeks] == [
        (MONDAY, 500, 200, 1300),
        (day(7), 50, 0, 1350),
    ]
    assert low_point(weeks) == weeks[0]


@given(st.lists(events), st.integers(-10_000, 10_000))
def test_a_calendar_long_enough_ends_with_all_that_is_expected(known: list[CashEvent], opening: int) -> None:
    weeks = calendar(known, opening, MONDAY, 40)
    assert weeks[-1].cash == opening + sum(one.minor for one in known)


def test_an_order_with_a_deposit_before_its_parts_never_asks_anything_of_the_till() -> None:
    dell = need([event(0, 400), event(5, -300), event(40, 600)])
    assert (dell.peak, dell.peak_on, dell.positive_on, dell.cash_days, dell.end) == (0, None, day(0), 0, 700)


def test_what_an_order_ties_up_is_counted_by_day() -> None:
    usual = need([event(0, -300), event(10, -100), event(40, 1000)])
    assert (usual.peak, usual.peak_on, usual.positive_on) == (400, day(10), day(40))
    assert (usual.cash_days, usual.end) == (300 * 10 + 400 * 30, 600)


def test_an_order_that_never_pays_says_so() -> None:
    assert need([event(0, -300)]).positive_on is None


def test_customers_pay_as_late_as_they_usually_do_and_new_ones_like_all_others() -> None:
    paid = [("ZIN", day(0), day(10), 100)] * 3 + [("ACME", day(0), day(2), 900)]
    delays = mean_delays(paid)
    assert delays == {"ZIN": 10, "": 4}  # (3 * 100 * 10 + 900 * 2) / 1200
    moved = as_usual([event(0, 5, customer="ZIN"), event(0, 5, customer="NEW"), event(0, -5, CashKind.BILL)], delays)
    assert [one.day for one in moved] == [day(10), day(4), day(0)]


@given(st.lists(events), st.integers(0, 100))
def test_asking_for_deposits_moves_money_and_makes_none(known: list[CashEvent], percent: int) -> None:
    asked = with_deposits(known, percent, MONDAY)
    assert sum(one.minor for one in asked) == sum(one.minor for one in known)


def test_a_supplier_paid_later_and_an_order_dropped_with_its_share_of_a_purchase() -> None:
    known = [event(3, -90, CashKind.PURCHASE, number="PO-1/1", supplier="KERN"), event(9, 70, order="SO-1")]
    assert paid_later(known, "KERN", 15)[0].day == day(18)
    share = [event(3, -30, CashKind.PURCHASE, number="PO-1/1", order="SO-1")]
    assert [one.minor for one in without_order(known, share, "SO-1")] == [-60]
