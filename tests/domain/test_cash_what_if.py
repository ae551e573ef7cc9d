"""What if a deposit were asked for, a supplier paid later, an order dropped; and the time line of an order."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain.cash_plan import CashEvent, CashKind
from pegboard.domain.cash_what_if import CashBook, WhatIf, changed, outlook, time_line

MONDAY = datetime.date(2026, 1, 5)


def event(after: int, minor: int, kind: CashKind, **words: object) -> CashEvent:
    """An event so many days after the Monday."""
    return CashEvent(MONDAY + datetime.timedelta(days=after), minor, kind, **words)  # type: ignore[arg-type]


ORDERS = {
    "SO-1": (
        event(8, -30_00, CashKind.PURCHASE, number="PO-1/1", order="SO-1"),
        event(30, 200_00, CashKind.TO_INVOICE, number="SO-1", order="SO-1", customer="ACME"),
    ),
    "SO-2": (
        event(-9, 50_00, CashKind.DEPOSIT, number="DEP-1", order="SO-2", customer="ZIN", is_actual=True),
        event(30, 100_00, CashKind.TO_INVOICE, number="SO-2", order="SO-2", customer="ZIN"),
    ),
}
BOOK = CashBook(
    MONDAY,
    "EUR",
    10_00,
    (
        event(8, -80_00, CashKind.PURCHASE, number="PO-1/1", supplier="KERN"),
        ORDERS["SO-1"][1],
        ORDERS["SO-2"][1],
    ),
    ORDERS,
    {"ACME": 14},
)


def low(what_if: WhatIf | None = None) -> tuple[int, int]:
    """The least cash and the place of its week."""
    found = outlook(BOOK, 13, what_if)
    assert found.low is not None
    return found.low.cash, found.planned.index(found.low)


def test_without_trying_anything_the_calendar_is_the_plan() -> None:
    assert low() == (-70_00, 1)
    assert WhatIf().is_nothing
    assert WhatIf(days=14).is_nothing


def test_a_deposit_is_asked_of_orders_alone_that_paid_none() -> None:
    assert low(WhatIf(deposit_percent=30)) == (-10_00, 1)


def test_a_supplier_who_is_paid_later_moves_the_low_point() -> None:
    assert low(WhatIf(supplier="KERN", days=14)) == (-70_00, 3)
    assert low(WhatIf(supplier="KERN", days=30)) == (10_00, 0)


def test_an_order_that_is_dropped_takes_its_share_of_purchases_along_even_if_they_are_paid_later() -> None:
    assert low(WhatIf(order="SO-1")) == (-40_00, 1)
    assert low(WhatIf(supplier="KERN", days=14, order="SO-1")) == (-40_00, 3)


def test_customers_who_pay_late_bring_their_money_later() -> None:
    found = outlook(BOOK, 13)
    assert found.planned[4].received == 300_00
    assert (found.usual[4].received, found.usual[6].received) == (100_00, 200_00)


@given(st.integers(0, 100), st.integers(0, 60), st.sampled_from(["", "SO-1", "SO-2"]))
def test_asking_earlier_and_paying_later_neither_make_nor_lose_money(percent: int, days: int, order: str) -> None:
    def total(what_if: WhatIf) -> int:
        return sum(each.minor for each in changed(BOOK, what_if) if not each.is_actual)

    assert total(WhatIf(percent, "KERN", days, order)) == total(WhatIf(order=order))


def test_the_time_line_of_an_order_ends_with_what_is_left() -> None:
    steps = time_line(reversed(ORDERS["SO-1"]))
    assert [(step.place, step.balance) for step in steps] == [(0, -30_00), (1, 170_00)]
