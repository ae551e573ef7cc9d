"""What the orders say of one item."""

import datetime

from tests.builders import TODAY, add_item, add_order, doing, id_of, reading

from pegboard.queries.inference_evidence import item_evidence
from pegboard.storage.store import Store


def test_weekly_demand_and_what_is_bought_with_it(store: Store) -> None:
    with doing(store) as tx:
        for code in ("LAMP", "BULB", "VASE"):
            add_item(tx, code)
        for week in range(1, 21):
            day = TODAY - datetime.timedelta(days=7 * week)
            lines = [("LAMP", 4, None), *([("BULB", 8, None)] if week % 2 else [])]
            add_order(tx, f"A-{week}", lines, status="shipped", order_date=day)
            add_order(tx, f"B-{week}", [("VASE", 1, None)], status="shipped", order_date=day)
        add_order(tx, "Q", [("LAMP", 900, None)], status="quote", order_date=TODAY)
        lamp, vase = id_of(tx, "item", "LAMP"), id_of(tx, "item", "VASE")
    with reading(store) as view:
        found, alone = item_evidence(view, lamp), item_evidence(view, vase)
    assert str(found.croston) == "4"
    assert str(found.sba) == "3.8"
    assert found.tsb is not None
    assert found.weeks == 4
    assert found.chance > 0.99
    [bulb] = found.companions
    assert (bulb.item, bulb.both, bulb.orders, round(bulb.lift, 1)) == ("BULB", 10, 20, 2.0)
    assert alone.companions == ()


def test_an_item_that_nobody_ever_ordered_says_nothing(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "NEW")
        new = id_of(tx, "item", "NEW")
    with reading(store) as view:
        found = item_evidence(view, new)
    assert (found.croston, found.tsb, found.chance, found.companions) == (None, None, 0, ())
