"""The cash cycle: how many days money is tied up between paying for goods and being paid for them.

    days of stock      = stock x days / cost of sales
    days of customers  = owed by customers x days / sales
    days of suppliers  = owed to suppliers x days / cost of sales, or / purchases
    days of deposits   = deposits held x days / sales
    cash cycle         = stock + customers - suppliers - deposits

Everything is exact: amounts and days are fractions, amounts in units of the currency. A figure that would be wild is
not given: flow of nothing, too little history, more days than anybody could mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.i18n import tr

LEAST_HISTORY = 28  # days of books within a period, below which nothing is measured by it
MOST_DAYS = 1000  # beyond that the flow is too small to measure a balance by


class BalanceRule(Enum):
    """Which balance is measured: that on the evening of the last day, or the mean of the evenings before and after."""

    END = "end"
    AVERAGE = "average"


class PayablesOver(Enum):
    """What is owed to suppliers is measured by: what was sold at cost, or what they billed."""

    COST_OF_SALES = "cost_of_sales"
    PURCHASES = "purchases"


class YearRule(Enum):
    """How long a period counts: its own days, or its share of a year of 365 or 360 days (a month is a twelfth)."""

    OWN_DAYS = "period"
    DAYS_365 = "365"
    DAYS_360 = "360"


@dataclass(frozen=True, slots=True)
class Convention:
    """The choices that published figures differ by; the page states them."""

    balance: BalanceRule = BalanceRule.END
    payables_over: PayablesOver = PayablesOver.COST_OF_SALES
    year: YearRule = YearRule.OWN_DAYS

    def days_of(self, period: Period) -> Fraction:
        """How many days the period counts.

        >>> from datetime import date
        >>> Convention(year=YearRule.DAYS_360).days_of(Period(date(2026, 1, 1), date(2026, 3, 31)))
        Fraction(90, 1)
        """
        if self.year is YearRule.OWN_DAYS:
            return Fraction(period.days)
        year = int(self.year.value)
        months = period.whole_months()
        return Fraction(year * months, 12) if months else Fraction(period.days * year, 365)


class Part(Enum):
    """The four parts of the cycle."""

    STOCK = "stock"
    CUSTOMERS = "customers"
    SUPPLIERS = "suppliers"
    DEPOSITS = "deposits"

    @property
    def sign(self) -> int:
        """+1 where it ties money up, -1 where others' money works for the shop."""
        return 1 if self in (Part.STOCK, Part.CUSTOMERS) else -1


@dataclass(frozen=True, slots=True)
class Standing:
    """Balances on one evening; `stock` (with work in progress) is None where it was not known then."""

    stock: Fraction | None
    customers: Fraction
    suppliers: Fraction
    deposits: Fraction

    def of(self, part: Part) -> Fraction | None:
        """The balance of one part."""
        return {
            Part.STOCK: self.stock,
            Part.CUSTOMERS: self.customers,
            Part.SUPPLIERS: self.suppliers,
            Part.DEPOSITS: self.deposits,
        }[part]


@dataclass(frozen=True, slots=True)
class Flows:
    """What passed in a period: sales and purchases with tax, as they are owed; what was sold, at cost."""

    sales: Fraction
    cost_of_sales: Fraction
    purchases: Fraction


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """What the cycle of one period is computed from.

    Attributes: opening, closing: the evenings before its first and of its last day; recorded_days: how many of its days
    the books cover; stock_unknown: why there is no stock figure, "" where there is.
    """

    period: Period
    opening: Standing
    closing: Standing
    flows: Flows
    recorded_days: int
    stock_unknown: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One part in days.

    Attributes: days: None where it is not available; reason: why not, in a sentence; balance, flow: what it was
    computed from; counted_days: how many days the flow passed in, by the convention.
    """

    part: Part
    days: Fraction | None
    reason: str
    balance: Fraction | None
    flow: Fraction
    counted_days: Fraction

    @property
    def rate(self) -> Fraction:
        """Days that one unit of money in the balance makes; only where `days` is known."""
        return self.counted_days / self.flow


@dataclass(frozen=True, slots=True)
class CashCycle:
    """The cycle of one period: its four parts, and the days together (None where a part is not available)."""

    period: Period
    stock: Measure
    customers: Measure
    suppliers: Measure
    deposits: Measure

    @property
    def parts(self) -> tuple[Measure, ...]:
        """All parts, in the order of the formula."""
        return (self.stock, self.customers, self.suppliers, self.deposits)

    @property
    def days(self) -> Fraction | None:
        """Stock + customers - suppliers - deposits."""
        return cycle_of(*(measure.days for measure in self.parts))

    @property
    def reason(self) -> str:
        """Why there is no figure; "" where there is one."""
        return next((measure.reason for measure in self.parts if measure.days is None), "")


def cycle_of(
    stock: Fraction | None, customers: Fraction | None, suppliers: Fraction | None, deposits: Fraction | None
) -> Fraction | None:
    """Put four parts in days together.

    >>> cycle_of(Fraction(3), Fraction(28), Fraction(68), Fraction(0))
    Fraction(-37, 1)
    """
    if stock is None or customers is None or suppliers is None or deposits is None:
        return None
    return stock + customers - suppliers - deposits


def cash_cycle(figures: PeriodFigures, convention: Convention) -> CashCycle:
    """Measure one period."""
    flows = figures.flows
    over = flows.purchases if convention.payables_over is PayablesOver.PURCHASES else flows.cost_of_sales
    by_part = {
        Part.STOCK: flows.cost_of_sales,
        Part.CUSTOMERS: flows.sales,
        Part.SUPPLIERS: over,
        Part.DEPOSITS: flows.sales,
    }
    measures = [_measure(figures, part, flow, convention) for part, flow in by_part.items()]
    return CashCycle(figures.period, *measures)


def _measure(figures: PeriodFigures, part: Part, flow: Fraction, convention: Convention) -> Measure:
    counted = convention.days_of(figures.period) * min(figures.recorded_days, figures.period.days) / figures.period.days
    balance = balance_of(figures, part, convention)
    reason = _reason(figures, part, flow, convention)
    days = None if reason or balance is None else balance * counted / flow
    if days is not None and abs(days) > MOST_DAYS:
        days, reason = (
            None,
            tr("{flow} in this period is too little to measure the balance by.", flow=_named(part, convention)),
        )
    return Measure(part, days, reason, balance, flow, counted)


def balance_of(figures: PeriodFigures, part: Part, convention: Convention) -> Fraction | None:
    """The balance that the convention measures."""
    closing = figures.closing.of(part)
    if convention.balance is BalanceRule.END:
        return closing
    opening = figures.opening.of(part)
    return None if opening is None or closing is None else (opening + closing) / 2


def _reason(figures: PeriodFigures, part: Part, flow: Fraction, convention: Convention) -> str:
    if figures.recorded_days <= 0:
        return tr(
            "Nothing was booked by then: enter invoices and bills, or import orders and purchases with their dates."
        )
    if figures.recorded_days < min(LEAST_HISTORY, figures.period.days):
        return tr(
            "The books cover {days} days of this period; {least} are needed.",
            days=figures.recorded_days,
            least=min(LEAST_HISTORY, figures.period.days),
        )
    if part is Part.STOCK and balance_of(figures, part, convention) is None:
        return figures.stock_unknown or tr("What lay in stock then is not known.")
    if flow == 0:
        return tr("{flow} of this period: none. There is nothing to measure by.", flow=_named(part, convention))
    if flow < 0:
        return tr("{flow} of this period is below zero: more was taken back.", flow=_named(part, convention))
    return ""


def _named(part: Part, convention: Convention) -> str:
    if part in (Part.CUSTOMERS, Part.DEPOSITS):
        return tr("Sales")
    if part is Part.SUPPLIERS and convention.payables_over is PayablesOver.PURCHASES:
        return tr("Purchases")
    return tr("Cost of sales")


# --- what moved it


@dataclass(frozen=True, slots=True)
class Effect:
    """So many days of the change of the cycle from one cause.

    Attributes: part; is_pace: it is the flow that changed, not the balance; days: signed, of the cycle.
    """

    part: Part
    is_pace: bool
    days: Fraction


def effects(before: CashCycle, now: CashCycle) -> tuple[Effect, ...]:
    """Split the change of the cycle by cause; the days add up to it exactly.

    Of a part, balance x rate, the change of the balance counts at the mean of the two rates and the change of the rate
    at the mean of the two balances. Parts without a figure on either side are left out, and the cycle has no change.
    """
    found = []
    for old, new in zip(before.parts, now.parts, strict=True):
        if old.days is None or new.days is None or old.balance is None or new.balance is None:
            continue
        sign = new.part.sign
        found.append(Effect(new.part, False, sign * (new.balance - old.balance) * mean_rate(old, new)))
        pace = (old.balance + new.balance) / 2 * (new.rate - old.rate)
        found.append(Effect(new.part, True, sign * pace))
    return tuple(found)


def mean_rate(before: Measure, now: Measure) -> Fraction:
    """Days that one unit of money more in the balance has made between two periods."""
    return (before.rate + now.rate) / 2


@dataclass(frozen=True, slots=True)
class Cause:
    """What one customer, supplier, item or order has done to the cycle.

    Attributes: key: its code or number; before, now: its share of the balance; days: signed, of the cycle.
    """

    part: Part
    key: str
    before: Fraction
    now: Fraction
    days: Fraction


def causes(before: Measure, now: Measure, shares: Sequence[tuple[str, Fraction, Fraction]]) -> tuple[Cause, ...]:
    """Divide the balance effect of a part among those who make up its balance, the largest first.

    `shares` are (key, before, now); where they add up to the balances, the days add up to the part's balance effect.
    """
    if before.days is None or now.days is None:
        return ()
    rate = mean_rate(before, now) * now.part.sign
    found = [Cause(now.part, key, old, new, (new - old) * rate) for key, old, new in shares if old != new]
    return tuple(sorted(found, key=lambda cause: (-abs(cause.days), cause.key)))
