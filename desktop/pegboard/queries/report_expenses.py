"""Other expenses by category, and whether the hours that people worked on jobs carry them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pegboard.domain.period import Period
from pegboard.domain.quantity import MICRO, Money, divide_half_up, minor_digits
from pegboard.queries.report_days import shop_day
from pegboard.queries.report_rates import rates
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

PAID = (
    "SELECT p.number, p.category, p.paid_on, p.currency, p.amount, p.reference, coalesce(s.name, '') FROM payment p"
    " LEFT JOIN supplier s ON s.supplier_id = p.supplier_id WHERE p.kind = 'expense' AND p.paid_on >= ?"
    " AND p.paid_on <= ? ORDER BY p.category, p.paid_on, p.payment_id"
)
WORKED = (
    "SELECT started_at, ended_at, coalesce(cost, 0), coalesce(overhead, 0) FROM time_entry"
    " WHERE ended_at IS NOT NULL AND ended_at >= ? AND ended_at <= ?"
)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expense:
    """Money spent on something that no purchase order ordered.

    Attributes: amount: negative where it was taken back; value: in the shop's currency, None without a rate.
    """

    number: str
    category: str
    paid_on: date
    reference: str
    supplier: str
    amount: Money
    value: Money | None


def expenses(reading: Reading, period: Period) -> tuple[Expense, ...]:
    """What was spent in a period, by category and day."""
    known = rates(reading, settings(reading).currency)
    return tuple(
        Expense(
            number,
            category,
            date.fromisoformat(day),
            reference,
            supplier,
            Money(int(minor), currency),
            known.money(int(minor), currency, date.fromisoformat(day)),
        )
        for number, category, day, currency, minor, reference, supplier in fetch(
            reading, PAID, (period.first.isoformat(), period.last.isoformat())
        )
    )


@dataclass(slots=True)
class CarriedMonth:
    """The hours of a month, and what they carried; minor units of the shop's currency.

    Attributes: minutes: on jobs; time: at the work centers' rates; overhead: by the rate of an hour; spent: other
    expenses, wages among them.
    """

    first: date
    minutes: int = 0
    time: int = 0
    overhead: int = 0
    spent: int = 0


def carried(reading: Reading, period: Period) -> tuple[CarriedMonth, ...]:
    """Month by month, within a period."""
    months: dict[date, CarriedMonth] = {}

    def month_of(day: date) -> CarriedMonth:
        first = day.replace(day=1)
        return months.setdefault(first, CarriedMonth(first))

    scale = 10 ** minor_digits(settings(reading).currency)
    around = ((period.first - ONE_DAY).isoformat(), (period.last + 2 * ONE_DAY).isoformat())  # instants are in UTC
    worth: dict[date, list[int]] = {}
    for started, ended, cost, overhead in fetch(reading, WORKED, around):
        day = min(shop_day(ended), reading.today)
        if day in period:
            month = month_of(day)
            took = datetime.fromisoformat(ended) - datetime.fromisoformat(started)
            month.minutes += int(took.total_seconds() // 60)
            sums = worth.setdefault(month.first, [0, 0])
            sums[0] += int(cost) - int(overhead)
            sums[1] += int(overhead)
    for first, (time, overhead) in worth.items():
        months[first].time = divide_half_up(time * scale, MICRO)
        months[first].overhead = divide_half_up(overhead * scale, MICRO)
    for expense in expenses(reading, period):
        if expense.value is not None:
            month_of(expense.paid_on).spent += expense.value.minor
    return tuple(months[first] for first in sorted(months))
