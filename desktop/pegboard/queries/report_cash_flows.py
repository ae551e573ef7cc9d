"""The documents behind the flows of the cash cycle: sales, purchases, and what was sold at cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pegboard.domain.period import Period
from pegboard.domain.quantity import Money, Price, Quantity, extended_amount
from pegboard.queries.report_days import shop_day
from pegboard.queries.report_rates import rates
from pegboard.queries.report_stock_days import old_sales
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class FlowDocument:
    """An invoice, a bill, or the till sales of a day (without a number).

    Attributes: net, tax: in its own currency; value: with tax in the shop's, None without a rate.
    """

    number: str
    partner: str
    partner_name: str
    day: date
    net: Money
    tax: Money
    value: Money | None


def sales_of(reading: Reading, period: Period) -> tuple[FlowDocument, ...]:
    """Invoices and credit notes of a period, then its till sales by day."""
    found = _documents(
        reading,
        period,
        "SELECT i.number, c.code, c.name, i.issued_on, i.currency, i.net_amount, i.tax_amount FROM invoice i"
        " JOIN customer c ON c.customer_id = i.customer_id WHERE i.issued_on BETWEEN ? AND ? AND i.origin <> 'opening'"
        " ORDER BY i.issued_on, i.invoice_id",
    )
    return (*found, *_till_days(reading, period))


def purchases_of(reading: Reading, period: Period) -> tuple[FlowDocument, ...]:
    """Bills and suppliers' credit notes of a period."""
    return _documents(
        reading,
        period,
        "SELECT b.number, s.code, s.name, b.billed_on, b.currency, b.net_amount, b.tax_amount FROM bill b"
        " JOIN supplier s ON s.supplier_id = b.supplier_id WHERE b.billed_on BETWEEN ? AND ? AND b.origin <> 'opening'"
        " ORDER BY b.billed_on, b.bill_id",
    )


def _documents(reading: Reading, period: Period, statement: str) -> tuple[FlowDocument, ...]:
    known = rates(reading, settings(reading).currency)
    found = fetch(reading, statement, (period.first.isoformat(), period.last.isoformat()))
    return tuple(
        FlowDocument(
            number,
            partner,
            name,
            date.fromisoformat(day),
            Money(net, currency),
            Money(tax, currency),
            known.money(net + tax, currency, date.fromisoformat(day)),
        )
        for number, partner, name, day, currency, net, tax in found
    )


def _till_days(reading: Reading, period: Period) -> Iterator[FlowDocument]:
    currency = settings(reading).currency
    days: dict[tuple[date, str], Money] = {}
    for location, at, quantity, price in fetch(
        reading,
        "SELECT l.code, s.sold_at, s.quantity, s.unit_price FROM pos_sale s JOIN location l"
        " ON l.location_id = s.location_id WHERE s.unit_price IS NOT NULL",
    ):
        day = shop_day(at)
        if day in period:
            key = (day, location)
            days[key] = days.get(key, Money(0, currency)) + extended_amount(quantity, price, currency)
    for (day, location), amount in sorted(days.items()):
        yield FlowDocument("", location, "", day, amount, Money(0, currency), amount)


@dataclass(frozen=True, slots=True)
class SoldAtCost:
    """What left stock for good: of one item on one document.

    Attributes: noun, number: what it opens, "" where there is nothing; cost: None where it is not known.
    """

    noun: str
    number: str
    item: str
    day: date
    quantity: Quantity
    cost: Price | None


def sold_at_cost(reading: Reading, period: Period) -> tuple[SoldAtCost, ...]:
    """Shipments, till sales and returns of a period, and the sales of the imported history."""
    first, last = period.first.isoformat(), period.last.isoformat()
    found = [
        SoldAtCost("order", order, item, date.fromisoformat(day), Quantity(-quantity), _price(value))
        for order, item, day, quantity, value in fetch(
            reading,
            "SELECT o.number, i.code, h.shipped_on, e.quantity, e.value FROM ledger_entry e JOIN shipment h"
            " ON h.number = e.document JOIN customer_order o ON o.order_id = h.order_id"
            " JOIN stock s ON s.stock_id = e.stock_id JOIN item i ON i.item_id = s.item_id"
            " WHERE e.kind = 'ship' AND h.shipped_on BETWEEN ? AND ?",
            (first, last),
        )
    ]
    for document, item, at, quantity, value in fetch(
        reading,
        "SELECT e.document, i.code, e.at, e.quantity, e.value FROM ledger_entry e JOIN stock s"
        " ON s.stock_id = e.stock_id JOIN item i ON i.item_id = s.item_id WHERE e.kind = 'sale'"
        " OR (e.kind = 'return' AND e.order_line_id IS NOT NULL)",
    ):
        day = min(shop_day(at), reading.today)
        if day in period:
            found.append(SoldAtCost("", document, item, day, Quantity(-quantity), _price(value)))
    codes = dict(fetch(reading, "SELECT item_id, code FROM item"))
    for ordinal, key, cost in old_sales(reading):
        day = date.fromordinal(ordinal)
        if day in period:
            found.append(SoldAtCost("", "", codes[key], day, Quantity(0), None if cost is None else Price(cost)))
    return tuple(sorted(found, key=lambda each: (each.day, each.number, each.item)))


def _price(value: int | None) -> Price | None:
    return None if value is None else Price(-value)
