"""A configured order, from the choices to the traveler, the purchase order and the packing slip."""

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_operation,
    add_stock,
    add_supplier,
    add_supplier_item,
    add_work_center,
    day,
    doing,
    id_of,
    quantity,
    reading,
)
from tests.documents.papers import page_texts, print_papers
from tests.services.shop import require_whole

from pegboard.domain.configuration import EXCLUDES, REQUIRES, Rule
from pegboard.domain.configuration_draft import ChoiceDraft, OptionsDraft, RulesDraft
from pegboard.domain.errors import InvalidInput
from pegboard.domain.item import BomDraft, BomLineDraft, OperationDraft
from pegboard.domain.order import OrderDraft, OrderLineDraft
from pegboard.domain.quantity import Money, Price, Quantity
from pegboard.queries.job_costs import planned_cost
from pegboard.queries.order_costs import configured_cost, order_cost
from pegboard.queries.order_lookups import customer_habits
from pegboard.queries.order_papers import order_papers
from pegboard.queries.orders import order_rows
from pegboard.queries.production import operation_states
from pegboard.queries.travelers import travelers
from pegboard.services import explosion
from pegboard.services.explosion import TypedLine, explode, preview, preview_draft
from pegboard.services.items import save_bom, save_routing
from pegboard.services.options import save_options, save_rules
from pegboard.services.orders import confirm, confirm_quote, enter_order, record_deposit
from pegboard.services.production import complete
from pegboard.services.purchasing import receive, send
from pegboard.services.release import release_work_order
from pegboard.services.shipping import ship
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store

TODAY = day("2026-11-23")
DUE = day("2027-01-15")
CHOICES = (
    ChoiceDraft(group="SHADE", choice="WHITE", description="Traffic white", is_default=True),
    ChoiceDraft(group="SHADE", choice="RED", description="Traffic red", extra=Price(6_000_000)),
    ChoiceDraft(group="CORD", choice="1..5/0.5", description="m of cord", extra=Price(4_000_000)),
    ChoiceDraft(group="EXTRA", choice="*", required=False),
    ChoiceDraft(group="EXTRA", choice="DIMMER", description="Dimmer", extra=Price(24_000_000), required=False),
    ChoiceDraft(group="EXTRA", choice="PLATE", description="Name plate", extra=Price(10_000_000), required=False),
)
RULES = (
    Rule(EXCLUDES, "EXTRA", "DIMMER", "CORD", "4..5", "the dimmer hums"),
    Rule(REQUIRES, "EXTRA", "PLATE", "SHADE", "WHITE"),
)
RED_LONG = (("SHADE", "RED"), ("CORD", "2.5"), ("EXTRA", "DIMMER"))


def line(component: str, amount: str, option: str = "") -> BomLineDraft:
    """A BOM line of so many, where GROUP=CHOICE was chosen."""
    group, _sign, choice = option.partition("=")
    return BomLineDraft(
        component=component, quantity=quantity(amount), option_group=group, option_choice=choice, operation=10
    )


@pytest.fixture
def shop(store: Store) -> Store:
    """Lamps: a shade in two colours, a cord by the metre, a dimmer, a name plate that is engraved."""
    with doing(store, today=TODAY) as tx:
        add_item(tx, "LAMP", "make", description="Desk lamp", list_price=100)
        for code, price in (("SHADE-W", 10), ("SHADE-R", 12), ("SOCKET", 3), ("DIM", 11), ("PLATE", 2)):
            add_item(tx, code)
            add_supplier(tx, f"S-{code}", lead_time_days=5)
            add_supplier_item(tx, f"S-{code}", code, price)
        add_item(tx, "CORD", unit="m", whole_units=False)
        add_supplier(tx, "KABEL", lead_time_days=5)
        add_supplier_item(tx, "KABEL", "CORD", 1)
        add_work_center(tx, "BENCH", hourly_rate=60)
        add_customer(tx, "ACME", name="Acme Interiors")
        save_options(tx, OptionsDraft(item="LAMP", choices=CHOICES))
        save_rules(tx, RulesDraft(item="LAMP", rules=RULES))
        lines = (
            line("SHADE-W", "1", "SHADE=WHITE"),
            line("SHADE-R", "1", "SHADE=RED"),
            line("SOCKET", "1"),
            line("CORD", "1", "CORD=1..5/0.5"),
            line("DIM", "1", "EXTRA=DIMMER"),
            line("PLATE", "1", "EXTRA=PLATE"),
        )
        save_bom(tx, BomDraft(item="LAMP", lines=lines))
        steps = (
            OperationDraft(sequence=10, work_center="BENCH", description="Assemble", run_minutes=quantity(10)),
            OperationDraft(sequence=20, work_center="BENCH", description="Engrave", run_minutes=quantity(30),
                           option_group="EXTRA", option_choice="PLATE"),
        )  # fmt: skip
        save_routing(tx, "LAMP", steps)
    return store


def lamps(count: int, options: tuple[tuple[str, str], ...], **more: object) -> OrderDraft:
    """A draft of ACME for so many lamps."""
    wanted = OrderLineDraft("LAMP", quantity(count), DUE, Price(130_000_000), options=options)
    return OrderDraft("ACME", (wanted,), **more)  # type: ignore[arg-type]


def said(store: Store, kind: str, name: str) -> str:
    """What a paper says, its lines joined by blanks."""
    return " ".join(" ".join(page_texts(print_papers(store, kind, name, today=TODAY).content)).split())


def bought(store: Store) -> dict[str, str]:
    """What is to be bought, by item."""
    with reading(store) as view:
        found = rows(view, "SELECT i.code, l.quantity FROM purchase_line l JOIN item i ON i.item_id = l.item_id")
    return {row.code: str(Quantity(row.quantity)) for row in found}


def test_a_configured_order_goes_from_its_choices_to_the_papers(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        order = confirm(tx, lamps(4, RED_LONG, note="Please call before delivery.", freight=Price(12_000_000)))
        explode(tx)
    assert bought(shop) == {"SHADE-R": "4", "SOCKET": "4", "CORD": "10", "DIM": "4"}
    with doing(shop, today=TODAY) as tx:
        [job] = [row.number for row in rows(tx, "SELECT number FROM work_order")]
        release_work_order(tx, job)
        assert [step.description for step in travelers(tx, [job])[0].operations] == ["Assemble"]
    traveler = said(shop, "traveler", job)
    for words in ("SHADE: RED (Traffic red)", "CORD: 2.5 m of cord", "EXTRA: DIMMER (Dimmer)"):
        assert words in traveler
    told = said(shop, "acknowledgement", order)
    for words in ("SHADE: Traffic red, CORD: 2.5 m of cord", "Please call before delivery.", "12.00"):
        assert words in told
    with doing(shop, today=TODAY) as tx:
        for purchase in rows(tx, "SELECT * FROM purchase_order ORDER BY purchase_order_id"):
            send(tx, purchase.number)
            for each in rows(
                tx, "SELECT line, quantity FROM purchase_line WHERE purchase_order_id = ?", purchase.purchase_order_id
            ):
                receive(tx, f"{purchase.number}/{each.line}", Quantity(each.quantity))
        complete(tx, job, quantity(4))
        ship(tx, order)
    assert "SHADE: Traffic red, CORD: 2.5 m of cord, EXTRA: Dimmer" in said(shop, "packing-slip", order)
    require_whole(shop)


def test_the_cost_follows_the_choices_and_the_prices(shop: Store) -> None:
    with reading(shop, today=TODAY) as view:
        lamp = id_of(view, "item", "LAMP")
        plain = configured_cost(view, lamp, 1_000_000, (("CORD", "1"),))
        rich = configured_cost(view, lamp, 1_000_000, (("CORD", "2.5"), ("EXTRA", "DIMMER"), ("EXTRA", "PLATE")))
    assert plain == Price.parse("24")  # shade 10, socket 3, cord 1, ten minutes at 60 an hour
    assert rich == Price.parse("68.5")  # and 1.5 m, dimmer 11, plate 2, thirty minutes of engraving
    with doing(shop, today=TODAY) as tx:
        order = confirm(tx, lamps(2, RED_LONG))
        told = order_cost(tx, order)
    assert (told.cost, told.net, told.margin) == (Money(7700, "EUR"), Money(26000, "EUR"), 70)


def test_what_cannot_be_made_is_refused_by_its_rule(shop: Store) -> None:
    refused = (
        ((("SHADE", "RED"),), "Choose CORD: 1 to 5 in steps of 0.5"),
        ((("CORD", "2.2"),), "CORD cannot be 2.2"),
        ((("CORD", "4.5"), ("EXTRA", "DIMMER")), "EXTRA DIMMER excludes CORD 4 to 5: the dimmer hums"),
        ((("CORD", "2"), ("SHADE", "RED"), ("EXTRA", "PLATE")), "EXTRA PLATE requires SHADE WHITE"),
    )
    for options, words in refused:
        with doing(shop, today=TODAY) as tx, pytest.raises(InvalidInput, match=words):
            confirm(tx, lamps(1, options))
    with doing(shop, today=TODAY) as tx:
        enter_order(tx, lamps(1, (("CORD", "4.5"),)), quote=True)
        save_rules(tx, RulesDraft(item="LAMP", rules=(*RULES, Rule(EXCLUDES, "SHADE", "WHITE", "CORD", "4..5"))))
        with pytest.raises(InvalidInput, match="SHADE WHITE excludes CORD 4 to 5"):
            confirm_quote(tx, "SO-0001")


def test_lamps_configured_alike_share_a_batch_and_others_do_not(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE item SET batching = 'combined' WHERE code = 'LAMP'")
        confirm(tx, lamps(2, RED_LONG))
        confirm(tx, lamps(1, (("CORD", "2.50"), ("EXTRA", "DIMMER"), ("SHADE", "RED"))))
        confirm(tx, lamps(5, (("SHADE", "RED"), ("CORD", "3"), ("EXTRA", "DIMMER"))))
        explode(tx)
        assert [row.quantity for row in rows(tx, "SELECT quantity FROM work_order ORDER BY number")] == [
            3_000_000,
            5_000_000,
        ]


def test_surplus_of_one_configuration_serves_no_other(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE item SET order_multiple = 6000000 WHERE code = 'LAMP'")
        confirm(tx, lamps(2, RED_LONG))
        explode(tx)
        confirm(tx, lamps(2, (("CORD", "2"),)))
        confirm(tx, lamps(3, RED_LONG))
        explode(tx)
        made = rows(
            tx,
            "SELECT w.choices, w.quantity, (SELECT sum(p.quantity) FROM peg p"
            " WHERE p.work_order_id = w.work_order_id) AS pegged FROM work_order w ORDER BY number",
        )
    assert [(row.choices, row.quantity, row.pegged) for row in made] == [
        ("CORD=2.5;EXTRA=DIMMER;SHADE=RED", 6_000_000, 5_000_000),
        ("CORD=2;SHADE=WHITE", 6_000_000, 2_000_000),
    ]


def test_a_quote_tells_date_and_cost_and_leaves_nothing_behind(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        quote = enter_order(tx, lamps(4, RED_LONG), quote=True)
    tables = ("demand", "requirement", "peg", "work_order", "purchase_order", "purchase_line")
    with reading(shop, today=TODAY) as view:
        lamp = id_of(view, "item", "LAMP")
        typed = preview_draft(view, [TypedLine(lamp, 4_000_000, DUE, RED_LONG)])
        assert typed.plan.promises
        assert preview(view, [quote]).plan.jobs
        assert order_cost(view, quote).cost == Money(15400, "EUR")
        assert [number(view, f"SELECT count(*) FROM {table}") for table in tables] == [0] * len(tables)
    with doing(shop, today=TODAY) as tx:
        confirm_quote(tx, quote)
        assert len(explode(tx).plan.jobs) == 1


def test_the_customer_gets_it_as_last_time(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        confirm(tx, lamps(4, RED_LONG))
        habits = customer_habits(tx, "ACME")
    assert habits.configurations["LAMP"].options == RED_LONG
    assert habits.configurations["LAMP"].price == Price(130_000_000)


def test_an_order_with_a_deposit_of_its_own_waits_for_it(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        add_stock(tx, "SOCKET", 1)
        order = confirm(tx, lamps(1, RED_LONG, deposit_percent=quantity(40), freight=Price(20_000_000)))
        told = explode(tx).plan
        assert [found.kind for found in told.exceptions] == ["waiting_for_deposit"]
        assert not told.jobs
        [paper] = order_papers(tx, [order])
        assert paper.deposit == Money(6000, "EUR")
    with doing(shop, today=TODAY) as tx:
        record_deposit(tx, order, TODAY)
        assert len(explosion.explode(tx).plan.jobs) == 1


def test_a_step_on_a_choice_is_done_where_it_was_chosen(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        confirm(tx, lamps(1, (("CORD", "2"), ("EXTRA", "PLATE"))))
        explode(tx)
        [job] = [row.number for row in rows(tx, "SELECT number FROM work_order")]
        assert [step.sequence for step in travelers(tx, [job])[0].operations] == [10, 20]
        release_work_order(tx, job)
        assert number(tx, "SELECT count(*) FROM work_order_operation") == 2


def test_a_job_that_is_only_planned_counts_the_steps_that_were_chosen(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        orders = [confirm(tx, lamps(1, (("CORD", "2"), extra))) for extra in (("EXTRA", "PLATE"), ("SHADE", "RED"))]
        explode(tx)
        jobs = rows(tx, "SELECT work_order_id, number FROM work_order ORDER BY work_order_id")
        states = operation_states(tx, [job.work_order_id for job in jobs])
        assert [len(states[job.work_order_id]) for job in jobs] == [2, 1]
        assert [row.operations for row in order_rows(tx, orders)] == [2, 1]
        labour = [planned_cost(tx, job.work_order_id).labour for job in jobs]
        assert [str(cost) for cost in labour] == ["40", "10"]


def test_parts_that_a_choice_does_not_need_are_not_added(shop: Store) -> None:
    with doing(shop, today=TODAY) as tx:
        add_bom(tx, "SOCKET", {})
        add_operation(tx, "SOCKET", 10, work_center="BENCH")
        confirm(tx, lamps(1, (("CORD", "5"),)))
        explode(tx)
    assert bought(shop) == {"SHADE-W": "1", "SOCKET": "1", "CORD": "5"}
