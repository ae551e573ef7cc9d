"""Reads what an order acknowledgement, or a quotation, says to its customer."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound
from pegboard.domain.quantity import Money, Price, Quantity, divide_half_up, extended_amount
from pegboard.domain.settlement import freight_percent
from pegboard.i18n import tr
from pegboard.queries.configurations import configurations
from pegboard.queries.settings import Settings, settings
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

PERCENT = 100_000_000  # a hundred percent in millionths of a percent


@dataclass(frozen=True, slots=True)
class OrderPaperLine:
    """One line as the customer knows it.

    Attributes: their_item: the customer's own code; options: choices in words; tax_percent: in percent; asked: the due
    date that was asked for, None for as soon as possible; promised: the date we give.
    """

    line: int
    item: str
    their_item: str
    description: str
    unit: str
    options: tuple[str, ...]
    quantity: Quantity
    unit_price: Price | None
    net: Money | None
    tax_percent: Quantity
    asked: datetime.date | None
    promised: datetime.date | None
    status: str
    hold: bool

    @property
    def is_later(self) -> bool:
        """Whether the date we give is later than what was asked for."""
        return bool(self.asked and self.promised and self.promised > self.asked)


@dataclass(frozen=True, slots=True)
class TaxSum:
    """Net amount and tax of one rate. `percent` in percent."""

    percent: Quantity
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """An order as its customer reads it; amounts in its currency, `total` with tax and freight; `note` is for them."""

    number: str
    customer: str
    customer_name: str
    contact: str
    billing_address: str
    ship_to: str
    reference: str
    ordered_on: datetime.date
    payment_terms_days: int
    currency: str
    lines: tuple[OrderPaperLine, ...]
    net: Money
    freight: Money
    taxes: tuple[TaxSum, ...]
    total: Money
    deposit_percent: Quantity
    deposit: Money
    deposit_paid_on: datetime.date | None
    note: str = ""

    @property
    def is_quote(self) -> bool:
        """Whether nothing of it is ordered yet."""
        return bool(self.lines) and all(line.status == "quote" for line in self.lines)


def order_papers(reading: Reading, numbers: Sequence[str]) -> tuple[OrderPaper, ...]:
    """Return these orders in this order, cancelled lines left out; NotFound names the unknown ones."""
    wanted = json.dumps(list(numbers))
    found = rows(
        reading,
        "SELECT o.*, c.code, c.name, c.contact, c.billing_address, c.shipping_address, c.payment_terms_days,"
        " c.currency, coalesce(o.deposit_percent, c.deposit_percent) AS deposit FROM customer_order o"
        " JOIN customer c ON c.customer_id = o.customer_id WHERE o.number IN (SELECT value FROM json_each(?))",
        wanted,
    )
    orders = {row.number: row for row in found}
    if missing := [number for number in numbers if number not in orders]:
        raise NotFound(tr("There is no order {numbers}.", numbers=", ".join(missing)))
    line_rows = _line_rows(reading, wanted)
    chosen = configurations(reading, [row.order_line_id for row in line_rows])
    options = {line_id: [str(option) for option in picked] for line_id, picked in chosen.items()}
    lines = {key: list(group) for key, group in groupby(line_rows, key=lambda row: str(row.number))}
    shop = settings(reading)
    return tuple(_paper(orders[number], lines.get(number, []), options, shop) for number in numbers)


def _line_rows(reading: Reading, wanted: str) -> Sequence[Row[Any]]:
    return rows(
        reading,
        "SELECT o.number, l.*, i.code, i.unit, trim(i.description || CASE l.description WHEN i.description THEN ''"
        " ELSE char(10) || l.description END, char(10)) AS words,"
        " coalesce((SELECT min(a.sku) FROM sku_alias a WHERE a.item_id = i.item_id AND a.origin = c.code), '')"
        " AS theirs"
        " FROM order_line l JOIN customer_order o ON o.order_id = l.order_id JOIN item i ON i.item_id = l.item_id"
        " JOIN customer c ON c.customer_id = o.customer_id"
        " WHERE l.status <> 'cancelled' AND o.number IN (SELECT value FROM json_each(?)) ORDER BY o.number, l.line",
        wanted,
    )


def _paper(order: Row[Any], found: Sequence[Row[Any]], options: dict[int, list[str]], shop: Settings) -> OrderPaper:
    currency = order.currency or shop.currency
    lines = tuple(_line(row, currency, options.get(row.order_line_id, [])) for row in found)
    net = Money(sum(line.net.minor for line in lines if line.net), currency)
    freight = extended_amount(1_000_000, order.freight or 0, currency)
    carried = freight_percent((line.tax_percent.micro for line in lines), is_taxed=shop.tax_on_freight)
    taxed = [(line.tax_percent, line.net) for line in lines if line.net]
    taxes = tax_sums([*taxed, (Quantity(carried), freight)] if freight.minor else taxed)
    total = net + freight + Money(sum(each.tax.minor for each in taxes), currency)
    deposit = Money(divide_half_up(total.minor * (order.deposit or 0), PERCENT), currency)
    return OrderPaper(
        number=order.number,
        customer=order.code,
        customer_name=order.name or order.code,
        contact=order.contact,
        billing_address=order.billing_address,
        ship_to=order.ship_to or order.shipping_address or order.billing_address,
        reference=order.customer_reference,
        ordered_on=datetime.date.fromisoformat(order.order_date),
        payment_terms_days=order.payment_terms_days,
        currency=currency,
        lines=lines,
        net=net,
        freight=freight,
        taxes=taxes,
        total=total,
        deposit_percent=Quantity(order.deposit or 0),
        deposit=deposit,
        deposit_paid_on=_day(order.deposit_paid_on),
        note=order.note,
    )


def tax_sums(lines: Sequence[tuple[Quantity, Money]]) -> tuple[TaxSum, ...]:
    """Net and tax of each rate above 0, lowest first; each line's tax is rounded half up once."""
    sums: dict[Quantity, TaxSum] = {}
    for percent, net in lines:
        if percent:
            tax = Money(divide_half_up(net.minor * percent.micro, PERCENT), net.currency)
            before = sums.get(percent)
            sums[percent] = TaxSum(percent, before.net + net if before else net, before.tax + tax if before else tax)
    return tuple(sums[percent] for percent in sorted(sums))


def _line(row: Row[Any], currency: str, options: Sequence[str]) -> OrderPaperLine:
    price = None if row.unit_price is None else Price(row.unit_price)
    return OrderPaperLine(
        line=row.line,
        item=row.code,
        their_item=row.theirs,
        description=row.words,
        unit=row.unit,
        options=tuple(options),
        quantity=Quantity(row.quantity),
        unit_price=price,
        net=None if price is None else extended_amount(row.quantity, price.micro, currency),
        tax_percent=Quantity(row.tax_percent or 0),
        asked=_day(row.due_date),
        promised=_day(row.promise_date or row.due_date),
        status=row.status,
        hold=bool(row.hold),
    )


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
