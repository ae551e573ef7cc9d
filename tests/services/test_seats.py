"""Two seats at one record of master data, at a setting or at a purchase draft: joined or refused, never lost."""

import datetime

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_order,
    add_supplier,
    add_supplier_item,
    add_work_center,
    day,
    doing,
    quantity,
    reading,
)

from pegboard.domain.configuration_draft import ChoiceDraft, OptionsDraft
from pegboard.domain.customer import CustomerDraft
from pegboard.domain.errors import ChangedMeanwhile
from pegboard.domain.item import ArticleDraft, BomLineDraft, OperationDraft
from pegboard.domain.quantity import Price
from pegboard.domain.roles import Role
from pegboard.queries.items import item_detail
from pegboard.queries.kanban_caps import limits
from pegboard.queries.options import options_draft
from pegboard.queries.settings import set_values
from pegboard.queries.setup import calendar_rows, customer_rows
from pegboard.queries.supplier_items import articles
from pegboard.services.changes import change_line, lines_as_they_stand, require_lines_as
from pegboard.services.customers import update_customer
from pegboard.services.demand import raise_order_demand
from pegboard.services.explosion import explode
from pegboard.services.items import load_bom, load_routing, save_bom, save_routing, update_item
from pegboard.services.kanban_caps import set_cap
from pegboard.services.kanban_loops import LoopDraft, change_container, new_loop, set_cards
from pegboard.services.options import save_options
from pegboard.services.people import add_person
from pegboard.services.purchase_quantities import set_quantity
from pegboard.services.purchasing import set_promised_date
from pegboard.services.replenishment import set_level
from pegboard.services.settings import set_setting
from pegboard.services.shop_days import change_days, require_days_seen, set_days
from pegboard.services.supplier_items import save_articles
from pegboard.storage.rows import number
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """A lamp with its bulb, and who sells and buys them."""
    with doing(store) as tx:
        add_item(tx, "LAMP", "make", lead_time_days=1)
        add_item(tx, "BULB", lead_time_days=3)
        add_item(tx, "CORD", lead_time_days=3)
        add_work_center(tx, "BENCH")
        add_supplier(tx)
        add_supplier_item(tx, "ACME", "BULB", 2)
        add_bom(tx, "LAMP", {"BULB": 3})
        add_customer(tx)
    return store


def test_a_record_that_two_seats_edit_keeps_both_edits(shop: Store) -> None:
    with doing(shop) as tx:
        [row] = customer_rows(tx)
        seen = row.draft
    with doing(shop, actor="Bob") as tx:
        update_customer(tx, seen.code, CustomerDraft(code=seen.code, name=seen.name, phone="12"), seen=seen)
    with doing(shop, actor="Ann") as tx:
        update_customer(tx, seen.code, CustomerDraft(code=seen.code, name="Zinnia"), seen=seen)
    with reading(shop) as view:
        [row] = customer_rows(view)
    assert (row.draft.name, row.draft.phone) == ("Zinnia", "12")


def test_the_second_edit_of_one_field_is_refused_with_who_was_first_and_kept_knowingly(shop: Store) -> None:
    with doing(shop) as tx:
        [row] = customer_rows(tx)
        seen = row.draft
    with doing(shop, actor="Bob") as tx:
        update_customer(tx, seen.code, CustomerDraft(code=seen.code, name="Bob's"), seen=seen)
    ours = CustomerDraft(code=seen.code, name="Ann's")
    with doing(shop, actor="Ann") as tx:
        with pytest.raises(ChangedMeanwhile, match=r"Bob changed ZIN meanwhile\. It says now: name: .Bob's") as told:
            update_customer(tx, seen.code, ours, seen=seen)
        assert told.value.who == "Bob"
        assert told.value.clashes == {"name": '"Bob\'s"'}
        update_customer(tx, seen.code, ours, seen=told.value.now)
    with reading(shop) as view:
        assert customer_rows(view)[0].draft.name == "Ann's"


def test_an_item_is_joined_field_by_field(shop: Store) -> None:
    with doing(shop) as tx:
        detail = item_detail(tx, number(tx, "SELECT item_id FROM item WHERE code = 'LAMP'"))
        assert detail is not None
        seen = detail.draft
        update_item(tx, "LAMP", _with(seen, list_price=Price(5_000_000)), seen=seen)
        update_item(tx, "LAMP", _with(seen, description="A lamp"), seen=seen)
        with pytest.raises(ChangedMeanwhile, match="list price: 5"):
            update_item(tx, "LAMP", _with(seen, list_price=Price(6_000_000)), seen=seen)
    with reading(shop) as view:
        found = item_detail(view, detail.row.key)
        assert found is not None
        assert (found.draft.description, found.draft.list_price) == ("A lamp", Price(5_000_000))


def test_lines_of_a_bom_are_joined_and_one_line_is_refused(shop: Store) -> None:
    with doing(shop) as tx:
        seen = load_bom(tx, "LAMP")
        save_bom(tx, _with(seen, lines=(*seen.lines, BomLineDraft(component="CORD", quantity=quantity(2)))), seen=seen)
        save_bom(tx, _with(seen, lines=(_with(seen.lines[0], quantity=quantity(4)),)), seen=seen)
        assert [(line.component, line.quantity) for line in load_bom(tx, "LAMP").lines] == [
            ("BULB", quantity(4)),
            ("CORD", quantity(2)),
        ]
        with pytest.raises(ChangedMeanwhile, match="BULB quantity: 4"):
            save_bom(tx, _with(seen, lines=(_with(seen.lines[0], quantity=quantity(9)),)), seen=seen)


def test_a_routing_and_the_articles_of_an_item_are_joined(shop: Store) -> None:
    with doing(shop) as tx:
        save_routing(tx, "LAMP", [OperationDraft(sequence=20, work_center="BENCH")], seen=())
        save_routing(tx, "LAMP", [OperationDraft(sequence=10, work_center="BENCH")], seen=())
        assert [step.sequence for step in load_routing(tx, "LAMP")] == [10, 20]
        seen = articles(tx, "BULB")
        save_articles(tx, "BULB", [*seen, ArticleDraft(item="BULB", supplier="ACME", supplier_sku="X")], seen=seen)
        save_articles(tx, "BULB", [_with(seen[0], lead_time_days=9)], seen=seen)
        assert {(each.supplier_sku, each.lead_time_days) for each in articles(tx, "BULB")} == {
            (seen[0].supplier_sku, 9),
            ("X", None),
        }
        with pytest.raises(ChangedMeanwhile) as told:
            save_articles(tx, "BULB", [_with(seen[0], lead_time_days=8)], seen=seen)
        assert told.value.now == articles(tx, "BULB")


def test_options_are_joined(shop: Store) -> None:
    with doing(shop) as tx:
        seen = options_draft(tx, "LAMP")
        red, blue = (ChoiceDraft(group="SHADE", choice=shade) for shade in ("RED", "BLUE"))
        save_options(tx, OptionsDraft(item="LAMP", choices=(red,)), seen=seen)
        save_options(tx, OptionsDraft(item="LAMP", choices=(blue,)), seen=seen)
        assert {each.choice for each in options_draft(tx, "LAMP").choices} == {"RED", "BLUE"}


def test_a_setting_that_another_seat_set_is_not_overwritten_unseen(shop: Store) -> None:
    with doing(shop, actor="Bob") as tx:
        set_setting(tx, "company_name", "Bob's", seen="")
    with doing(shop, actor="Ann") as tx:
        with pytest.raises(ChangedMeanwhile, match="Bob changed company_name meanwhile"):
            set_setting(tx, "company_name", "Ann's", seen="")
        set_setting(tx, "company_name", "Bob's", seen="")  # what both want is no quarrel
        set_setting(tx, "company_name", "Ann's", seen="Bob's")
        assert set_values(tx)["company_name"] == "Ann's"


def test_a_purchase_draft_that_another_seat_changed_is_not_changed_unseen(shop: Store) -> None:
    with doing(shop) as tx:
        add_order(tx, "SO-0001", [("LAMP", 5, "2026-03-02")])
        raise_order_demand(tx)
        explode(tx)
    with doing(shop, actor="Bob") as tx:
        set_quantity(tx, "PO-0001/1", quantity(20), seen=quantity(15))
        set_promised_date(tx, "PO-0001/1", day("2026-02-20"), seen=(None,))
    with doing(shop, actor="Ann") as tx:
        with pytest.raises(ChangedMeanwhile, match=r"Bob changed PO-0001/1 meanwhile\. It says now: quantity: 20"):
            set_quantity(tx, "PO-0001/1", quantity(30), seen=quantity(15))
        with pytest.raises(ChangedMeanwhile, match="promised for: 2026-02-20"):
            set_promised_date(tx, "PO-0001/1", datetime.date(2026, 2, 25), seen=(None,))


def test_an_order_line_names_who_changed_it(shop: Store) -> None:
    with doing(shop) as tx:
        add_order(tx, "SO-0001", [("LAMP", 5, "2026-03-02")])
        raise_order_demand(tx)
        explode(tx)
    seen = (quantity(5), day("2026-03-02"))
    with doing(shop, actor="Bob") as tx:
        change_line(tx, "SO-0001/1", quantity=quantity(7), seen=seen)
    with doing(shop, actor="Ann") as tx, pytest.raises(ChangedMeanwhile, match="Bob changed SO-0001/1 meanwhile"):
        change_line(tx, "SO-0001/1", quantity=quantity(8), seen=seen)


def test_consequences_that_were_shown_hold_only_while_nobody_changes_the_order(shop: Store) -> None:
    with doing(shop) as tx:
        add_order(tx, "SO-0001", [("LAMP", 5, "2026-03-02")])
        raise_order_demand(tx)
        explode(tx)
        seen = lines_as_they_stand(tx, "SO-0001")
        require_lines_as(tx, "SO-0001", seen)
    with doing(shop, actor="Bob") as tx:
        change_line(tx, "SO-0001/1", quantity=quantity(7))
    with doing(shop, actor="Ann") as tx, pytest.raises(ChangedMeanwhile, match="Bob changed SO-0001 while you looked"):
        require_lines_as(tx, "SO-0001", seen)


def _with(draft, **values):
    return type(draft)(**{**{name: getattr(draft, name) for name in draft.__dataclass_fields__}, **values})


def test_days_that_another_seat_entered_meanwhile_are_not_written_over(shop: Store) -> None:
    first, last = day("2026-12-24"), day("2026-12-31")
    with doing(shop) as tx:
        set_days(tx, first, last, working=False, note="Closed")
        seen = calendar_rows(tx)
    saturday = day("2027-01-09")
    with doing(shop, actor="Bob") as tx:
        set_days(tx, day("2026-12-29"), day("2026-12-29"), working=True, note="Stock-taking")
        set_days(tx, saturday, saturday, working=True)
    with doing(shop, actor="Ann") as tx:
        with pytest.raises(ChangedMeanwhile, match=r"Bob changed 2026-12-29 meanwhile.*Stock-taking"):
            change_days(tx, seen[0], first, last, working=False, note="Holidays", seen=seen)
        with pytest.raises(ChangedMeanwhile, match="Bob changed 2027-01-09"):
            change_days(tx, None, day("2027-01-04"), saturday, working=False, seen=seen)
        with pytest.raises(ChangedMeanwhile, match="worked"):
            require_days_seen(tx, [(first, last)], seen)
        change_days(tx, None, day("2027-02-01"), day("2027-02-01"), working=False, seen=seen)
        change_days(tx, seen[0], first, last, working=False, note="Holidays", seen=calendar_rows(tx))
        assert [row.note for row in calendar_rows(tx)] == ["Holidays", "", ""]


def test_cards_containers_caps_and_levels_are_refused_where_another_seat_was_first(shop: Store) -> None:
    with doing(shop, actor="Bob") as tx:
        loop = new_loop(tx, LoopDraft("BULB", "ACME", "RACK", quantity(10), 3))
        set_level(tx, "LAMP", "SHOP", quantity(4))
        set_cap(tx, "", 5)
        set_cap(tx, "BENCH", 2)
    with doing(shop, actor="Ann") as tx:
        with pytest.raises(ChangedMeanwhile, match=r"Bob changed BULB meanwhile\. It says now: cards: 3\."):
            set_cards(tx, loop, 5, seen=2)
        with pytest.raises(ChangedMeanwhile, match="container: 10"):
            change_container(tx, loop, quantity(20), seen=quantity(5))
        with pytest.raises(ChangedMeanwhile, match=r"Bob changed LAMP at SHOP meanwhile\. It says now: level: 4"):
            set_level(tx, "LAMP", "SHOP", quantity(6), seen=(None,))
        with pytest.raises(ChangedMeanwhile, match=r"Bob changed .* meanwhile\. It says now: cap: 2"):
            set_cap(tx, "BENCH", None, seen=(1,))
        with pytest.raises(ChangedMeanwhile, match="cap: 5"):
            set_cap(tx, "", 9, seen=(None,))
        assert set_cards(tx, loop, 3, seen=2) == (0, 0)  # both want the same
        set_cards(tx, loop, 4, seen=3)
        change_container(tx, loop, quantity(20), seen=quantity(10))
        assert set_level(tx, "LAMP", "SHOP", quantity(6), seen=(quantity(4),)).before == quantity(4)
        set_cap(tx, "BENCH", None, seen=(2,))
        assert limits(tx) == {"": 5}


def test_a_person_is_joined_by_role_and_badge(shop: Store) -> None:
    from pegboard.ui.setup.people_section import PersonDraft, person_kind, person_lines

    update = person_kind().update
    with doing(shop, actor="Bob") as tx:
        add_person(tx, "Flo", Role.FLOOR)
        [seen] = [line.draft for line in person_lines(tx)]
        update(tx, "Flo", PersonDraft("Flo", "floor", "B-7"), seen=seen)
    with doing(shop, actor="Ann") as tx:
        update(tx, "Flo", PersonDraft("Flo", "office", ""), seen=seen)
        [row] = person_lines(tx)
        assert row.draft == PersonDraft("Flo", "office", "B-7")
        with pytest.raises(ChangedMeanwhile, match=r"Bob changed Flo meanwhile\. It says now: badge: .B-7"):
            update(tx, "Flo", PersonDraft("Flo", "floor", "B-8"), seen=seen)
