"""Every figure of the cash cycle is what plain SQL over the documents says, to the cent."""

import datetime
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_order,
    add_stock,
    add_supplier,
    day,
    doing,
    low_level_codes,
    reading,
    workshop,
)
from tests.reports.money import add_bill, add_invoice, add_payment
from tests.reports.trade import trade

from pegboard import reports
from pegboard.domain.cash_cycle import BalanceRule, Convention, Part, PayablesOver, YearRule, effects
from pegboard.domain.period import Period, Step, last_complete, last_days
from pegboard.domain.quantity import Money, Price
from pegboard.queries.backup_state import backup_state
from pegboard.queries.money_books import RateGap, rate_gaps
from pegboard.queries.report_cash import cash_books
from pegboard.queries.report_cash_causes import shares_of, top_causes
from pegboard.queries.report_cash_cycle import book_notes, cycle_history
from pegboard.queries.report_cash_groups import GROUPS, group_shares
from pegboard.queries.report_cash_lists import Trouble
from pegboard.queries.report_cash_sheet import cash_sheet
from pegboard.queries.valuation import stock_value
from pegboard.services.demand import raise_order_demand
from pegboard.services.explosion import explode
from pegboard.storage.automatic_backup import default_folder, saved_copy
from pegboard.storage.rows import add, number
from pegboard.storage.store import Reading, Store
from pegboard.storage.tables.inventory import LedgerEntry
from pegboard.storage.tables.money import ExchangeRate
from pegboard.storage.tables.purchasing import PurchaseHistory

FRIDAY = day("2026-11-20")
QUARTER = last_complete(FRIDAY, Step.QUARTER)


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A lamp maker's year."""
    with workshop(tmp_path_factory.mktemp("trade")) as store:
        with doing(store, today=FRIDAY) as tx:
            trade(tx, FRIDAY)
        yield store


def cents(view: Reading, statement: str, *parameters: object) -> Fraction:
    """An amount in units of the currency, from a statement in cents."""
    return Fraction(number(view, statement, *parameters), 100)


def micros(view: Reading, statement: str, *parameters: object) -> Fraction:
    """An amount in units of the currency, from a statement in millionths."""
    return Fraction(number(view, statement, *parameters), 1_000_000)


@pytest.mark.parametrize("evening", ["2026-11-20", "2026-09-30", "2026-03-31", "2025-12-24"])
def test_the_balances_of_an_evening(traded: Store, evening: str) -> None:
    after = (datetime.date.fromisoformat(evening) + datetime.timedelta(days=1)).isoformat()
    with reading(traded, FRIDAY) as view:
        found = cash_books(view, FRIDAY).standing(day(evening))
        assert found.customers == cents(
            view,
            "SELECT (SELECT sum(net_amount + tax_amount - deposit_amount) FROM invoice WHERE issued_on <= ?)"
            " - (SELECT sum(amount) FROM payment WHERE kind = 'customer' AND paid_on <= ?)",
            evening,
            evening,
        )
        assert found.suppliers == cents(
            view,
            "SELECT (SELECT sum(net_amount + tax_amount) FROM bill WHERE billed_on <= ?)"
            " - (SELECT sum(amount) FROM payment WHERE kind = 'supplier' AND paid_on <= ?)",
            evening,
            evening,
        )
        assert found.deposits == cents(
            view,
            "SELECT (SELECT sum(amount) FROM payment WHERE kind = 'deposit' AND paid_on <= ?)"
            " - (SELECT sum(deposit_amount) FROM invoice WHERE issued_on <= ?)",
            evening,
            evening,
        )
        assert found.stock == micros(
            view,
            "SELECT (SELECT sum(value) FROM ledger_entry WHERE at < ?) + (SELECT coalesce(sum(-e.value), 0)"
            " FROM ledger_entry e JOIN work_order w ON w.work_order_id = e.work_order_id WHERE e.at < ?"
            " AND NOT EXISTS (SELECT 1 FROM ledger_entry f WHERE f.work_order_id = e.work_order_id"
            " AND f.kind = 'completion' AND f.at < ?))",
            after,
            after,
            after,
        )


def test_todays_stock_is_what_its_cost_layers_and_unfinished_jobs_are_worth(traded: Store) -> None:
    with reading(traded, FRIDAY) as view:
        in_jobs = micros(
            view,
            "SELECT -sum(e.value) FROM ledger_entry e JOIN work_order w ON w.work_order_id = e.work_order_id"
            " WHERE w.state = 'in_progress'",
        )
        assert cash_books(view, FRIDAY).standing(FRIDAY).stock == Fraction(stock_value(view).decimal) + in_jobs


def test_the_flows_of_a_quarter(traded: Store) -> None:
    span = (QUARTER.first.isoformat(), QUARTER.last.isoformat())
    with reading(traded, FRIDAY) as view:
        flows = cash_books(view, FRIDAY).figures(QUARTER).flows
        assert flows.sales == cents(
            view, "SELECT sum(net_amount + tax_amount) FROM invoice WHERE issued_on BETWEEN ? AND ?", *span
        )
        assert flows.purchases == cents(
            view, "SELECT sum(net_amount + tax_amount) FROM bill WHERE billed_on BETWEEN ? AND ?", *span
        )
        assert flows.cost_of_sales == micros(
            view,
            "SELECT -sum(e.value) FROM ledger_entry e JOIN shipment s ON s.number = e.document WHERE e.kind = 'ship'"
            " AND s.shipped_on BETWEEN ? AND ?",
            *span,
        )


@pytest.mark.parametrize(
    "convention",
    [
        Convention(),
        Convention(BalanceRule.AVERAGE, PayablesOver.PURCHASES, YearRule.DAYS_360),
        Convention(year=YearRule.DAYS_365),
    ],
)
def test_the_cycle_is_balances_over_flows_by_the_convention(traded: Store, convention: Convention) -> None:
    with reading(traded, FRIDAY) as view:
        history = cycle_history(view, QUARTER, convention)
        books = history.books
        begin, end, flows = books.standing(QUARTER.day_before), books.standing(QUARTER.last), history.figures.flows
    counted = {YearRule.OWN_DAYS: Fraction(92), YearRule.DAYS_360: Fraction(90), YearRule.DAYS_365: Fraction(365, 4)}
    days = counted[convention.year]
    over = flows.purchases if convention.payables_over is PayablesOver.PURCHASES else flows.cost_of_sales

    def balance(at_begin: Fraction | None, at_end: Fraction | None) -> Fraction:
        assert at_begin is not None
        assert at_end is not None
        return (at_begin + at_end) / 2 if convention.balance is BalanceRule.AVERAGE else at_end

    expected = (
        balance(begin.stock, end.stock) * days / flows.cost_of_sales,
        balance(begin.customers, end.customers) * days / flows.sales,
        balance(begin.suppliers, end.suppliers) * days / over,
        balance(begin.deposits, end.deposits) * days / flows.sales,
    )
    assert tuple(measure.days for measure in history.now.parts) == expected
    assert history.now.days == expected[0] + expected[1] - expected[2] - expected[3]
    assert len(history.trend) == 13
    assert history.trend[-1] == history.now


def test_a_shop_that_opened_last_week_gets_a_reason_and_no_figure(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_item(tx, "TUBE")
            add_stock(tx, "TUBE", 10, unit_cost=2)
            add_customer(tx)
            add_invoice(tx, "INV-0001", 100, "2025-12-31")
        with reading(store) as view:
            cycle = cycle_history(view, last_days(view.today, 90)).now
    assert cycle.days is None
    assert "6 days" in cycle.reason


def test_what_was_open_when_the_books_began_is_owed_but_was_no_sale(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_customer(tx)
            add_supplier(tx)
            add_invoice(tx, "OLD-1", 500, "2025-12-01")
            add_bill(tx, "OLD-2", 300, "2025-12-01")
            tx.connection.exec_driver_sql("UPDATE invoice SET origin = 'opening'")
            tx.connection.exec_driver_sql("UPDATE bill SET origin = 'opening'")
        with reading(store) as view:
            books = cash_books(view, view.today)
            figures = books.figures(Period(day("2025-12-01"), view.today))
    assert (figures.closing.customers, figures.closing.suppliers) == (500, 300)
    assert (figures.flows.sales, figures.flows.purchases) == (0, 0)
    assert books.began is None


def test_other_currencies_count_at_the_rate_of_the_day_and_leave_nothing_when_paid(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_customer(tx)
            for valid_from, rate in (("2025-01-01", 900_000), ("2025-12-15", 800_000)):
                add(tx, ExchangeRate, currency="USD", valid_from=day(valid_from), rate=rate)
            invoice = add_invoice(tx, "INV-0001", 100, "2025-12-01", currency="USD")
            add_invoice(tx, "INV-0002", 100, "2025-12-01", currency="CHF")
            add_payment(tx, "PAY-1", 100, "2026-01-02", customer="ZIN", invoices={invoice: 100}, currency="USD")
        with reading(store) as view:
            books = cash_books(view, view.today)
    assert books.standing(day("2025-12-01")).customers == 90
    assert books.standing(day("2025-12-31")).customers == 80
    assert books.standing(day("2026-01-02")).customers == 0
    assert books.sales.within(Period(day("2025-12-01"), day("2025-12-31"))) == 90
    told = " ".join(book_notes(books, Period(day("2025-12-01"), day("2025-12-31"))))
    assert books.missing_rates == ("CHF",)
    assert "Documents in CHF are left out" in told
    assert books.rates_since == {"USD": day("2025-12-15")}


def test_a_document_older_than_the_first_rate_and_an_old_rate_are_told(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_customer(tx, currency="USD")
            add(tx, ExchangeRate, currency="USD", valid_from=day("2025-09-01"), rate=900_000)
            add_invoice(tx, "INV-0001", 100, "2025-08-20", currency="USD")
        with reading(store) as view:
            told = book_notes(cash_books(view, view.today), Period(day("2025-12-01"), day("2025-12-31")))
            gaps = rate_gaps(view)
    assert told == (
        "Documents in USD of before 2025-09-01 count at the rate of that day: none is older.",
        "The rate of USD is 121 days old: enter a newer one.",
    )
    assert gaps == (RateGap("USD", day("2025-08-20")),)


@pytest.mark.parametrize("evening", ["2026-11-20", "2026-09-30"])
@pytest.mark.parametrize("part", list(Part))
def test_the_shares_of_those_who_make_up_a_balance_add_up_to_it(traded: Store, part: Part, evening: str) -> None:
    with reading(traded, FRIDAY) as view:
        history = cycle_history(view, QUARTER)
        shares = [shares for _noun, shares in shares_of(view, history, part, [day(evening)])]
        balance = cash_books(view, FRIDAY).standing(day(evening)).of(part)
    assert sum(amounts[0] for each in shares for amounts in each.values()) == balance


@pytest.mark.parametrize("rule", list(BalanceRule))
def test_all_causes_of_a_part_add_up_to_what_its_balance_did(traded: Store, rule: BalanceRule) -> None:
    with reading(traded, FRIDAY) as view:
        history = cycle_history(view, last_days(FRIDAY, 90), Convention(rule))
        found = top_causes(view, history, 1_000)
    for effect in effects(history.before, history.now):
        if not effect.is_pace:
            assert sum(each.cause.days for each in found if each.cause.part is effect.part) == effect.days


@pytest.mark.parametrize("group", GROUPS)
def test_what_each_kind_has_in_a_balance_adds_up_to_it(traded: Store, group: str) -> None:
    evenings = (day("2026-09-30"), day("2026-11-20"))
    with reading(traded, FRIDAY) as view:
        history = cycle_history(view, last_days(FRIDAY, 90))
        for part, shares in group_shares(view, history, group, evenings):
            for place, evening in enumerate(evenings):
                whole = history.books.standing(evening).of(part)
                assert sum(amounts[place] for amounts in shares.values()) == whole, (part, evening)


def test_parts_in_a_job_and_goods_that_came_for_an_order_are_its_share_of_the_stock(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_customer(tx)
            add_item(tx, "TUBE", standard_cost=2)
            add_item(tx, "LAMP", "make")
            add_bom(tx, "LAMP", {"TUBE": 2})
            add_stock(tx, "TUBE", 100, unit_cost=2)
            add_order(tx, "SO-1", [("LAMP", 5, "2026-01-20")])
            low_level_codes(tx)
            raise_order_demand(tx)
            explode(tx)
        with reading(store) as view:
            history = cycle_history(view, last_days(view.today, 90))
            found = dict(group_shares(view, history, "order", (view.today,)))
    assert found[Part.STOCK]["SO-1"] == [20]
    assert found[Part.STOCK][""] == [180]


@pytest.mark.file
def test_the_page_says_when_the_books_were_last_copied_away(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_customer(tx)
        with reading(store) as view:
            assert backup_state(view).made_at is None
        saved_copy(store, default_folder(store.path), "close")
        with reading(store) as view:
            assert backup_state(view).made_at is not None


def test_the_page_names_who_moved_the_cycle_and_what_is_stuck(traded: Store) -> None:
    with reading(traded, FRIDAY) as view:
        sheet = cash_sheet(view, last_days(FRIDAY, 90))
    assert len(sheet.causes) == 5
    assert {each.noun for each in sheet.causes} <= {"customer", "supplier", "order", "item", "work_order"}
    assert all(each.name for each in sheet.causes if each.noun == "customer")
    idle = {each.number: each for each in sheet.stuck.lines if each.trouble is Trouble.IDLE_STOCK}
    assert idle["BRASS"].amount == Money(120000, "EUR")
    overdue = next(each for each in sheet.stuck.lines if each.trouble is Trouble.OVERDUE)
    assert (overdue.noun, overdue.number[:4]) == ("invoice", "INV-")


def test_imported_history_is_worked_back_to_the_stock_of_any_evening(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            item = add_item(tx, "TUBE", standard_cost=2)
            add_stock(tx, "TUBE", 10, unit_cost=2)
            supplier = add_supplier(tx)
            for number_, (received, quantity) in enumerate((("2025-11-01", 100), ("2025-12-01", 50)), 1):
                add(
                    tx,
                    PurchaseHistory,
                    purchase_order="OLD",
                    line=number_,
                    supplier_id=supplier,
                    item_id=item,
                    quantity=quantity * 1_000_000,
                    unit_price=2_000_000,
                    received_on=day(received),
                )
            add_order(tx, "OLD-1", [("TUBE", 140, "2025-12-10")], status="shipped")
            tx.connection.exec_driver_sql("UPDATE order_line SET shipped_on = '2025-12-10'")
        with reading(store) as view:
            books = cash_books(view, view.today)
            history = cycle_history(view, view_period := Period(day("2025-11-01"), day("2025-11-30")))
            [items, _jobs] = [each for _noun, each in shares_of(view, history, Part.STOCK, [day("2025-12-05")])]
    worth = [books.standing(day(text)).stock for text in ("2025-10-31", "2025-11-01", "2025-12-05", "2025-12-31")]
    assert worth == [0, 200, 300, 20]
    assert books.stock.cost_of_sales(Period(day("2025-12-01"), day("2025-12-31"))) == 280
    assert books.stock.cost_of_sales(view_period) == 0
    assert items["TUBE"][0] == 300


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("receivables", lambda figures: figures.closing.customers),
        ("payables", lambda figures: figures.closing.suppliers),
        ("deposits", lambda figures: figures.closing.deposits),
        ("stock-value", lambda figures: figures.closing.stock),
        ("sales", lambda figures: figures.flows.sales),
        ("purchases", lambda figures: figures.flows.purchases),
        ("cost-of-sales", lambda figures: figures.flows.cost_of_sales),
    ],
)
@pytest.mark.parametrize("period", [QUARTER, last_days(FRIDAY, 90)], ids=["quarter", "rolling"])
def test_the_list_behind_each_figure_adds_up_to_it(traded: Store, name: str, figure: Any, period: Period) -> None:
    with reading(traded, FRIDAY) as view:
        found = reports.named(name).run(view, period)
        expected = figure(cash_books(view, FRIDAY).figures(period))
    total = found.totals.get("value", found.totals.get("cost"))
    assert (Fraction(total.decimal) if isinstance(total, Money | Price) else 0) == expected


def test_till_sales_before_the_first_count_do_not_hide_what_lay_there(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            item = add_item(tx, "TUBE", standard_cost=2)
            stock = add_stock(tx, "TUBE", 10, unit_cost=2)
            for kind, sold in (("sale", -3), ("count", 3)):  # sold more than the books had: no cost is known
                add(
                    tx,
                    LedgerEntry,
                    stock_id=stock,
                    at=datetime.datetime(2025, 12, 1, 12, tzinfo=datetime.UTC),
                    kind=kind,
                    quantity=sold * 1_000_000,
                )
            add(
                tx,
                PurchaseHistory,
                purchase_order="OLD",
                line=1,
                supplier_id=add_supplier(tx),
                item_id=item,
                quantity=4_000_000,
                unit_price=2_000_000,
                received_on=day("2025-12-20"),
            )
        with reading(store) as view:
            books = cash_books(view, view.today)
            history = cycle_history(view, Period(day("2025-12-01"), day("2025-12-31")))
            [items, _jobs] = [each for _noun, each in shares_of(view, history, Part.STOCK, [day("2025-12-10")])]
    assert [books.standing(day(text)).stock for text in ("2025-12-10", "2025-12-31", "2026-01-05")] == [12, 20, 20]
    assert items["TUBE"][0] == 12
