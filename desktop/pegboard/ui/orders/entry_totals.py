"""What an order that is being typed comes to, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from pegboard.domain.quantity import Money, Price, Quantity, divide_half_up, extended_amount
from pegboard.domain.settlement import freight_percent
from pegboard.i18n import tr
from pegboard.queries.order_costs import margin_percent
from pegboard.queries.order_papers import tax_sums
from pegboard.ui import formats

PERCENT = 100_000_000  # a hundred percent in millionths of a percent
ONE = 1_000_000


@dataclass(frozen=True, slots=True)
class LineSum:
    """One line: its amount, its tax in percent, what it costs the shop; None where that is not known."""

    net: Money | None
    tax_percent: Quantity
    cost: Money | None


def totals_text(
    lines: Sequence[LineSum],
    currency: str,
    shop_currency: str,
    freight: Price | None,
    deposit: Quantity,
    *,
    is_freight_taxed: bool = False,
) -> str:
    """Say net, freight, tax and total; cost and margin where they are known; the deposit of the total."""
    net = _sum([line.net for line in lines], currency)
    carried = extended_amount(ONE, freight.micro, currency) if freight is not None else Money(0, currency)
    of_freight = freight_percent((line.tax_percent.micro for line in lines), is_taxed=is_freight_taxed)
    taxed = [(line.tax_percent, line.net) for line in lines if line.net is not None]
    taxes = tax_sums([*taxed, (Quantity(of_freight), carried)] if carried.minor else taxed)
    total = sum((each.tax for each in taxes), net + carried)
    parts = []
    if carried.minor or taxes:
        parts.append(tr("Net {amount}", amount=formats.money(net)))
    if carried.minor:
        parts.append(tr("freight {amount}", amount=formats.money(carried)))
    for each in taxes:
        percent = formats.quantity(each.percent)
        parts.append(tr("tax {percent} % = {amount}", percent=percent, amount=formats.money(each.tax)))
    parts.append(tr("Total {amount}", amount=formats.money(total, currency=True)))
    if lines and all(line.cost is not None for line in lines) and currency == shop_currency:
        cost = _sum([line.cost for line in lines], currency)
        parts.append(tr("cost {amount}", amount=formats.money(cost)))
        margin = margin_percent(net, cost)
        if margin is not None:
            parts.append(tr("margin {percent} %", percent=margin))
    if deposit:
        due = Money(divide_half_up(total.minor * deposit.micro, PERCENT), currency)
        percent = formats.quantity(deposit)
        parts.append(tr("deposit {percent} % = {amount}", percent=percent, amount=formats.money(due)))
    return "    ".join(parts)


def _sum(amounts: Sequence[Money | None], currency: str) -> Money:
    return Money(sum(each.minor for each in amounts if each is not None), currency)
