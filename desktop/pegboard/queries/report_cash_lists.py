"""The three lists of the owner's page: cash that is stuck, promises at risk, supply that can stop the shop."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from pegboard.domain.portions import value_of
from pegboard.domain.quantity import Money, divide_half_up, extended_amount, minor_digits
from pegboard.i18n import tr
from pegboard.queries.report_cash_open import open_invoices
from pegboard.queries.report_days import shop_day
from pegboard.queries.settings import settings
from pegboard.queries.valuation import ValuedStock, stock_valuation
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

LONG_LEAD = 10  # days from which a single supplier's lead time is long


class Trouble(Enum):
    """What is the matter."""

    IDLE_STOCK = "idle_stock"
    FINISHED = "finished"
    OVERDUE = "overdue"
    LATE = "late"
    WILL_BE_LATE = "will_be_late"
    LATE_SUPPLY = "late_supply"
    SINGLE_SOURCE = "single_source"


@dataclass(frozen=True, slots=True)
class Concern:
    """One line of a list.

    Attributes: trouble; noun, number: the record that it opens; subject: who or what it is about; days: idle, finished,
    overdue or late for, or the lead time; amount: what it ties up or puts at stake, None where no price is known.
    """

    trouble: Trouble
    noun: str
    number: str
    subject: str
    days: int
    amount: Money | None = None

    def words(self) -> str:
        """What is the matter, in words."""
        span = tr("1 day") if self.days == 1 else tr("{days} days", days=self.days)
        sentences = {
            Trouble.IDLE_STOCK: tr("idle for {span}", span=span) if self.days else tr("idle, nobody knows since when"),
            Trouble.FINISHED: tr("finished {span} ago", span=span),
            Trouble.OVERDUE: tr("{span} overdue", span=span),
            Trouble.LATE: tr("{span} late", span=span),
            Trouble.WILL_BE_LATE: tr("will be {span} late", span=span),
            Trouble.LATE_SUPPLY: tr("{span} late", span=span),
            Trouble.SINGLE_SOURCE: tr("only source, {span}", span=span),
        }
        return sentences[self.trouble]


def cash_stuck(reading: Reading) -> tuple[Concern, ...]:
    """Stock that nobody pulls, goods finished and not shipped, invoices overdue: the largest amounts first."""
    chosen = settings(reading)
    stock = stock_valuation(reading)
    found = [
        *_idle_stock(reading, stock, chosen.idle_stock_days, chosen.currency),
        *_finished(reading, chosen.currency),
        *_overdue(reading),
    ]
    return tuple(sorted(found, key=lambda each: (-(each.amount.minor if each.amount else 0), each.number)))


def _idle_stock(reading: Reading, stock: Sequence[ValuedStock], days: int, currency: str) -> Iterator[Concern]:
    """Items of which something free lies there that was neither received nor used for so many days."""
    buffers = dict(fetch(reading, "SELECT i.code, b.quantity FROM buffer b JOIN item i ON i.item_id = b.item_id"))
    free: dict[str, int] = {}
    since: dict[str, datetime.date] = {}
    for lying in stock:
        spare = lying.quantity.micro - lying.pegged.micro - buffers.pop(lying.item, 0)
        if spare <= 0 or lying.value is None:
            continue
        value = divide_half_up(lying.value.micro * spare, lying.quantity.micro)
        free[lying.item] = free.get(lying.item, 0) + value
        since[lying.item] = max(since.get(lying.item, datetime.date.min), lying.oldest or datetime.date.min)
    old = [item for item in free if (reading.today - since[item]).days >= days]
    for item, used in _last_uses(reading, old):
        since[item] = max(since[item], used)
    for item, value in free.items():
        is_known = since[item] > datetime.date.min
        idle = (reading.today - since[item]).days if is_known else 0
        if idle >= days or not is_known:
            yield Concern(Trouble.IDLE_STOCK, "item", item, item, idle, _money(value, currency))


def _last_uses(reading: Reading, items: Sequence[str]) -> Iterator[tuple[str, datetime.date]]:
    """The last day on which something of each item was issued, shipped or sold, also before the books began."""
    for item in items:
        for (at,) in fetch(
            reading,
            "SELECT max(e.at) FROM ledger_entry e JOIN stock s ON s.stock_id = e.stock_id"
            " JOIN item i ON i.item_id = s.item_id WHERE i.code = ? AND e.kind IN ('issue', 'ship', 'sale')",
            (item,),
        ):
            if at is not None:
                yield item, shop_day(at)
        for (shipped_on,) in fetch(
            reading,
            "SELECT max(l.shipped_on) FROM order_line l JOIN item i ON i.item_id = l.item_id WHERE i.code = ?",
            (item,),
        ):
            if shipped_on is not None:
                yield item, datetime.date.fromisoformat(shipped_on)


def _finished(reading: Reading, currency: str) -> Iterator[Concern]:
    """Orders for which goods lie in stock, pegged to the order itself."""
    values: dict[tuple[str, str], int] = {}
    since: dict[tuple[str, str], str] = {}
    for order, customer, received, quantity, cost in fetch(
        reading,
        "SELECT o.number, c.name, s.received_on, p.quantity, s.unit_cost FROM peg p"
        " JOIN requirement r ON r.requirement_id = p.requirement_id JOIN demand d ON d.demand_id = r.demand_id"
        " JOIN order_line l ON l.order_line_id = d.order_line_id JOIN customer_order o ON o.order_id = l.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id JOIN stock s ON s.stock_id = p.stock_id"
        " WHERE s.received_on IS NOT NULL",
    ):
        key = (order, customer or order)
        values[key] = values.get(key, 0) + (0 if cost is None else value_of(quantity, cost))
        since[key] = min(since.get(key, received), received)
    for (order, customer), value in values.items():
        days = (reading.today - datetime.date.fromisoformat(since[order, customer])).days
        if days > 0:
            yield Concern(Trouble.FINISHED, "order", order, customer, days, _money(value, currency))


def _overdue(reading: Reading) -> Iterator[Concern]:
    for each in open_invoices(reading, reading.today):
        days = each.overdue_days(reading.today)
        if days and each.open.minor > 0:
            yield Concern(Trouble.OVERDUE, "invoice", each.number, each.partner_name or each.partner, days, each.value)


def promises_at_risk(reading: Reading) -> tuple[Concern, ...]:
    """Order lines that are late, or will be by the last explosion: what is late already first, the longest first."""
    currency = settings(reading).currency
    today = reading.today
    found = []
    for order, line, customer, still_open, price, due, promise in fetch(
        reading,
        "SELECT o.number, l.line, c.name, l.quantity - l.shipped_quantity, l.unit_price, l.due_date, l.promise_date"
        " FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
        " JOIN customer c ON c.customer_id = o.customer_id WHERE l.status = 'confirmed' AND l.due_date IS NOT NULL"
        " AND l.quantity > l.shipped_quantity AND (l.due_date < ? OR l.promise_date > l.due_date)",
        (today.isoformat(),),
    ):
        due_on = datetime.date.fromisoformat(due)
        expected = max(today, datetime.date.fromisoformat(promise) if promise else today)
        trouble = Trouble.LATE if due_on < today else Trouble.WILL_BE_LATE
        amount = None if price is None else extended_amount(still_open, price, currency)
        days = (today if trouble is Trouble.LATE else expected) - due_on
        found.append(Concern(trouble, "order_line", f"{order}/{line}", customer or order, days.days, amount))
    return tuple(sorted(found, key=lambda each: (each.trouble is not Trouble.LATE, -each.days, each.number)))


def supply_at_risk(reading: Reading) -> tuple[Concern, ...]:
    """Deliveries that are late, then bought items that are wanted now, from one supplier, slowly and without a buffer.

    An item is wanted where an open requirement asks for it, or where a loop or a level holds it.
    """
    return (*_late_deliveries(reading), *_single_sources(reading))


def _late_deliveries(reading: Reading) -> Iterator[Concern]:
    currency = settings(reading).currency
    found = []
    for number, line, supplier, item, still_open, price, expected in fetch(
        reading,
        "SELECT o.number, l.line, s.name, i.code, l.quantity - l.received_quantity, l.unit_price,"
        " coalesce(l.promised_date, l.due_date) FROM purchase_line l"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN supplier s ON s.supplier_id = o.supplier_id JOIN item i ON i.item_id = l.item_id"
        " WHERE l.state = 'open' AND o.state = 'sent' AND l.quantity > l.received_quantity"
        " AND coalesce(l.promised_date, l.due_date) < ?",
        (reading.today.isoformat(),),
    ):
        days = (reading.today - datetime.date.fromisoformat(expected)).days
        amount = None if price is None else extended_amount(still_open, price, currency)
        subject = tr("{item}, {supplier}", item=item, supplier=supplier or "?")
        found.append(Concern(Trouble.LATE_SUPPLY, "purchase_line", f"{number}/{line}", subject, days, amount))
    yield from sorted(found, key=lambda each: (-each.days, each.number))


def _single_sources(reading: Reading) -> Iterator[Concern]:
    for item, supplier, days in fetch(
        reading,
        "SELECT i.code, min(coalesce(nullif(s.name, ''), s.code)),"
        " max(coalesce(x.lead_time_days, s.lead_time_days, i.lead_time_days)) AS days FROM item i"
        " JOIN supplier_item x ON x.item_id = i.item_id JOIN supplier s ON s.supplier_id = x.supplier_id"
        " WHERE i.source = 'buy' AND x.active = 1 AND s.active = 1"
        " AND NOT EXISTS (SELECT 1 FROM buffer b WHERE b.item_id = i.item_id AND b.quantity > 0)"
        " AND (EXISTS (SELECT 1 FROM requirement r WHERE r.item_id = i.item_id AND r.quantity > r.issued_quantity)"
        " OR EXISTS (SELECT 1 FROM kanban_loop k WHERE k.item_id = i.item_id)"
        " OR EXISTS (SELECT 1 FROM replenishment p WHERE p.item_id = i.item_id))"
        " GROUP BY i.code HAVING count(DISTINCT s.supplier_id) = 1"
        " AND max(coalesce(x.lead_time_days, s.lead_time_days, i.lead_time_days)) >= ? ORDER BY days DESC, i.code",
        (LONG_LEAD,),
    ):
        subject = tr("{item}, {supplier}", item=item, supplier=supplier)
        yield Concern(Trouble.SINGLE_SOURCE, "item", item, subject, days)


def _money(micro: int, currency: str) -> Money:
    """An amount of millionths, halves up."""
    return Money(divide_half_up(micro, 10 ** (6 - minor_digits(currency))), currency)
