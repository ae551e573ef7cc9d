"""The cash cycle in plain words, for the screen and for paper; numbers come written by whoever shows them."""

from collections.abc import Callable
from fractions import Fraction

from pegboard.domain.cash_cycle import BalanceRule, CashCycle, Convention, Effect, Measure, Part, PayablesOver, YearRule
from pegboard.domain.period import Step, step_of
from pegboard.domain.quantity import divide_half_up
from pegboard.i18n import tr

Write = Callable[[Fraction], str]  # a number with one decimal, in the reader's language


def whole(days: Fraction) -> int:
    """Whole days, halves away from zero."""
    return divide_half_up(days.numerator, days.denominator)


def headline(now: CashCycle, before: CashCycle) -> str:
    """The page in a sentence: "Money is tied up for 41 days, 3 fewer than last month."."""
    if now.days is None:
        return tr("How long money is tied up cannot be said for this period.")
    days = whole(now.days)
    if days < 0:
        said = tr("Money comes in {days} days before it must be paid out", days=-days)
    else:
        said = tr("Money is tied up for {days} days", days=days)
    return f"{said}{_compared(days, now, before)}."


def _compared(days: int, now: CashCycle, before: CashCycle) -> str:
    if before.days is None:
        return ""
    then, earlier = than_words(now), whole(before.days)
    if days < 0 <= earlier:
        return tr("; {then} it was tied up for {days}", then=then, days=earlier)
    if earlier < 0 <= days:
        return tr("; {then} it came in {days} days before", then=then, days=-earlier)
    change = abs(days) - abs(earlier)
    if change == 0:
        return tr(", as {then}", then=then)
    if change < 0:
        return tr(", {change} fewer than {then}", change=-change, then=then)
    return tr(", {change} more than {then}", change=change, then=then)


def than_words(now: CashCycle) -> str:
    """What a period is compared with, in words."""
    return {
        Step.WEEK: tr("the week before"),
        Step.MONTH: tr("the month before"),
        Step.QUARTER: tr("the quarter before"),
        Step.YEAR: tr("the year before"),
        Step.ROLLING: tr("four weeks ago"),
    }[step_of(now.period)]


def part_title(part: Part) -> str:
    """A part of the cycle, short."""
    return {
        Part.STOCK: tr("Stock"),
        Part.CUSTOMERS: tr("Customers"),
        Part.SUPPLIERS: tr("Suppliers"),
        Part.DEPOSITS: tr("Deposits"),
    }[part]


def part_sentence(part: Part) -> str:
    """What a part means."""
    return {
        Part.STOCK: tr("in stock and unfinished jobs"),
        Part.CUSTOMERS: tr("until customers pay"),
        Part.SUPPLIERS: tr("until we pay suppliers"),
        Part.DEPOSITS: tr("paid ahead by customers"),
    }[part]


def formula(measure: Measure, convention: Convention, money: Write, number: Write) -> str:
    """How a part was computed, with its numbers; why there is none where there is none."""
    if measure.days is None or measure.balance is None:
        return measure.reason
    names = {
        Part.STOCK: (tr("stock"), tr("cost of sales")),
        Part.CUSTOMERS: (tr("owed by customers"), tr("sales with tax")),
        Part.SUPPLIERS: (tr("owed to suppliers"), tr("cost of sales")),
        Part.DEPOSITS: (tr("deposits held"), tr("sales with tax")),
    }
    balance, flow = names[measure.part]
    if measure.part is Part.SUPPLIERS and convention.payables_over is PayablesOver.PURCHASES:
        flow = tr("purchases with tax")
    return tr(
        "{balance} {amount} × {days} days ÷ {flow} {passed} = {result}",
        balance=balance,
        amount=money(measure.balance),
        days=number(measure.counted_days),
        flow=flow,
        passed=money(measure.flow),
        result=number(measure.days),
    )


def effect_words(effect: Effect) -> str:
    """What moved the cycle: a balance, or the pace of what it is measured by."""
    if effect.is_pace:
        is_faster = effect.days * effect.part.sign < 0
        return {
            Part.STOCK: tr("Stock sells faster") if is_faster else tr("Stock sells slower"),
            Part.CUSTOMERS: tr("Sales grew") if is_faster else tr("Sales fell"),
            Part.SUPPLIERS: tr("We pay sooner, as trade grew") if is_faster else tr("We pay later, as trade shrank"),
            Part.DEPOSITS: tr("Deposits weigh less, as sales grew")
            if is_faster
            else tr("Deposits weigh more, as sales fell"),
        }[effect.part]
    if effect.part in (Part.STOCK, Part.CUSTOMERS):
        is_more = effect.days > 0
    else:
        is_more = effect.days < 0
    return {
        Part.STOCK: tr("More in stock") if is_more else tr("Less in stock"),
        Part.CUSTOMERS: tr("Customers owe more") if is_more else tr("Customers owe less"),
        Part.SUPPLIERS: tr("We owe suppliers more") if is_more else tr("We owe suppliers less"),
        Part.DEPOSITS: tr("More deposits held") if is_more else tr("Fewer deposits held"),
    }[effect.part]


def cause_name(name: str, key: str) -> str:
    """What people call a cause; what has no key belongs to no order, item or partner."""
    return name or key or tr("Of no order")


def cause_words(part: Part, noun: str, *, grew: bool) -> str:
    """What somebody or something did, after its name."""
    if noun == "order" and part is not Part.DEPOSITS:
        if part is Part.STOCK:
            return tr("more in stock and jobs") if grew else tr("less in stock and jobs")
        return tr("more to be paid") if grew else tr("less to be paid")
    if part is Part.STOCK:
        if noun == "work_order":
            return tr("more in the job") if grew else tr("less in the job")
        return tr("more in stock") if grew else tr("less in stock")
    return {
        Part.CUSTOMERS: tr("owes more") if grew else tr("owes less"),
        Part.SUPPLIERS: tr("is owed more") if grew else tr("is owed less"),
        Part.DEPOSITS: tr("more paid ahead") if grew else tr("less paid ahead"),
    }[part]


def backup_words(made: str, drilled: str, *, is_broken: bool = False, is_second_late: bool = False) -> str:
    """Whether the books are safe; `made` and `drilled` are the last backup and drill as the reader writes them."""
    if not made:
        return tr("No backup yet.")
    said = [tr("Last backup {when}, checked.", when=made)]
    if drilled and is_broken:
        said = [tr("The last backup cannot be relied on: restored aside on {day}, it was broken.", day=drilled)]
    elif drilled:
        said.append(tr("Restored aside and proved {day}.", day=drilled))
    if is_second_late:
        said.append(tr("The second place has missed a week."))
    return " ".join(said)


def convention_words(convention: Convention) -> str:
    """The convention in a sentence, as the page states it."""
    balance = (
        tr("balances of the last evening")
        if convention.balance is BalanceRule.END
        else tr("the mean of the balances before and after")
    )
    over = tr("cost of sales") if convention.payables_over is PayablesOver.COST_OF_SALES else tr("purchases")
    days = (
        tr("the period's own days")
        if convention.year is YearRule.OWN_DAYS
        else tr("a year of {days} days", days=convention.year.value)
    )
    return tr("Measured by {balance}, suppliers over {over}, {days}.", balance=balance, over=over, days=days)
