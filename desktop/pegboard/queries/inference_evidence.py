"""What the orders say of one item, whoever places them: how much a week asks for, and what is bought with it."""

import datetime
from dataclasses import dataclass

from pegboard.domain.inference import WEEK
from pegboard.domain.inference_pairs import Baskets
from pegboard.domain.inference_rates import Rates, rates
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

MOST_COMPANIONS = 3
_LINES = (
    "FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
    " WHERE l.status IN ('confirmed', 'shipped', 'closed') AND o.order_date <= ?"
)


@dataclass(frozen=True, slots=True)
class Companion:
    """An item that is bought with another: in `both` of `orders` orders, `lift` times as often as by chance."""

    item: str
    both: int
    orders: int
    lift: float


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """What the orders say of an item.

    Attributes: croston, sba, tsb: demand in a week by the three usual smoothings, None where nothing was ever ordered;
    weeks: that the shop looks ahead; chance: that at least one of them brings an order; companions: strongest first.
    """

    croston: Quantity | None
    sba: Quantity | None
    tsb: Quantity | None
    weeks: int
    chance: float
    companions: tuple[Companion, ...]


def item_evidence(reading: Reading, item_id: int) -> ItemEvidence:
    """Return what the orders until today say of an item."""
    found = _weekly(reading, item_id)
    weeks = max(1, settings(reading).inference_horizon_days // WEEK)
    return ItemEvidence(
        croston=_quantity(found.croston if found else None),
        sba=_quantity(found.sba if found else None),
        tsb=_quantity(found.tsb if found else None),
        weeks=weeks,
        chance=found.at_least(1, weeks) if found else 0.0,
        companions=_companions(reading, item_id),
    )


def _weekly(reading: Reading, item_id: int) -> Rates | None:
    """Smooth the item's demand of each week that is over, from its first order on."""
    today = reading.today.toordinal() // WEEK
    sold: dict[int, int] = {}
    for day, quantity in fetch(
        reading, f"SELECT o.order_date, l.quantity {_LINES} AND l.item_id = ?", (reading.today.isoformat(), item_id)
    ):
        week = datetime.date.fromisoformat(day).toordinal() // WEEK
        sold[week] = sold.get(week, 0) + quantity
    first = min(sold, default=today)
    return rates([float(sold.get(week, 0)) for week in range(first, today)])


def _companions(reading: Reading, item_id: int) -> tuple[Companion, ...]:
    counted, order, basket = Baskets(), 0, set[int]()
    for number, item in fetch(reading, f"SELECT l.order_id, l.item_id {_LINES} ORDER BY l.order_id", _until(reading)):
        if number != order:
            counted.add(basket)
            order, basket = number, set()
        basket.add(item)
    counted.add(basket)
    strongest = [rule for rule in counted.rules() if rule.item == item_id][:MOST_COMPANIONS]
    codes = dict(fetch(reading, "SELECT item_id, code FROM item")) if strongest else {}
    return tuple(Companion(codes[rule.companion], rule.both, rule.of_item, rule.lift) for rule in strongest)


def _until(reading: Reading) -> tuple[str]:
    return (reading.today.isoformat(),)


def _quantity(micro: float | None) -> Quantity | None:
    """A rate rounded to a hundredth of a unit: it is a guess."""
    return None if micro is None else Quantity(round(micro * 100 / MICRO) * (MICRO // 100))
