"""A person decides how much a draft line buys."""

import pytest
from tests.builders import (
    add_item,
    add_order,
    add_purchase,
    add_supplier,
    add_supplier_item,
    demand_of,
    doing,
    peg,
    quantity,
)

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.services.purchase_quantities import set_quantity
from pegboard.storage.rows import first
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """A draft of 7 tubes at 1.50, of which an order wants 5; 10 and more cost 1.00."""
    with doing(store) as tx:
        add_item(tx, "TUBE")
        add_supplier(tx, "KERN")
        add_supplier_item(tx, "KERN", "TUBE", breaks={0: "1.50", 10: "1.00"})
        [line] = add_purchase(tx, "PO-0001", "KERN", [("TUBE", 7, "1.50")], state="draft", surplus_reason="minimum")
        add_purchase(tx, "PO-0002", "KERN", [("TUBE", 7, "1.50")])
        add_order(tx, "SO-0001", [("TUBE", 5, None)])
        peg(tx, demand_of(tx, "SO-0001"), 5, purchase_line=line)
    return store


def the_line(store: Store):
    with store.read() as view:
        row = first(view, "SELECT * FROM purchase_line WHERE purchase_line_id = 1")
    return (row.quantity, row.unit_price, row.surplus_reason, row.quantity_set_by)


def test_more_is_surplus_at_the_price_of_its_break(shop: Store) -> None:
    with doing(shop) as tx:
        assert set_quantity(tx, "PO-0001/1", quantity(12)) == ()
    assert the_line(shop) == (12_000_000, 1_000_000, "break", "Ann")


def test_more_without_a_better_price_is_a_persons_wish(shop: Store) -> None:
    with doing(shop) as tx:
        set_quantity(tx, "PO-0001/1", quantity(8))
    assert the_line(shop) == (8_000_000, 1_500_000, "set by a person", "Ann")


def test_just_enough_leaves_no_surplus(shop: Store) -> None:
    with doing(shop) as tx:
        set_quantity(tx, "PO-0001/1", quantity(5))
    assert the_line(shop) == (5_000_000, 1_500_000, "", "Ann")


def test_less_than_is_wanted_names_who_is_short_again(shop: Store) -> None:
    with doing(shop) as tx:
        [short] = set_quantity(tx, "PO-0001/1", quantity(3))
    assert (short.demand, short.quantity) == ("SO-0001/1", quantity(2))


@pytest.mark.parametrize(
    ("line", "amount", "error"),
    [("PO-0002/1", 9, Refused), ("PO-0001/1", 0, InvalidInput), ("PO-0001/1", "1.5", InvalidInput)],
)
def test_a_sent_line_and_an_impossible_quantity_are_refused(shop: Store, line: str, amount: object, error) -> None:
    with pytest.raises(error), doing(shop) as tx:
        set_quantity(tx, line, quantity(amount))
