"""Who moved the cash cycle: what each customer, supplier, order, item and job has in its balances on several evenings.

The shares of a part add up to its balance of that evening (amounts of other currencies but for their rounding).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction

from pegboard.domain.cash_cycle import BalanceRule, Cause, Measure, Part, causes
from pegboard.domain.period import ONE_DAY
from pegboard.domain.quantity import MICRO, minor_digits
from pegboard.queries.report_cash_cycle import CycleHistory
from pegboard.queries.report_rates import Rates, rates
from pegboard.queries.report_stock_days import first_count_on, job_days, old_receipts, old_sales
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

Shares = Mapping[str, Sequence[Fraction]]  # key -> its share on each evening

# (key, currency, sums on the evenings): {sums:day:amount} is one sum for each evening, {since:day} leaves out what is
# older than all of them where only the changes between them matter.
CUSTOMERS = (
    "SELECT c.code, i.currency, {sums:i.issued_on:i.net_amount + i.tax_amount - i.deposit_amount} FROM invoice i"
    " JOIN customer c ON c.customer_id = i.customer_id WHERE {since:i.issued_on} GROUP BY c.code, i.currency",
    "SELECT c.code, p.currency, {sums:p.paid_on:-p.amount} FROM payment p JOIN customer c"
    " ON c.customer_id = p.customer_id WHERE p.kind = 'customer' AND {since:p.paid_on} GROUP BY c.code, p.currency",
)
SUPPLIERS = (
    "SELECT s.code, b.currency, {sums:b.billed_on:b.net_amount + b.tax_amount} FROM bill b"
    " JOIN supplier s ON s.supplier_id = b.supplier_id WHERE {since:b.billed_on} GROUP BY s.code, b.currency",
    "SELECT s.code, p.currency, {sums:p.paid_on:-p.amount} FROM payment p JOIN supplier s"
    " ON s.supplier_id = p.supplier_id WHERE p.kind = 'supplier' AND {since:p.paid_on} GROUP BY s.code, p.currency",
)
DEPOSITS = (
    "SELECT coalesce(o.number, ''), p.currency, {sums:p.paid_on:p.amount} FROM payment p LEFT JOIN customer_order o"
    " ON o.order_id = p.order_id WHERE p.kind = 'deposit' AND {since:p.paid_on}"
    " GROUP BY coalesce(o.number, ''), p.currency",
    "SELECT coalesce(o.number, ''), i.currency, {sums:i.issued_on:-i.deposit_amount} FROM invoice i"
    " LEFT JOIN customer_order o ON o.order_id = i.order_id WHERE i.deposit_amount <> 0 AND {since:i.issued_on}"
    " GROUP BY coalesce(o.number, ''), i.currency",
)
MOVED = (
    "SELECT i.code, {sums:e.at:e.value} FROM ledger_entry e JOIN stock s ON s.stock_id = e.stock_id"
    " JOIN item i ON i.item_id = s.item_id WHERE e.kind NOT IN ('ship', 'transfer') AND e.value IS NOT NULL"
    " AND {since:e.at} GROUP BY i.code"
)
SHIPPED = (
    "SELECT i.code, {sums:h.shipped_on:e.value} FROM ledger_entry e JOIN shipment h ON h.number = e.document"
    " JOIN stock s ON s.stock_id = e.stock_id JOIN item i ON i.item_id = s.item_id WHERE e.kind = 'ship'"
    " AND e.value IS NOT NULL AND {since:h.shipped_on} GROUP BY i.code"
)
# What lies there this evening needs no days: what was shipped is gone whenever it went.
LYING = (
    "SELECT i.code, sum(e.value) FROM (SELECT stock_id, sum(value) AS value FROM ledger_entry WHERE kind <> 'transfer'"
    " AND value IS NOT NULL GROUP BY stock_id) e JOIN stock s ON s.stock_id = e.stock_id"
    " JOIN item i ON i.item_id = s.item_id GROUP BY i.code"
)
FIRST_COUNT = (
    "SELECT i.code, sum(e.value) FROM ledger_entry e JOIN stock s ON s.stock_id = e.stock_id"
    " JOIN item i ON i.item_id = s.item_id WHERE e.kind = 'count' AND e.at >= ? AND e.at < ?"
    " AND e.value IS NOT NULL GROUP BY i.code"
)
NAMES = {
    Part.CUSTOMERS: "SELECT code, name FROM customer",
    Part.SUPPLIERS: "SELECT code, name FROM supplier",
    Part.DEPOSITS: "SELECT o.number, c.name FROM customer_order o JOIN customer c ON c.customer_id = o.customer_id",
    Part.STOCK: "SELECT code, description FROM item",
}
NOUNS = {Part.CUSTOMERS: "customer", Part.SUPPLIERS: "supplier", Part.DEPOSITS: "order", Part.STOCK: "item"}


@dataclass(frozen=True, slots=True)
class NamedCause:
    """A cause with what people call it.

    Attributes: noun: of the record that it opens: customer, supplier, order, item or work_order.
    """

    cause: Cause
    name: str
    noun: str


def top_causes(reading: Reading, history: CycleHistory, count: int) -> tuple[NamedCause, ...]:
    """Who moved the cycle most since the period before, over all parts, the largest first."""
    evenings = evenings_of(history)
    found: list[tuple[Cause, str]] = []
    for part in Part:
        old, new = part_measures(history, part)
        if old.days is None or new.days is None:
            continue
        for noun, shares in shares_of(reading, history, part, evenings, changes_only=True):
            found += [(cause, noun) for cause in causes(old, new, weighed_shares(history, shares))[:count]]
    found.sort(key=lambda each: (-abs(each[0].days), each[0].key))
    return _named(reading, found[:count])


def part_measures(history: CycleHistory, part: Part) -> tuple[Measure, Measure]:
    """A part before and now."""
    pairs = zip(history.before.parts, history.now.parts, strict=True)
    return next((old, new) for old, new in pairs if new.part is part)


def weighed_shares(history: CycleHistory, shares: Shares) -> list[tuple[str, Fraction, Fraction]]:
    """(key, before, now): shares on `evenings_of(history)` as the convention measures balances."""
    count = len(evenings_of(history))
    half, weights = count // 2, [Fraction(2, count)] * (count // 2)
    return [
        (key, _weighed(amounts[:half], weights), _weighed(amounts[half:], weights)) for key, amounts in shares.items()
    ]


def evenings_of(history: CycleHistory) -> tuple[date, ...]:
    """The evenings whose balances the convention measures: first those of the period before, then those of now."""
    before, now = history.before.period, history.now.period
    if history.convention.balance is BalanceRule.END:
        return (before.last, now.last)
    return (before.day_before, before.last, now.day_before, now.last)


def _weighed(amounts: Sequence[Fraction], weights: Sequence[Fraction]) -> Fraction:
    return sum((amount * weight for amount, weight in zip(amounts, weights, strict=True)), Fraction(0))


def _named(reading: Reading, found: Sequence[tuple[Cause, str]]) -> tuple[NamedCause, ...]:
    names: dict[Part, dict[str, str]] = {}
    for cause, _noun in found:
        if cause.part not in names:
            names[cause.part] = dict(fetch(reading, NAMES[cause.part]))
    return tuple(NamedCause(cause, names[cause.part].get(cause.key, ""), noun) for cause, noun in found)


def shares_of(
    reading: Reading, history: CycleHistory, part: Part, evenings: Sequence[date], *, changes_only: bool = False
) -> Iterator[tuple[str, Shares]]:
    """The shares in the balance of a part: (noun of the keys, shares); stock has items and jobs.

    With `changes_only`, shares may leave out what they had before the first evening: their differences are the same.
    """
    books = history.books
    basis = ShareBasis(books.currency, books.stock.counted_on, max(reading.today, books.as_of))
    yield from _shares_of(reading, basis, part, evenings, changes_only=changes_only)


@dataclass(frozen=True, slots=True)
class ShareBasis:
    """What shares rest on: the shop's currency, the first count (None without one), the last day that counts."""

    currency: str
    counted_on: date | None
    as_of: date


def _shares_of(
    reading: Reading, basis: ShareBasis, part: Part, evenings: Sequence[date], *, changes_only: bool = False
) -> Iterator[tuple[str, Shares]]:
    known = rates(reading, basis.currency)
    if part is Part.STOCK:
        yield "item", _items(reading, basis.counted_on, evenings, changes_only=changes_only)
        yield "work_order", _jobs(reading, basis, evenings)
    else:
        statements = {Part.CUSTOMERS: CUSTOMERS, Part.SUPPLIERS: SUPPLIERS, Part.DEPOSITS: DEPOSITS}[part]
        # What is worth something else each evening must be known whole.
        since = min(evenings) if changes_only and not known.days else None
        yield NOUNS[part], _partners(reading, statements, known, evenings, since)


def shares_by_statements(
    reading: Reading, history: CycleHistory, statements: Sequence[str], evenings: Sequence[date]
) -> Shares:
    """Shares by the key that statements of the form above give, in the shop's currency."""
    return _partners(reading, statements, rates(reading, history.books.currency), evenings, None)


def _partners(
    reading: Reading, statements: Sequence[str], known: Rates, evenings: Sequence[date], since: date | None
) -> Shares:
    limits = [evening.isoformat() for evening in evenings]
    sums: dict[tuple[str, str], list[int]] = {}
    for statement in statements:
        filled = _filled(statement, "<=", len(limits), ">" if since else "")
        for key, currency, *amounts in fetch(reading, filled, [*limits, *([since.isoformat()] if since else [])]):
            have = sums.setdefault((key, currency), [0] * len(limits))
            sums[key, currency] = [total + int(amount) for total, amount in zip(have, amounts, strict=True)]
    scale = 10 ** minor_digits(known.currency)
    shares: dict[str, list[Fraction]] = {}
    for (key, currency), totals in sums.items():
        have_shares = shares.setdefault(key, [Fraction(0)] * len(limits))
        for place, (total, evening) in enumerate(zip(totals, evenings, strict=True)):
            have_shares[place] += Fraction(known.convert(total, currency, evening) or 0, scale)
    return shares


def _filled(statement: str, sign: str, count: int, since: str) -> str:
    """Fill in what stands in braces: a sum for each evening, and the oldest day with the sign `since`, "" for all."""
    before, _, rest = statement.partition("{sums:")
    inside, _, after = rest.partition("}")
    day, _, amount = inside.partition(":")
    sums = ", ".join([f"sum(CASE WHEN {day} {sign} ? THEN {amount} ELSE 0 END)"] * count)
    condition, _, end = after.partition("{since:")
    column, _, end = end.partition("}")
    return before + sums + condition + (f"{column} {since} ?" if since else "1 = 1") + end


def _items(reading: Reading, counted_on: date | None, evenings: Sequence[date], *, changes_only: bool) -> Shares:
    """What lay in stock of each item; evenings before the first count are worked back as the whole is."""
    if counted_on is not None and not changes_only and tuple(evenings) == (reading.today,):
        return {code: [Fraction(int(value), MICRO)] for code, value in fetch(reading, LYING)}
    limits = [evening.isoformat() for evening in evenings]
    ends = [_midnight(reading, evening) for evening in evenings]
    is_short = changes_only and counted_on is not None and min(evenings) >= counted_on
    sums: dict[str, list[int]] = {}
    moved = _filled(MOVED, "<", len(evenings), ">=" if is_short else "")
    _add(sums, fetch(reading, moved, [*ends, *([min(ends)] if is_short else [])]))
    shipped = _filled(SHIPPED, "<=", len(evenings), ">" if is_short else "")
    _add(sums, fetch(reading, shipped, [*limits, *([min(limits)] if is_short else [])]))
    early = [place for place, evening in enumerate(evenings) if counted_on is None or evening < counted_on]
    for place in early:
        for key, value in _worked_back(reading, evenings[place], counted_on):
            sums.setdefault(key, [0] * len(evenings))[place] += value
    return {key: [Fraction(total, MICRO) for total in totals] for key, totals in sums.items()}


def _add(sums: dict[str, list[int]], found: Sequence[tuple[object, ...]]) -> None:
    for key, *amounts in found:
        have = sums.setdefault(str(key), [0] * len(amounts))
        sums[str(key)] = [total + int(str(amount)) for total, amount in zip(have, amounts, strict=True)]


def _midnight(reading: Reading, evening: date) -> str:
    """The instant in UTC at which the shop's day ends, as it lies in the file; no end for today and later."""
    if evening >= reading.today:
        return "9999-12-31"
    local = datetime.combine(evening + ONE_DAY, time()).astimezone()
    return local.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _worked_back(reading: Reading, evening: date, counted_on: date | None) -> Iterator[tuple[str, int]]:
    codes = dict(fetch(reading, "SELECT item_id, code FROM item"))
    last = counted_on.toordinal() if counted_on else date.max.toordinal()
    span = range(evening.toordinal() + 1, last + 1)
    if counted_on is not None:
        day = (_midnight(reading, counted_on - ONE_DAY), _midnight(reading, counted_on))
        yield from ((key, int(value)) for key, value in fetch(reading, FIRST_COUNT, day))
    yield from ((codes[item], -value) for day, item, value in old_receipts(reading) if day in span)
    yield from ((codes[item], value) for day, item, value in old_sales(reading) if day in span and value is not None)


def _jobs(reading: Reading, basis: ShareBasis, evenings: Sequence[date]) -> Shares:
    """What lay in each unfinished job."""
    counted_on = basis.counted_on
    numbers = dict(fetch(reading, "SELECT work_order_id, number FROM work_order"))
    shares: dict[str, list[Fraction]] = {}
    for key, day, value in job_days(reading, basis.as_of):
        have = shares.setdefault(numbers[key], [Fraction(0)] * len(evenings))
        for place, evening in enumerate(evenings):
            if day <= evening.toordinal() and counted_on is not None and evening >= counted_on:
                have[place] += Fraction(value, MICRO)
    return shares


@dataclass(frozen=True, slots=True)
class Share:
    """What one item, job, order, customer or supplier had in a balance."""

    noun: str
    key: str
    name: str
    amount: Fraction


def standing_shares(reading: Reading, evening: date, part: Part) -> tuple[str, tuple[Share, ...]]:
    """The shop's currency, and all shares in the balance of a part on one evening that are not nothing."""
    basis = ShareBasis(settings(reading).currency, first_count_on(reading), max(reading.today, evening))
    names = dict(fetch(reading, NAMES[part]))
    found = tuple(
        Share(noun, key, names.get(key, ""), amounts[0])
        for noun, shares in _shares_of(reading, basis, part, (evening,))
        for key, amounts in shares.items()
        if amounts[0]
    )
    return basis.currency, found
