"""The books that the cash cycle is measured from: balances on any evening, flows of any period, exact.

    customers owe       = invoices (with tax, less deposits taken off) - customer payments
    owed to suppliers   = bills (with tax) - supplier payments
    deposits held       = deposit payments - deposits taken off invoices
    stock               = ledger values, and what jobs that are not finished have used (`report_stock_days`)
    sales, purchases    = invoices and till sales, bills: with tax, without what was open when the books began

Each source is read once, as sums by day; every evening and period is then looked up in them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pegboard.domain.cash_cycle import Flows, PeriodFigures, Standing
from pegboard.domain.period import ONE_DAY, Period
from pegboard.domain.quantity import extended_amount, minor_digits
from pegboard.queries.report_days import DaySums, shop_day
from pegboard.queries.report_rates import Rates, rates
from pegboard.queries.report_stock_days import StockDays, stock_days
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

# Sums by day and currency: (day, currency, amount, ...) in minor units.
INVOICES = (
    "SELECT issued_on, currency, sum(net_amount + tax_amount - deposit_amount), sum(deposit_amount),"
    " sum(CASE WHEN origin <> 'opening' THEN net_amount + tax_amount ELSE 0 END), min(origin) FROM invoice"
    " WHERE issued_on <= ? GROUP BY issued_on, currency"
)
BILLS = (
    "SELECT billed_on, currency, sum(net_amount + tax_amount),"
    " sum(CASE WHEN origin <> 'opening' THEN net_amount + tax_amount ELSE 0 END), min(origin) FROM bill"
    " WHERE billed_on <= ? GROUP BY billed_on, currency"
)
PAYMENTS = (
    "SELECT paid_on, currency, kind, sum(amount) FROM payment WHERE kind IN ('customer', 'supplier', 'deposit')"
    " AND paid_on <= ? GROUP BY paid_on, currency, kind"
)
TILL_SALES = "SELECT sold_at, quantity, unit_price FROM pos_sale WHERE unit_price IS NOT NULL AND sold_at < ?"
_PAID = {"customer": ("customers", -1), "supplier": ("suppliers", -1), "deposit": ("deposits", 1)}


class Balance:
    """Amounts of several currencies by day, as a balance of an evening or a flow of a period in the shop's currency.

    A balance is worth what its currency is worth that evening; a flow what it was worth on its days. Halves up, once.
    """

    def __init__(self, known: Rates) -> None:
        self._rates = known
        self._scale = 10 ** minor_digits(known.currency)
        self._amounts: dict[str, list[tuple[int, int]]] = {}
        self._sums: dict[str, DaySums] = {}
        self._converted = DaySums(())

    def add(self, day: str, currency: str, minor: int) -> None:
        """Count an amount on a day."""
        if minor:
            self._amounts.setdefault(currency, []).append((date.fromisoformat(day).toordinal(), int(minor)))

    def close(self) -> None:
        """Sum up; nothing is added any more."""
        self._sums = {currency: DaySums(amounts) for currency, amounts in self._amounts.items()}
        flows = [
            (day, self._rates.convert(minor, currency, date.fromordinal(day)) or 0)
            for currency, amounts in self._amounts.items()
            for day, minor in amounts
        ]
        self._converted = DaySums(flows)

    @property
    def currencies(self) -> set[str]:
        """Whose amounts it has."""
        return set(self._amounts)

    @property
    def missing_rates(self) -> set[str]:
        """Currencies without any rate: they are left out."""
        own = self._rates.currency
        return {currency for currency in self._amounts if currency != own and currency not in self._rates.days}

    @property
    def early_rates(self) -> dict[str, date]:
        """Currencies with amounts of before their first rate, and the day of that rate, which counts for them."""
        firsts = {currency: date.fromisoformat(days[0]) for currency, days in self._rates.days.items()}
        return {
            currency: firsts[currency]
            for currency, amounts in self._amounts.items()
            if currency in firsts and min(day for day, _minor in amounts) < firsts[currency].toordinal()
        }

    def by(self, evening: date) -> Fraction:
        """What had come together by an evening."""
        total = sum(
            self._rates.convert(sums.by(evening), currency, evening) or 0 for currency, sums in self._sums.items()
        )
        return Fraction(total, self._scale)

    def within(self, period: Period) -> Fraction:
        """What passed in a period."""
        return Fraction(self._converted.within(period), self._scale)


@dataclass(frozen=True, slots=True)
class CashBooks:
    """All that the cycle is measured from.

    Attributes: currency; began: the first day on which anything was recorded, None where nothing was; as_of: the last
    day that counts; customers, suppliers, deposits: balances; sales, purchases: flows; stock; missing_rates: currencies
    whose documents are left out, since no rate was ever entered; early_rates: others that have documents of before
    their first rate, with its day; rates_since: since when the newest rate of each used currency holds.
    """

    currency: str
    began: date | None
    as_of: date
    customers: Balance
    suppliers: Balance
    deposits: Balance
    sales: Balance
    purchases: Balance
    stock: StockDays
    missing_rates: tuple[str, ...]
    early_rates: dict[str, date]
    rates_since: dict[str, date]

    def standing(self, evening: date) -> Standing:
        """The balances of an evening."""
        return Standing(
            self.stock.worth(evening),
            self.customers.by(evening),
            self.suppliers.by(evening),
            self.deposits.by(evening),
        )

    def figures(self, period: Period) -> PeriodFigures:
        """What the cycle of a period is computed from."""
        flows = Flows(self.sales.within(period), self.stock.cost_of_sales(period), self.purchases.within(period))
        return PeriodFigures(
            period,
            self.standing(period.day_before),
            self.standing(period.last),
            flows,
            self.recorded_days(period),
            self.stock.unknown_reason(period.last),
        )

    def recorded_days(self, period: Period) -> int:
        """How many days of the period the books cover, up to the day they are read to."""
        if self.began is None:
            return 0
        return max((min(period.last, self.as_of) - max(period.first, self.began)).days + 1, 0)


def cash_books(reading: Reading, until: date) -> CashBooks:
    """Read the books up to and including `until`."""
    known = rates(reading, settings(reading).currency)
    books = {name: Balance(known) for name in ("customers", "suppliers", "deposits", "sales", "purchases")}
    limit = (until.isoformat(),)
    days: list[str] = []
    for day, currency, owed, deposit, sale, origin in fetch(reading, INVOICES, limit):
        books["customers"].add(day, currency, owed)
        books["deposits"].add(day, currency, -deposit)
        books["sales"].add(day, currency, sale)
        days += [] if origin == "opening" else [day]
    for day, currency, owed, bought, origin in fetch(reading, BILLS, limit):
        books["suppliers"].add(day, currency, owed)
        books["purchases"].add(day, currency, bought)
        days += [] if origin == "opening" else [day]
    for day, currency, kind, amount in fetch(reading, PAYMENTS, limit):
        name, sign = _PAID[kind]
        books[name].add(day, currency, sign * amount)
        days.append(day)
    for day, amount in _till_sales(reading, known.currency, until):
        books["sales"].add(day, known.currency, amount)
    for balance in books.values():
        balance.close()
    stock = stock_days(reading, until)
    began = min((*map(date.fromisoformat, days), *([stock.began] if stock.began else [])), default=None)
    missing = sorted(set().union(*(balance.missing_rates for balance in books.values())))
    early = {currency: day for balance in books.values() for currency, day in balance.early_rates.items()}
    used = {currency for balance in books.values() for currency in balance.currencies}
    since = {currency: date.fromisoformat(days[-1]) for currency, days in known.days.items() if currency in used}
    return CashBooks(
        known.currency,
        began,
        until,
        stock=stock,
        missing_rates=tuple(missing),
        early_rates=dict(sorted(early.items())),
        rates_since=dict(sorted(since.items())),
        **books,
    )


def _till_sales(reading: Reading, currency: str, until: date) -> Iterator[tuple[str, int]]:
    """Sales at tills by the shop's day, each line rounded half up once."""
    after = (until + 2 * ONE_DAY).isoformat()  # instants are in UTC: the shop's day may be another
    for at, quantity, price in fetch(reading, TILL_SALES, (after,)):
        day = shop_day(at)
        if day <= until:
            yield day.isoformat(), extended_amount(quantity, price, currency).minor
