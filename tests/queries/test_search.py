"""The search box finds what people remember: a number, a code, a reference, the beginning of a word."""

import pytest
from tests.builders import (
    add_customer,
    add_item,
    add_kanban,
    add_order,
    add_purchase,
    add_supplier,
    add_supplier_item,
    add_work_order,
    doing,
    quantity,
    reading,
)

from pegboard.queries.search import is_stale, search
from pegboard.services.replenishment import set_level
from pegboard.services.search import refresh
from pegboard.storage.full_text import keys_with
from pegboard.storage.rows import run
from pegboard.storage.store import Store


def found(store: Store, text: str, limit: int = 50) -> list[tuple[str, str]]:
    """Kind and number of what is found, once the words are up to date."""
    with reading(store) as view:
        due = is_stale(view)
    if due:
        with doing(store, "search.refresh") as tx:
            refresh(tx)
    with reading(store) as view:
        assert not is_stale(view)
        return [(hit.kind, hit.number) for hit in search(view, text, limit)]


@pytest.fixture
def shop(store: Store) -> Store:
    """Two customers, two items, an order, a job, a purchase order and a supplier's part number."""
    with doing(store) as tx:
        for code, name in (("ACME", "Acme Fittings"), ("MULLER", "Müller & Söhne")):
            add_customer(tx, code, name=name)
        add_item(tx, "LAMP-A1", "make", description="Harbor lamp, walnut")
        add_item(tx, "SCREW-M4", description='Screw "M4" 20 mm')
        add_order(tx, "SO-0001", [], customer="ACME", customer_reference="PO 7781/b")
        add_order(tx, "SO-0012", [], customer="MULLER")
        add_work_order(tx, "WO-0012", "LAMP-A1", 1)
        add_supplier(tx, "BOLTS", name="Bolts and Sons")
        add_supplier_item(tx, "BOLTS", "LAMP-A1", supplier_sku="WL-99887", manufacturer_part="HL2000")
        add_purchase(tx, "PO-0012", "BOLTS", [])
        tx.changed("customer", "item", "order", "work_order", "supplier", "supplier_item", "purchase_order")
    return store


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("SO-0001", [("order", "SO-0001")]),
        ("so-00", [("order", "SO-0001"), ("order", "SO-0012")]),
        ("12", [("order", "SO-0012"), ("work_order", "WO-0012"), ("purchase_order", "PO-0012")]),
        ("7781", [("order", "SO-0001")]),
        ("po 7781/b", [("order", "SO-0001")]),
        ("acme", [("customer", "ACME"), ("order", "SO-0001")]),
        ("muller", [("customer", "MULLER"), ("order", "SO-0012")]),
        ("müll", [("customer", "MULLER"), ("order", "SO-0012")]),
        ("lamp-a", [("item", "LAMP-A1")]),
        ("waln harb", [("item", "LAMP-A1")]),
        ("wl-99", [("supplier_part", "WL-99887")]),
        ("HL2000", [("supplier_part", "WL-99887")]),
        ("BOLTS", [("supplier", "BOLTS")]),
        ("WO-0012", [("work_order", "WO-0012")]),
        ("", []),
        ("   ", []),
        ("zebra", []),
    ],
)
def test_what_people_remember_is_found(shop: Store, typed: str, hits: list[tuple[str, str]]) -> None:
    assert found(shop, typed) == hits


@pytest.mark.parametrize("typed", ["harbour lamp", "walnutt", "screv m4"])
def test_a_typing_error_still_finds_the_item(shop: Store, typed: str) -> None:
    assert found(shop, typed)[0][0] == "item"


@pytest.mark.parametrize(
    "typed", ['"', "'", "a OR b", "NEAR(", "*", "-", "screw NOT m4", "^lamp", "words:lamp", "\x00", "(", "%"]
)
def test_no_text_is_taken_for_a_command(shop: Store, typed: str) -> None:
    found(shop, typed)


def test_a_renamed_item_is_found_by_its_new_name_alone(shop: Store) -> None:
    assert found(shop, "walnut") == [("item", "LAMP-A1")]
    with doing(shop) as tx:
        run(tx, "UPDATE item SET description = 'Harbor lamp, cherry' WHERE code = 'LAMP-A1'")
        tx.changed("item")
    assert found(shop, "cherry") == [("item", "LAMP-A1")]
    with reading(shop) as view:
        assert keys_with(view, ["walnut"], 0, 1 << 62, newest_first=False, limit=9) == []


def test_what_was_removed_is_not_found(shop: Store) -> None:
    assert found(shop, "m4") == [("item", "SCREW-M4")]
    with doing(shop) as tx:
        run(tx, "DELETE FROM item WHERE code = 'SCREW-M4'")
        tx.changed("item")
    assert ("item", "SCREW-M4") not in found(shop, "m4")


def test_a_new_number_is_found_before_the_words_are_up_to_date(shop: Store) -> None:
    with reading(shop) as view:
        assert is_stale(view)
        assert [hit.number for hit in search(view, "WO-0012")] == ["WO-0012"]


def test_bringing_the_words_up_to_date_leaves_no_line_in_the_audit_trail(shop: Store) -> None:
    count = "SELECT count(*) FROM audit_entry"
    with reading(shop) as view:
        before = view.connection.exec_driver_sql(count).scalar_one()
    found(shop, "lamp")
    with reading(shop) as view:
        assert view.connection.exec_driver_sql(count).scalar_one() == before


def test_many_items_do_not_push_a_customer_out(store: Store) -> None:
    with doing(store) as tx:
        for number in range(80):
            add_item(tx, f"P{number:03}", description="Walnut board")
        add_customer(tx, "WALNUT", name="Walnut & Co")
        tx.changed("item", "customer")
    hits = found(store, "walnut", limit=20)
    assert hits[0] == ("customer", "WALNUT")
    assert len(hits) == 20
    assert len(found(store, "waln board")) == 50


@pytest.mark.parametrize(
    ("typed", "hit"),
    [
        ("KANBAN:LAMP-A1:2", ("kanban_card", "KANBAN:LAMP-A1:2")),
        ("lamp-a1:1", ("kanban_card", "KANBAN:LAMP-A1:1")),
        ("POS:SHOP:LAMP-A1", ("replenishment", "POS:SHOP:LAMP-A1")),
    ],
)
def test_cards_and_shelves_are_found_by_name(shop: Store, typed: str, hit: tuple[str, str]) -> None:
    with_signals(shop)
    assert found(shop, typed)[0] == hit


def test_loops_and_shelves_stand_beside_the_items_they_carry(shop: Store) -> None:
    with_signals(shop)
    assert found(shop, "waln harb") == [
        ("item", "LAMP-A1"),
        ("kanban_loop", "LAMP-A1"),
        ("replenishment", "POS:SHOP:LAMP-A1"),
    ]


def with_signals(store: Store) -> None:
    """Give the lamp a loop of two cards and a shelf."""
    with doing(store) as tx:
        add_kanban(tx, "LAMP-A1", 4, cards=2)
        set_level(tx, "LAMP-A1", "SHOP", quantity(3))
