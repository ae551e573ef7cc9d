"""Items, what goes into them and what they go into."""

import datetime

import pytest
from tests.builders import (
    add_bom,
    add_item,
    add_operation,
    add_option,
    add_supplier,
    add_supplier_item,
    add_work_center,
    day,
    doing,
    reading,
)

from pegboard.queries.boms import bom_tree, choosable_components, option_choices, revisions, where_used
from pegboard.queries.costs import item_costs
from pegboard.queries.items import item_detail, item_key, item_keys, item_rows
from pegboard.queries.supplier_items import articles
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """LAMP of BASE (2) and a BULB chosen by an option, BASE of SHEET (3 from one), with alternates."""
    with doing(store) as tx:
        for code, source in (("LAMP", "make"), ("BASE", "make"), ("KIT", "phantom"), ("BULB", "buy"), ("SHEET", "buy")):
            add_item(tx, code, source, description=f"{code.title()} of brass")
        add_item(tx, "OLD", active=False)
        add_item(tx, "STEEL")
        add_option(tx, "LAMP", "LIGHT", ["LED", "NONE"], default="LED")
        add_bom(
            tx,
            "LAMP",
            [
                {"component": "BASE", "quantity": 2, "scrap_percent": 10},
                {"component": "BULB", "quantity": 1, "option": "LIGHT=LED"},
            ],
        )
        add_bom(tx, "BASE", [{"component": "SHEET", "pieces_per_stock": 3, "alternates": ["STEEL"]}])
        add_supplier(tx, "KERN", name="Kern & Sons")
        add_supplier_item(tx, "KERN", "SHEET", breaks={0: "9", 10: "8"}, minimum_quantity=5)
        add_supplier_item(tx, "KERN", "BULB", "2", supplier_sku="E27")
        add_work_center(tx, "PRESS", 60)
        add_operation(tx, "BASE", 10, work_center="PRESS", run_minutes=6)
    return store


@pytest.mark.parametrize(
    ("chip", "codes"),
    [
        ("make", ["BASE", "LAMP"]),
        ("phantom", ["KIT"]),
        ("buy", ["BULB", "SHEET", "STEEL"]),
        ("inactive", ["OLD"]),
        ("problem", ["KIT", "STEEL"]),
    ],
)
def test_filters(shop: Store, chip: str, codes: list[str]) -> None:
    with reading(shop) as view:
        assert [row.code for row in item_rows(view, item_keys(view, chip))] == codes


def test_an_item_says_what_keeps_it_from_being_made_or_bought(shop: Store) -> None:
    with reading(shop) as view:
        found = {row.code: (row.problem, row.supplier) for row in item_rows(view, item_keys(view, "all"))}
    assert found["KIT"] == ("no_bom", "")
    assert found["STEEL"] == ("no_supplier", "")
    assert found["SHEET"] == ("", "Kern & Sons")


def test_a_bom_that_has_ended_is_a_problem(shop: Store) -> None:
    with doing(shop) as tx:
        add_bom(tx, "KIT", {"BULB": 1}, valid_to=day("2026-01-04"))
    with reading(shop) as view:
        assert item_rows(view, [item_key(view, "KIT")])[0].problem == "no_revision"
        assert [(row.valid_to, row.is_current) for row in revisions(view, item_key(view, "KIT"))] == [
            (datetime.date(2026, 1, 4), False)
        ]


def test_words_are_found_in_descriptions_and_suppliers_numbers(shop: Store) -> None:
    with reading(shop) as view:
        assert item_keys(view, "all", ("e27",)) == [item_key(view, "BULB")]
        assert item_keys(view, "all", ("bulb", "brass")) == [item_key(view, "BULB")]


def test_an_item_in_full_can_be_typed_on(shop: Store) -> None:
    with reading(shop) as view:
        detail = item_detail(view, item_key(view, "LAMP"))
        assert detail is not None
        assert item_detail(view, 999) is None
    assert (detail.draft.code, detail.draft.source, detail.draft.unit) == ("LAMP", "make", "ea")
    assert [(option.choice, option.is_default) for option in detail.options] == [("LED", True), ("NONE", False)]


def test_a_tree_multiplies_quantities_down_and_costs_each_level(shop: Store) -> None:
    with reading(shop) as view:
        tree = bom_tree(view, item_key(view, "LAMP"), "", item_costs(view))
    base, bulb = tree.top
    [sheet] = tree.children(base)
    assert (str(base.each_quantity), str(bulb.each_quantity), bulb.option) == ("2.2", "1", "LIGHT=LED")
    assert (str(sheet.each_quantity), str(sheet.total_quantity), sheet.alternates) == ("0.333333", "0.733333", "STEEL")
    assert str(base.amount("labour")) == "13.2"
    assert str(sheet.amount("material")) == "6.6"
    assert tree.children(sheet) == ()


def test_where_used_goes_up_to_what_is_sold_and_counts_alternates(shop: Store) -> None:
    with reading(shop) as view:
        used = where_used(view, item_key(view, "STEEL"))
        assert where_used(view, item_key(view, "LAMP")).top == ()
    [base] = used.top
    assert (base.item, base.is_alternate, str(base.pieces)) == ("BASE", True, "3")
    assert [node.item for node in used.children(base)] == ["LAMP"]
    assert used.ways_down() == {"BASE": ("BASE",), "LAMP": ("LAMP", "BASE")}


def test_what_can_be_chosen(shop: Store) -> None:
    with reading(shop) as view:
        assert [item.code for item in choosable_components(view)][-1] == "OLD"
        assert option_choices(view) == (("LIGHT", "LED", ""), ("LIGHT", "NONE", ""))


def test_articles_carry_their_price_breaks(shop: Store) -> None:
    with reading(shop) as view:
        [found] = articles(view, "SHEET")
    assert (found.supplier, str(found.minimum_quantity), found.rank) == ("KERN", "5", 1)
    assert [(str(start), str(price)) for start, price in found.breaks] == [("0", "9"), ("10", "8")]
