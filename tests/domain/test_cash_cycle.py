"""The cash cycle gives the published figures, adds up exactly, and is never wild."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain.cash_cycle import (
    BalanceRule,
    CashCycle,
    Convention,
    Flows,
    Part,
    PayablesOver,
    PeriodFigures,
    Standing,
    YearRule,
    cash_cycle,
    causes,
    cycle_of,
    effects,
)
from pegboard.domain.period import Period, Step, compared_with, last_complete, last_days, step_of, trend

YEAR = Period(date(1995, 1, 1), date(1995, 12, 31))
QUARTER = Period(date(1995, 1, 1), date(1995, 3, 31))
HBS = Convention(year=YearRule.DAYS_360)


def figures(
    closing: tuple[int | Fraction, ...],
    flows: tuple[int | Fraction, ...],
    period: Period = YEAR,
    opening: tuple[int | Fraction, ...] = (0, 0, 0, 0),
    recorded: int = 10_000,
) -> PeriodFigures:
    """What a period is measured from: balances (stock, customers, suppliers, deposits), flows (sales, cost, bought)."""
    return PeriodFigures(
        period,
        Standing(*map(Fraction, opening)),
        Standing(*map(Fraction, closing)),
        Flows(*map(Fraction, flows)),
        recorded,
    )


# Dell's quarters: days of stock, customers, suppliers and the cycle as published, each rounded on its own.
DELL_QUARTERS = [
    (40, 54, 46, 48), (44, 51, 55, 40), (47, 52, 51, 48), (55, 54, 53, 56),
    (55, 58, 56, 57), (41, 53, 43, 51), (33, 53, 45, 41), (33, 50, 42, 41),
    (32, 53, 45, 40), (35, 49, 44, 40), (35, 50, 46, 39), (32, 47, 44, 35),
    (34, 47, 42, 39), (36, 50, 43, 43), (37, 49, 43, 43), (31, 42, 33, 40),
]  # fmt: skip
DELL_YEARS = [
    (3, 28, 68, -37),
    (3, 31, 70, -36),
    (4, 32, 73, -37),
    (7, 35, 67, -25),
    (8, 38, 82, -36),
    (9, 40, 82, -33),
]


@pytest.mark.parametrize(("stock", "customers", "suppliers", "cycle"), DELL_QUARTERS)
def test_dells_quarters_by_the_90_day_convention(stock: int, customers: int, suppliers: int, cycle: int) -> None:
    sales, cost = 1_266_000, 1_007_000
    closing = (Fraction(stock * cost, 90), Fraction(customers * sales, 90), Fraction(suppliers * cost, 90), 0)
    found = cash_cycle(figures(closing, (sales, cost, 0), QUARTER), HBS)
    assert [measure.days for measure in found.parts] == [stock, customers, suppliers, 0]
    assert found.days is not None
    assert abs(found.days - cycle) <= 1  # the published parts are rounded


@pytest.mark.parametrize(("stock", "customers", "suppliers", "cycle"), DELL_YEARS)
def test_dells_years(stock: int, customers: int, suppliers: int, cycle: int) -> None:
    assert cycle_of(*map(Fraction, (stock, customers, suppliers, 0))) == cycle


def test_dells_year_1996_from_its_balance_sheet() -> None:
    given = figures((429, 726, 466, 0), (5296, 4229, 0), opening=(293, 538, 403, 0))
    at_end = cash_cycle(given, Convention(year=YearRule.DAYS_365))
    assert [round(float(measure.days or 0), 2) for measure in at_end.parts] == [37.03, 50.04, 40.22, 0]
    mean = cash_cycle(given, Convention(BalanceRule.AVERAGE, year=YearRule.DAYS_365))
    assert mean.stock.days == Fraction(361 * 365, 4229)
    assert mean.customers.days == Fraction(632 * 365, 5296)


def test_the_year_2024_and_the_textbook_example() -> None:
    parts = [Fraction(text) for text in ("19.57", "19.17", "104.76", "0")]
    assert cycle_of(*parts) == Fraction("-66.02")
    assert cycle_of(*(Fraction(text) for text in ("187.1", "20.1", "109.5", "0"))) == Fraction("97.7")


def test_purchases_are_cost_of_sales_and_what_stock_grew_by() -> None:
    purchases = 4229 + 429 - 293
    found = cash_cycle(
        figures((429, 726, 466, 0), (5296, 4229, purchases)),
        Convention(payables_over=PayablesOver.PURCHASES, year=YearRule.DAYS_365),
    )
    assert found.suppliers.days == Fraction(466 * 365, purchases)


def test_deposits_shorten_the_cycle() -> None:
    with_deposits = cash_cycle(figures((100, 100, 50, 60), (365, 365, 0)), Convention())
    assert with_deposits.deposits.days == 60
    assert with_deposits.days == 100 + 100 - 50 - 60


@pytest.mark.parametrize(
    ("rule", "period", "days"),
    [
        (YearRule.OWN_DAYS, QUARTER, Fraction(90)),
        (YearRule.DAYS_360, QUARTER, Fraction(90)),
        (YearRule.DAYS_365, QUARTER, Fraction(365, 4)),
        (YearRule.DAYS_360, YEAR, Fraction(360)),
        (YearRule.DAYS_365, Period(date(2026, 1, 5), date(2026, 1, 11)), Fraction(7)),
        (YearRule.DAYS_360, Period(date(2026, 1, 5), date(2026, 1, 11)), Fraction(7 * 360, 365)),
    ],
)
def test_a_period_counts_as_the_convention_says(rule: YearRule, period: Period, days: Fraction) -> None:
    assert Convention(year=rule).days_of(period) == days


# --- not available rather than wild


def test_without_sales_there_is_no_figure_but_a_reason() -> None:
    found = cash_cycle(figures((10, 0, 5, 0), (0, 100, 0)), Convention())
    assert found.customers.days is None
    assert found.days is None
    assert "Sales" in found.reason


def test_more_taken_back_than_sold_gives_no_figure() -> None:
    assert cash_cycle(figures((10, 5, 5, 0), (-20, 100, 0)), Convention()).customers.days is None


def test_a_trickle_of_cost_gives_no_figure_of_thousands_of_days() -> None:
    found = cash_cycle(figures((1_000_000, 5, 5, 0), (100, 1, 0)), Convention())
    assert found.stock.days is None
    assert "too little" in found.stock.reason


def test_little_history_gives_no_figure_and_some_history_counts_its_own_days() -> None:
    short = cash_cycle(figures((10, 10, 10, 0), (100, 100, 0), QUARTER, recorded=20), Convention())
    assert short.days is None
    assert "20 days" in short.reason
    some = cash_cycle(figures((10, 10, 10, 0), (100, 100, 0), QUARTER, recorded=45), Convention())
    assert some.stock.counted_days == 45
    assert some.stock.days == Fraction(10 * 45, 100)


def test_unknown_stock_gives_no_figure() -> None:
    unknown = Standing(None, Fraction(1), Fraction(1), Fraction(0))
    given = PeriodFigures(YEAR, unknown, unknown, Flows(Fraction(9), Fraction(9), Fraction(9)), 365, "Never counted.")
    found = cash_cycle(given, Convention())
    assert (found.stock.days, found.reason, found.days) == (None, "Never counted.", None)
    assert found.customers.days is not None


# --- what moved it

amounts = st.integers(0, 10**9).map(lambda cents: Fraction(cents, 100))
flow = st.integers(10**6, 10**9).map(lambda cents: Fraction(cents, 100))
standings = st.builds(Standing, amounts, amounts, amounts, amounts)
periods = st.builds(
    PeriodFigures,
    st.sampled_from([YEAR, QUARTER]),
    standings,
    standings,
    st.builds(Flows, flow, flow, flow),
    st.just(400),
)
conventions = st.builds(
    Convention, st.sampled_from(BalanceRule), st.sampled_from(PayablesOver), st.sampled_from(YearRule)
)


@given(periods, periods, conventions)
def test_the_causes_of_a_change_add_up_to_it_exactly(
    before: PeriodFigures, now: PeriodFigures, convention: Convention
) -> None:
    old, new = cash_cycle(before, convention), cash_cycle(now, convention)
    if old.days is None or new.days is None:
        return
    assert sum(effect.days for effect in effects(old, new)) == new.days - old.days


@given(periods, periods, st.lists(st.tuples(amounts, amounts), min_size=1, max_size=5))
def test_the_shares_of_those_who_make_up_a_balance_add_up_to_its_effect(
    before: PeriodFigures, now: PeriodFigures, shares: list[tuple[Fraction, Fraction]]
) -> None:
    old, new = (
        _with_customers(each, sum(share[place] for share in shares)) for place, each in enumerate((before, now))
    )
    measured = causes(old.customers, new.customers, [(str(key), *share) for key, share in enumerate(shares)])
    if old.customers.days is None or new.customers.days is None:
        assert measured == ()
        return
    (effect,) = (each for each in effects(old, new) if each.part is Part.CUSTOMERS and not each.is_pace)
    assert sum(cause.days for cause in measured) == effect.days


def _with_customers(given: PeriodFigures, owed: Fraction | int) -> CashCycle:
    closing = Standing(given.closing.stock, Fraction(owed), given.closing.suppliers, given.closing.deposits)
    return cash_cycle(PeriodFigures(given.period, given.opening, closing, given.flows, 400), Convention())


# --- periods


def test_a_trend_goes_back_week_by_week_month_by_month_and_window_by_window() -> None:
    today = date(2026, 3, 13)  # a Friday
    assert last_complete(today, Step.WEEK) == Period(date(2026, 3, 2), date(2026, 3, 8))
    assert last_complete(today, Step.MONTH) == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert last_complete(date(2026, 3, 31), Step.QUARTER) == Period(date(2026, 1, 1), date(2026, 3, 31))
    months = trend(last_complete(today, Step.MONTH), Step.MONTH, 13)
    assert (months[0].first, months[-1].last) == (date(2025, 2, 1), date(2026, 2, 28))
    windows = trend(last_days(today, 90), Step.ROLLING, 3)
    assert [window.last for window in windows] == [date(2026, 2, 27), date(2026, 3, 6), today]


def test_a_period_is_compared_with_the_one_before_and_a_window_with_four_weeks_ago() -> None:
    assert compared_with(YEAR) == Period(date(1994, 1, 1), date(1994, 12, 31))
    window = last_days(date(2026, 3, 13), 90)
    assert step_of(window) is Step.ROLLING
    assert compared_with(window) == last_days(date(2026, 2, 13), 90)
