"""Items, BOMs, routings, supplier articles, and what items cost by them."""

import datetime

import pytest
from tests.builders import add_supplier, add_work_center, doing, quantity, reading
from tests.services.shop import require_whole

from pegboard.domain.bom import CyclicBom
from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.item import ArticleDraft, BomDraft, BomLineDraft, ItemDraft, OperationDraft
from pegboard.domain.quantity import Price, Quantity
from pegboard.queries.costs import item_cost
from pegboard.services.inventory import adjust
from pegboard.services.items import (
    create_item,
    load_bom,
    load_routing,
    new_revision,
    save_article,
    save_bom,
    save_routing,
    update_item,
)
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store


def price(text: str) -> Price:
    """A price as people write it."""
    return Price.parse(text)


@pytest.fixture
def parts(store: Store) -> Store:
    """LAMP (made), BASE (made), BULB and SHEET (bought)."""
    with doing(store) as tx:
        for code, source in (("LAMP", "make"), ("BASE", "make"), ("BULB", "buy"), ("SHEET", "buy")):
            create_item(tx, ItemDraft(code=code, source=source, standard_cost=price("10") if code == "SHEET" else None))
        add_supplier(tx, "ACME")
        add_work_center(tx, "PRESS", 60)
    return store


def line(component: str, amount: str | int, **more: object) -> BomLineDraft:
    """A component line."""
    return BomLineDraft(component=component, quantity=quantity(amount), **more)  # type: ignore[arg-type]


def test_all_that_is_wrong_with_an_item_is_told_at_once(parts: Store) -> None:
    bad = ItemDraft(code="LAMP", source="found", loss_percent=quantity(100), lead_time_days=-1)
    with doing(parts) as tx, pytest.raises(InvalidInput) as raised:
        create_item(tx, bad)
    for field in ("code:", "source:", "loss_percent:", "lead_time_days:"):
        assert field in str(raised.value)


def test_an_item_changes_and_keeps_its_tracking_while_it_is_in_stock(parts: Store) -> None:
    with doing(parts) as tx:
        update_item(tx, "BULB", ItemDraft(code="BULB-E27", source="buy", list_price=price("2.5")))
        adjust(tx, "BULB-E27", counted=quantity(3), reason="counted")
    with doing(parts) as tx, pytest.raises(Refused, match="tracking cannot change"):
        update_item(tx, "BULB-E27", ItemDraft(code="BULB-E27", source="buy", tracking="lot"))
    require_whole(parts)


def test_a_bom_sets_low_level_codes_and_refuses_a_cycle_with_its_codes(parts: Store) -> None:
    with doing(parts) as tx:
        save_bom(tx, BomDraft(item="LAMP", lines=(line("BASE", 1), line("BULB", 1))))
        save_bom(tx, BomDraft(item="BASE", lines=(line("SHEET", "0.2"),)))
    with reading(parts) as view:
        assert {row.code: row.low_level_code for row in rows(view, "SELECT code, low_level_code FROM item")} == {
            "LAMP": 0,
            "BASE": 1,
            "BULB": 1,
            "SHEET": 2,
        }
    with pytest.raises(CyclicBom, match="LAMP"), doing(parts) as tx:
        save_bom(tx, BomDraft(item="BASE", lines=(line("LAMP", 1),)))
    with reading(parts) as view:
        assert number(view, "SELECT count(*) FROM bom_line") == 3


def test_all_that_is_wrong_with_a_bom_is_told_at_once(parts: Store) -> None:
    lines = (
        BomLineDraft(component="NOTHING"),
        line("BULB", 1, alternates=("BULB",), option_group="COLOUR", option_choice="RED"),
    )
    with doing(parts) as tx, pytest.raises(InvalidInput) as raised:
        save_bom(tx, BomDraft(item="LAMP", lines=lines, output_quantity=quantity(0)))
    for field in ("output_quantity", "lines.1.component", "lines.1.quantity", "lines.2.option", "lines.2.alternates"):
        assert field in str(raised.value)


def test_two_revisions_valid_on_one_day_are_refused(parts: Store) -> None:
    with doing(parts) as tx:
        save_bom(tx, BomDraft(item="LAMP", revision="A", lines=(line("BULB", 1),)))
    with doing(parts) as tx, pytest.raises(InvalidInput, match="Revision A is valid on the same days"):
        save_bom(
            tx, BomDraft(item="LAMP", revision="B", lines=(line("BULB", 2),), valid_from=datetime.date(2026, 2, 1))
        )


def test_a_new_revision_is_an_exact_copy_and_the_old_one_ends_the_day_before(parts: Store) -> None:
    with doing(parts) as tx:
        save_bom(
            tx,
            BomDraft(
                item="LAMP",
                revision="A",
                output_quantity=quantity(4),
                lines=(line("BULB", "1.25", scrap_percent=quantity("2.5"), alternates=("SHEET",), position="E27"),),
            ),
        )
        save_routing(tx, "LAMP", [OperationDraft(sequence=10, work_center="PRESS", run_minutes=quantity(3))], "A")
        new_revision(tx, "LAMP", "A", "B", datetime.date(2026, 2, 1))
    with reading(parts) as view:
        old, new = load_bom(view, "LAMP", "A"), load_bom(view, "LAMP", "B")
        assert (new.lines, new.output_quantity) == (old.lines, old.output_quantity)
        assert (old.valid_to, new.valid_from) == (datetime.date(2026, 1, 31), datetime.date(2026, 2, 1))
        assert load_routing(view, "LAMP", "B") == load_routing(view, "LAMP", "A")
    with doing(parts) as tx, pytest.raises(InvalidInput, match="revision B already"):
        new_revision(tx, "LAMP", "A", "B", datetime.date(2026, 3, 1))


def test_a_routing_step_is_at_a_work_center_or_a_supplier(parts: Store) -> None:
    steps = [
        OperationDraft(sequence=10, work_center="PRESS", supplier="ACME"),
        OperationDraft(sequence=10, work_center="LATHE"),
    ]
    with doing(parts) as tx, pytest.raises(InvalidInput) as raised:
        save_routing(tx, "LAMP", steps)
    for field in ("lines.1.supplier", "lines.2.sequence", "lines.2.work_center"):
        assert field in str(raised.value)


def test_an_article_is_kept_with_its_price_breaks(parts: Store) -> None:
    draft = ArticleDraft(
        supplier="ACME", item="BULB", breaks=((quantity(0), price("2")), (quantity(100), price("1.5")))
    )
    with doing(parts) as tx:
        save_article(tx, draft)
        save_article(tx, draft)
    with reading(parts) as view:
        assert rows(view, "SELECT from_quantity, price FROM price_break ORDER BY 1") == [
            (0, 2_000_000),
            (100_000_000, 1_500_000),
        ]
    with doing(parts) as tx, pytest.raises(InvalidInput, match="one box holds"):
        save_article(tx, ArticleDraft(supplier="ACME", item="BULB", supplier_sku="B2", purchase_unit="box"))


def test_costs_roll_up_material_labour_and_subcontracting_exactly(parts: Store) -> None:
    with doing(parts) as tx:
        save_article(tx, ArticleDraft(supplier="ACME", item="BULB", breaks=((quantity(0), price("2")),)))
        save_bom(tx, BomDraft(item="LAMP", lines=(line("BASE", 1), line("BULB", 3, scrap_percent=quantity(10)))))
        save_bom(
            tx,
            BomDraft(item="BASE", lines=(BomLineDraft(component="SHEET", pieces_per_stock=quantity(3)),)),
        )
        save_routing(
            tx,
            "LAMP",
            [
                OperationDraft(sequence=10, work_center="PRESS", setup_minutes=quantity(30), run_minutes=quantity(6)),
                OperationDraft(sequence=20, supplier="ACME", price=price("0.75")),
            ],
        )
        update_item(tx, "BASE", ItemDraft(code="BASE", source="make", loss_percent=quantity(20)))
    with reading(parts) as view:
        one, ten = item_cost(view, "LAMP"), item_cost(view, "LAMP", Quantity.parse("10").micro)
    # base: 10 / 3 / 0.8; bulbs: 3 x 1.1 x 2; labour: 30 + 6 minutes at 60 an hour
    assert (str(one.material), str(one.labour), str(one.subcontract)) == ("10.766667", "36", "0.75")
    assert str(ten.labour) == "9"
    assert str(one.total) == "47.516667"


def test_an_unknown_cost_makes_the_whole_unknown(parts: Store) -> None:
    with doing(parts) as tx:
        save_bom(tx, BomDraft(item="LAMP", lines=(line("BULB", 1), line("SHEET", 1))))
    with reading(parts) as view:
        assert item_cost(view, "LAMP").total is None
