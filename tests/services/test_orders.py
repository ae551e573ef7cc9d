"""Orders: entered with all problems at once, quoted, held, confirmed; journeys from entry to the packing slip."""

import datetime

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_kanban,
    add_option,
    add_stock,
    add_supplier,
    add_supplier_item,
    doing,
    quantity,
    reading,
)
from tests.services.shop import bicycle_shop, jobs, lines, on_hand, pegged_to, require_whole

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.order import OrderDraft, OrderLineDraft, check
from pegboard.domain.quantity import Price
from pegboard.queries.order_facts import order_facts
from pegboard.services.explosion import explode
from pegboard.services.kanban import bring, scan_card
from pegboard.services.orders import (
    confirm,
    confirm_quote,
    delete_draft,
    enter_order,
    hold,
    record_deposit,
    release_call_off,
    require_own_draft,
    save_draft,
)
from pegboard.services.production import complete
from pegboard.services.purchasing import receive
from pegboard.services.shipping import ship
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store

DUE = datetime.date(2026, 2, 2)


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with a customer."""
    with doing(store) as tx:
        add_customer(tx, "ZIN")
    return bicycle_shop(store)


def order_of(*wanted: tuple[str, int], **more: object) -> OrderDraft:
    """A draft of ZIN, due on 2 February."""
    return OrderDraft(
        "ZIN",
        tuple(OrderLineDraft(item, quantity(amount), DUE) for item, amount in wanted),
        **more,  # type: ignore[arg-type]
    )


def test_all_problems_are_told_at_once_each_with_its_field(shop: Store) -> None:
    draft = OrderDraft(
        "NOBODY",
        (
            OrderLineDraft("BIKE", quantity("1.5")),
            OrderLineDraft("NOTHING", quantity(0), unit_price=Price(-1)),
        ),
        deposit_percent=quantity(101),
    )
    with reading(shop) as view:
        problems = check(draft, order_facts(view, draft))
    assert [problem.field for problem in problems] == [
        "customer",
        "deposit_percent",
        "lines.1.quantity",
        "lines.2.item",
        "lines.2.quantity",
        "lines.2.unit_price",
    ]


def test_a_confirmed_order_gets_the_next_number_and_pulls(shop: Store) -> None:
    with doing(shop) as tx:
        assert confirm(tx, order_of(("BIKE", 2))) == "SO-0001"
        assert confirm(tx, order_of(("BIKE", 1))) == "SO-0002"
    with reading(shop) as view:
        assert rows(view, "SELECT name, quantity FROM demand ORDER BY name") == [
            ("SO-0001/1", 2_000_000),
            ("SO-0002/1", 1_000_000),
        ]
    require_whole(shop)


def test_a_quote_pulls_nothing_until_it_is_confirmed(shop: Store) -> None:
    with doing(shop) as tx:
        enter_order(tx, order_of(("BIKE", 2)), quote=True)
    with reading(shop) as view:
        assert number(view, "SELECT count(*) FROM demand") == 0
    with doing(shop) as tx:
        confirm_quote(tx, "SO-0001")
    with reading(shop) as view:
        assert number(view, "SELECT count(*) FROM demand") == 1
    with doing(shop) as tx, pytest.raises(Refused, match="no quoted line"):
        confirm_quote(tx, "SO-0001")


def test_a_required_choice_is_asked_for_wherever_it_lies_below(shop: Store) -> None:
    with doing(shop) as tx:
        add_item(tx, "TANDEM", "make")
        add_bom(tx, "TANDEM", {"BIKE": 2})
        add_option(tx, "FRAME", "COLOUR", ["RED", "BLUE"])
    with doing(shop) as tx, pytest.raises(InvalidInput, match="Choose COLOUR: RED, BLUE"):
        confirm(tx, order_of(("TANDEM", 1)))
    chosen = OrderLineDraft("TANDEM", quantity(1), DUE, options=(("COLOUR", "GREEN"),))
    with doing(shop) as tx, pytest.raises(InvalidInput, match="COLOUR cannot be GREEN"):
        confirm(tx, OrderDraft("ZIN", (chosen,)))
    chosen = OrderLineDraft("TANDEM", quantity(1), DUE, options=(("COLOUR", "RED"),))
    with doing(shop) as tx:
        assert confirm(tx, OrderDraft("ZIN", (chosen,))) == "SO-0001"


def test_a_draft_is_kept_cell_by_cell(shop: Store) -> None:
    with doing(shop) as tx:
        draft = save_draft(tx, {"customer": "ZI"})
        assert save_draft(tx, {"customer": "ZIN", "lines": [{"item": "BIKE"}]}, draft) == draft
    with reading(shop) as view:
        assert rows(view, "SELECT cells FROM order_draft") == [('{"customer": "ZIN", "lines": [{"item": "BIKE"}]}',)]
    with doing(shop) as tx:
        delete_draft(tx, draft)
    with reading(shop) as view:
        assert number(view, "SELECT count(*) FROM order_draft") == 0


def test_a_call_off_pulls_when_it_is_released(shop: Store) -> None:
    with doing(shop) as tx:
        confirm(tx, order_of(("BIKE", 2), ("BIKE", 3)))
        hold(tx, "SO-0001/2")
    with reading(shop) as view:
        assert rows(view, "SELECT name FROM demand") == [("SO-0001/1",)]
    with doing(shop) as tx:
        release_call_off(tx, "SO-0001/2", datetime.date(2026, 3, 2))
    with reading(shop) as view:
        assert rows(view, "SELECT name, need_date FROM demand ORDER BY name")[1] == ("SO-0001/2", "2026-03-02")
    with doing(shop) as tx:
        explode(tx)
    with doing(shop) as tx, pytest.raises(Refused, match="exploded already"):
        hold(tx, "SO-0001")


def test_a_deposit_is_booked_once_as_a_payment(shop: Store) -> None:
    line = OrderLineDraft("BIKE", quantity(2), DUE, unit_price=Price(999_990_000), tax_percent=quantity(20))
    with doing(shop) as tx:
        confirm(tx, OrderDraft("ZIN", (line,), deposit_percent=quantity(30)))
        record_deposit(tx, "SO-0001", datetime.date(2026, 1, 5))
    with reading(shop) as view:
        assert rows(view, "SELECT kind, amount, currency FROM payment") == [("deposit", 71_999, "EUR")]
    with doing(shop) as tx, pytest.raises(Refused, match="was paid"):
        record_deposit(tx, "SO-0001", datetime.date(2026, 1, 5))
    require_whole(shop)


def test_from_order_to_packing_slip(shop: Store) -> None:
    with doing(shop) as tx:
        confirm(tx, order_of(("BIKE", 4)))
        explode(tx)
    require_whole(shop)
    with reading(shop) as view:
        assert jobs(view) == {"WO-0001": ("BIKE", "4", ""), "WO-0002": ("FRAME", "4", "")}
        assert {line[:2] for line in lines(view).values()} == {("WHEEL", "10"), ("TUBE", "12")}
        bought = list(lines(view).items())
    with doing(shop) as tx, pytest.raises(Refused, match="Nothing of SO-0001 is pegged and in stock"):
        ship(tx, "SO-0001")
    with doing(shop) as tx, pytest.raises(Refused, match="1 BIKE are to be shipped, but only 0"):
        ship(tx, "SO-0001/1", quantity(1))
    with doing(shop) as tx:
        for name, (_item, amount, _reason) in bought:
            receive(tx, name, quantity(amount))
        complete(tx, "WO-0002", quantity(4))
        complete(tx, "WO-0001", quantity(3))
        first = ship(tx, "SO-0001")
    assert (first.number, str(first.lines[0].quantity), str(first.lines[0].to_follow)) == ("SHP-0001", "3", "1")
    with reading(shop) as view:
        assert pegged_to(view, "SO-0001/1") == [("WO-0001", "1")]
    require_whole(shop)
    with doing(shop) as tx:
        complete(tx, "WO-0001", quantity(1))
        ship(tx, "SO-0001/1", quantity(1))
    with reading(shop) as view:
        assert rows(view, "SELECT state FROM demand") == [("done",)]
        assert rows(view, "SELECT status, shipped_on FROM order_line") == [("shipped", "2026-01-05")]
        assert on_hand(view, "WHEEL") == "2"
    require_whole(shop)


def test_of_a_kit_only_complete_sets_are_shipped(shop: Store) -> None:
    with doing(shop) as tx:
        add_item(tx, "REPAIRKIT", "phantom")
        add_item(tx, "PATCH", unit="m")
        add_item(tx, "GLUE")
        add_bom(tx, "REPAIRKIT", {"PATCH": "0.25", "GLUE": 1})
        add_stock(tx, "PATCH", "1.1")
        add_stock(tx, "GLUE", 3)
        add_supplier_item(tx, "ACME", "GLUE", 1)
        add_supplier_item(tx, "ACME", "PATCH", 1)
        confirm(tx, order_of(("REPAIRKIT", 8)))
        explode(tx)
        shipped = ship(tx, "SO-0001")
    assert str(shipped.lines[0].quantity) == "3"
    with reading(shop) as view:
        assert (on_hand(view, "GLUE"), on_hand(view, "PATCH")) == ("0", "0.35")
        bought = list(lines(view).items())
    require_whole(shop)
    with doing(shop) as tx:
        for name, (_item, amount, _reason) in bought:
            receive(tx, name, quantity(amount))
        assert str(ship(tx, "SO-0001").lines[0].quantity) == "5"
    with reading(shop) as view:
        assert rows(view, "SELECT state FROM demand") == [("done",)]
    require_whole(shop)


def test_a_card_scanned_twice_pulls_once_and_is_full_when_its_container_comes(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, supplier="ACME", location="LINE")
        assert scan_card(tx, "KANBAN:WHEEL:1")
        assert not scan_card(tx, "KANBAN:WHEEL:1")
        explode(tx)
    with reading(shop) as view:
        [(name, (_item, amount, _reason))] = lines(view).items()
        assert amount == "10"
        assert rows(view, "SELECT state FROM kanban_card ORDER BY number") == [("ordered",), ("full",)]
    with doing(shop) as tx:
        receive(tx, name, quantity(10))
    with reading(shop) as view:
        assert on_hand(view, "WHEEL", "LINE") == "10"
        assert rows(view, "SELECT state FROM kanban_card ORDER BY number") == [("full",), ("full",)]
        assert rows(view, "SELECT state FROM demand") == [("done",)]
    require_whole(shop)


def test_a_container_from_stock_is_brought_to_its_card(shop: Store) -> None:
    with doing(shop) as tx:
        add_kanban(tx, "WHEEL", 10, supplier="ACME", location="LINE")
        add_stock(tx, "WHEEL", 12, unit_cost=7)
        scan_card(tx, "KANBAN:WHEEL:1")
        explode(tx)
        assert str(bring(tx, "KANBAN:WHEEL:1")) == "10"
    with reading(shop) as view:
        assert (on_hand(view, "WHEEL"), on_hand(view, "WHEEL", "LINE")) == ("2", "10")
        assert rows(view, "SELECT state FROM demand") == [("done",)]
    require_whole(shop)


def test_a_supplier_can_be_added_while_an_order_waits(shop: Store) -> None:
    with doing(shop) as tx:
        add_item(tx, "BELL")
        confirm(tx, order_of(("BELL", 2)))
        explode(tx)
        add_supplier(tx, "OTHER")
        add_supplier_item(tx, "OTHER", "BELL", 3)
        explode(tx)
    with reading(shop) as view:
        assert [line[:2] for line in lines(view).values()] == [("BELL", "2")]
    require_whole(shop)


def test_a_draft_typed_on_at_two_seats_becomes_two_and_is_entered_knowingly(store: Store) -> None:
    with doing(store, actor="Ann") as tx:
        draft_id = save_draft(tx, {"customer": "ZIN"})
    with doing(store, actor="Bob") as tx:
        assert save_draft(tx, {"customer": "ZIN", "note": "Bob"}, draft_id, {"customer": "ZIN"}) == draft_id
    with doing(store, actor="Ann") as tx:
        with pytest.raises(Refused, match="Bob changed this draft"):
            require_own_draft(tx, draft_id, {"customer": "ZIN"})
        own = save_draft(tx, {"customer": "ZIN", "note": "Ann"}, draft_id, {"customer": "ZIN"})
    assert own != draft_id
    with doing(store, actor="Bob") as tx:
        require_own_draft(tx, draft_id, {"customer": "ZIN", "note": "Bob"})
        delete_draft(tx, draft_id)
    with doing(store, actor="Ann") as tx, pytest.raises(Refused, match="entered or thrown away"):
        require_own_draft(tx, draft_id, {"customer": "ZIN", "note": "Bob"})
