"""The cash cycle of a period, what it was before, and how it came to be so over 13 periods."""

from collections.abc import Sequence
from dataclasses import dataclass

from pegboard.domain.cash_cycle import (
    BalanceRule,
    CashCycle,
    Convention,
    PayablesOver,
    PeriodFigures,
    YearRule,
    cash_cycle,
)
from pegboard.domain.period import Period, compared_with, step_of, trend
from pegboard.i18n import tr
from pegboard.queries.report_cash import CashBooks, cash_books
from pegboard.queries.settings import settings
from pegboard.storage.store import Reading

TREND = 13  # periods
OLD_RATE = 31  # days after which a rate is worth a word


@dataclass(frozen=True, slots=True)
class CycleHistory:
    """The cycle now, before, and over time.

    Attributes: convention; now, before: the period asked for and the one it is compared with; trend: 13 cycles up to
    now, the oldest first; figures: what `now` was computed from; books: where all of it comes from.
    """

    convention: Convention
    now: CashCycle
    before: CashCycle
    trend: tuple[CashCycle, ...]
    figures: PeriodFigures
    books: CashBooks


def convention_of(reading: Reading) -> Convention:
    """The convention that the settings choose."""
    chosen = settings(reading)
    return Convention(
        BalanceRule(chosen.cash_balance), PayablesOver(chosen.cash_payables_over), YearRule(chosen.cash_days)
    )


def cycle_history(reading: Reading, period: Period, convention: Convention | None = None) -> CycleHistory:
    """Measure a period, the one it is compared with and the 13 up to it; the books are read once."""
    chosen = convention or convention_of(reading)
    books = cash_books(reading, min(period.last, max(reading.today, period.first)))
    figures = books.figures(period)
    return CycleHistory(
        chosen,
        cash_cycle(figures, chosen),
        cash_cycle(books.figures(compared_with(period)), chosen),
        measured(books, trend(period, step_of(period), TREND), chosen),
        figures,
        books,
    )


def measured(books: CashBooks, periods: Sequence[Period], convention: Convention) -> tuple[CashCycle, ...]:
    """The cycles of several periods from the same books."""
    return tuple(cash_cycle(books.figures(period), convention) for period in periods)


def book_notes(books: CashBooks, period: Period) -> tuple[str, ...]:
    """What the figures leave out, in sentences; nothing where all is known."""
    notes = []
    if books.missing_rates:
        notes.append(
            tr(
                "Documents in {currencies} are left out: enter an exchange rate.",
                currencies=", ".join(books.missing_rates),
            )
        )
    for currency, day in books.early_rates.items():
        told = tr(
            "Documents in {currency} of before {day} count at the rate of that day: none is older.",
            currency=currency,
            day=day.isoformat(),
        )
        notes.append(told)
    for currency, day in books.rates_since.items():
        if (days := (period.last - day).days) > OLD_RATE:
            notes.append(
                tr("The rate of {currency} is {days} days old: enter a newer one.", currency=currency, days=days)
            )
    if unknown := books.stock.unknown_sold.within(period):
        notes.append(tr("{count} sales of this period have no known cost and count as nothing.", count=unknown))
    if books.stock.has_cost and (unknown := books.stock.unknown_moved.by(period.last)):
        notes.append(tr("{count} bookings of stock have no known cost and count as nothing.", count=unknown))
    return tuple(notes)
