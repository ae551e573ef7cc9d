"""Setup: customers, suppliers, work centers, options and days off, as strict as an import."""

import datetime

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_operation,
    add_order,
    add_supplier_item,
    doing,
    quantity,
    reading,
)

from pegboard.domain.configuration import EXCLUDES, Rule
from pegboard.domain.configuration_draft import ChoiceDraft, OptionsDraft, RulesDraft
from pegboard.domain.customer import CustomerDraft
from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.order import OrderDraft, OrderLineDraft
from pegboard.domain.quantity import Price, Quantity
from pegboard.domain.supplier import SupplierDraft
from pegboard.domain.work_center import WorkCenterDraft
from pegboard.queries.options import item_options, option_rows
from pegboard.queries.order_lookups import entry_facts
from pegboard.queries.setup import calendar_rows, customer_rows, supplier_rows, work_center_rows
from pegboard.services.customers import (
    bring_back_customer,
    create_customer,
    delete_customer,
    retire_customer,
    update_customer,
)
from pegboard.services.options import save_options, save_rules
from pegboard.services.orders import confirm
from pegboard.services.shop_days import clear_days, set_days
from pegboard.services.suppliers import create_supplier, delete_supplier, retire_supplier, update_supplier
from pegboard.services.work_centers import create_work_center, delete_work_center, retire_work_center
from pegboard.storage.store import Store

LINES = (
    ChoiceDraft(group="SHADE", choice="WHITE", is_default=True),
    ChoiceDraft(group="SHADE", choice="RED", extra=Price(6_000_000)),
    ChoiceDraft(group="CORD", choice="1..5/0.5", description="m", extra=Price(4_000_000)),
    ChoiceDraft(group="CORD", choice="2", is_default=True),
)


def test_a_customer_is_entered_changed_renamed_and_deleted(store: Store) -> None:
    with doing(store) as tx:
        create_customer(tx, CustomerDraft(code="ACME", name="Acme", deposit_percent=quantity(30)))
    with doing(store) as tx:
        update_customer(tx, "ACME", CustomerDraft(code="ACME-1", name="Acme Ltd", payment_terms_days=14))
    with reading(store) as view:
        [row] = customer_rows(view)
        assert (row.code, row.draft.name, row.draft.payment_terms_days) == ("ACME-1", "Acme Ltd", 14)
        assert row.draft.deposit_percent == Quantity(0)
    with doing(store) as tx:
        delete_customer(tx, "ACME-1")
        with pytest.raises(NotFound, match="There is no customer ACME-1"):
            update_customer(tx, "ACME-1", CustomerDraft(code="ACME-1"))


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (CustomerDraft(code=""), "code: A code is not empty"),
        (CustomerDraft(code="A;B"), "code: A code is not empty"),
        (CustomerDraft(code="KNOWN"), "The code KNOWN is taken"),
        (CustomerDraft(code="A", payment_terms_days=-1), "payment_terms_days: Days are 0 to 36500"),
        (CustomerDraft(code="A", deposit_percent=Quantity(100_000_001)), "deposit_percent: It is 0 to 100 percent"),
        (CustomerDraft(code="A", currency="euro"), "currency: A currency has three capital letters"),
    ],
)
def test_a_customer_that_an_import_would_refuse_is_refused(store: Store, draft: CustomerDraft, words: str) -> None:
    with doing(store) as tx:
        add_customer(tx, "KNOWN")
    with doing(store) as tx, pytest.raises(InvalidInput, match=words):
        create_customer(tx, draft)


def test_a_customer_with_orders_is_retired_not_deleted_and_orders_no_more(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "BULB")
        add_customer(tx, "ACME")
        add_order(tx, "OLD-1", [("BULB", 1, None)], customer="ACME")
        with pytest.raises(Refused, match="ACME is named by orders"):
            delete_customer(tx, "ACME")
        retire_customer(tx, "ACME")
        draft = OrderDraft("ACME", (OrderLineDraft("BULB", quantity(1)),))
        with pytest.raises(InvalidInput, match="ACME is retired"):
            confirm(tx, draft)
        assert "ACME" not in entry_facts(tx).customers
        bring_back_customer(tx, "ACME")
        assert confirm(tx, draft)


def test_a_supplier_keeps_how_its_lead_time_counts(store: Store) -> None:
    draft = SupplierDraft(code="KERN", lead_time_days=10, calendar_lead_time=True, currency="CHF")
    with doing(store) as tx:
        create_supplier(tx, draft)
        update_supplier(tx, "KERN", draft)
    with reading(store) as view:
        assert supplier_rows(view)[0].draft == draft
    with doing(store) as tx:
        add_item(tx, "TUBE")
        add_supplier_item(tx, "KERN", "TUBE", 10)
        with pytest.raises(Refused, match="KERN is named by articles"):
            delete_supplier(tx, "KERN")
        retire_supplier(tx, "KERN")
        assert supplier_rows(tx)[0].is_retired


def test_a_work_center_has_hours_and_machines(store: Store) -> None:
    with doing(store) as tx:
        create_work_center(tx, WorkCenterDraft(code="BENCH", machines=2, hourly_rate=Price(45_000_000)))
        with pytest.raises(InvalidInput, match="hours_per_day: A day has more than 0"):
            create_work_center(tx, WorkCenterDraft(code="SAW", hours_per_day=Quantity(0)))
        add_item(tx, "LAMP", "make")
        add_operation(tx, "LAMP", 10, work_center="BENCH")
        with pytest.raises(Refused, match="BENCH is named by routings"):
            delete_work_center(tx, "BENCH")
        retire_work_center(tx, "BENCH")
        assert [(row.code, row.steps, row.is_retired) for row in work_center_rows(tx)] == [("BENCH", 1, True)]


def test_days_off_leave_weekends_out_and_join_in_the_list(store: Store) -> None:
    first, last = datetime.date(2026, 12, 24), datetime.date(2027, 1, 3)
    with doing(store) as tx:
        assert set_days(tx, first, last, working=False, note="Closed") == 7
        assert set_days(tx, datetime.date(2026, 12, 5), datetime.date(2026, 12, 5), working=True) == 1
    with reading(store) as view:
        worked, closed = calendar_rows(view)
        assert (closed.first, closed.last, closed.days, closed.note) == (first, datetime.date(2027, 1, 1), 7, "Closed")
        assert worked.working
    with doing(store) as tx:
        assert clear_days(tx, first, last) == 7
        with pytest.raises(InvalidInput, match="The last day is before the first"):
            set_days(tx, last, first, working=False)


def test_options_and_rules_are_kept_and_told_again(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP", "make")
        save_options(tx, OptionsDraft(item="LAMP", choices=LINES))
        save_rules(tx, RulesDraft(item="LAMP", rules=(Rule(EXCLUDES, "SHADE", "RED", "CORD", "4..5", "too hot"),)))
    with reading(store) as view:
        found = item_options(view, "LAMP")
        assert found is not None
        assert found.options.choices == LINES
        [row] = option_rows(view)
        assert (row.item, [group.code for group in row.groups], row.rules) == ("LAMP", ["SHADE", "CORD"], 1)


def test_an_option_that_something_names_stays(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP", "make", list_price=100)
        add_item(tx, "PAINT")
        save_options(tx, OptionsDraft(item="LAMP", choices=LINES))
        add_bom(tx, "LAMP", {})
        add_customer(tx, "ACME")
        options = (("SHADE", "RED"), ("CORD", "2.5"))
        confirm(tx, OrderDraft("ACME", (OrderLineDraft("LAMP", quantity(1), options=options),)))
    with doing(store) as tx:
        with pytest.raises(Refused, match=r"Still used: SHADE=RED \(SO-0001/1\)"):
            save_options(tx, OptionsDraft(item="LAMP", choices=(LINES[0], *LINES[2:])))
        shorter = ChoiceDraft(group="CORD", choice="1..2/0.5")
        with pytest.raises(Refused, match=r"CORD=2\.5 \(SO-0001/1\)"):
            save_options(tx, OptionsDraft(item="LAMP", choices=(*LINES[:2], shorter, LINES[3])))
        save_rules(tx, RulesDraft(item="LAMP", rules=(Rule(EXCLUDES, "SHADE", "RED", "CORD", "4..5"),)))
        with pytest.raises(Refused, match="SHADE=RED"):
            save_options(tx, OptionsDraft(item="LAMP", choices=LINES[:1]))


def test_a_rule_of_the_item_refuses_an_order(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP", "make")
        add_customer(tx, "ACME")
        save_options(tx, OptionsDraft(item="LAMP", choices=LINES))
        save_rules(tx, RulesDraft(item="LAMP", rules=(Rule(EXCLUDES, "SHADE", "RED", "CORD", "4..5", "too hot"),)))
        options = (("SHADE", "RED"), ("CORD", "4.5"))
        with pytest.raises(InvalidInput, match="SHADE RED excludes CORD 4 to 5: too hot"):
            confirm(tx, OrderDraft("ACME", (OrderLineDraft("LAMP", quantity(1), options=options),)))
