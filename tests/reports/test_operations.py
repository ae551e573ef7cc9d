"""Reports on stock, jobs and promises: each figure worked out by hand."""

import datetime
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from tests.builders import (
    add_customer,
    add_item,
    add_operation,
    add_order,
    add_purchase,
    add_stock,
    add_supplier,
    add_work_center,
    add_work_order,
    day,
    demand_of,
    doing,
    micro,
    need,
    peg,
    quantity,
    reading,
    workshop,
)

from pegboard import reports
from pegboard.domain.period import Period
from pegboard.domain.quantity import Money, Price
from pegboard.domain.report_table import ReportTable, Value
from pegboard.services.inventory import adjust
from pegboard.services.money.reversal import reverse_payment
from pegboard.services.money.supplier_payments import record_expense
from pegboard.services.production import complete
from pegboard.services.purchasing import receive
from pegboard.services.release import release_work_order
from pegboard.services.settings import set_setting
from pegboard.services.shipping import ship
from pegboard.services.work_times import state_time
from pegboard.storage.rows import add, first
from pegboard.storage.store import Store
from pegboard.storage.tables.inventory import Buffer, LedgerEntry
from pegboard.storage.tables.purchasing import PurchaseHistory

TODAY = datetime.date(2026, 1, 31)
JANUARY = Period(datetime.date(2026, 1, 1), TODAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with workshop(tmp_path) as made:
        yield made


def run(store: Store, name: str, period: Period = JANUARY) -> ReportTable:
    """What a report finds on the last day of January."""
    with reading(store, TODAY) as read:
        return reports.named(name).run(read, period)


def cells(table: ReportTable, *names: str) -> list[tuple[Value, ...]]:
    """These columns of every row."""
    places = [[column.name for column in table.columns].index(name) for name in names]
    return [tuple(row.cells[place] for place in places) for row in table.rows]


def eur(amount: int) -> Money:
    """So many euros."""
    return Money(100 * amount, "EUR")


def test_a_line_is_on_time_by_its_first_promise_whatever_was_promised_later(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP")
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("LAMP", 1, "2026-01-10"), ("LAMP", 1, "2026-01-10"), ("LAMP", 1, None)])
        change = (
            "UPDATE order_line SET status = ?, shipped_on = ?, first_promise_date = ?, promise_date = ? WHERE line = ?"
        )
        for values in (
            (
                "shipped",
                "2026-01-12",
                "2026-01-08",
                "2026-01-20",
                1,
            ),  # four days late, though the last promise was kept
            ("shipped", "2026-01-10", None, None, 2),  # kept its due date
            ("confirmed", None, "2026-01-15", "2026-02-20", 3),  # still open, promised long ago
        ):
            tx.connection.exec_driver_sql(change, values)
    table = run(store, "on-time")
    assert cells(table, "customer", "delivered", "promised", "on_time", "late_days", "worst_days", "overdue") == [
        ("ZIN", 2, 2, 1, Fraction(4), 4, 1)
    ]
    assert table.totals["on_time_percent"] == Fraction(50)
    assert cells(table, "on_day_asked_percent") == [(Fraction(50),)]


def test_a_supplier_is_measured_by_receipts_and_by_imported_history(store: Store) -> None:
    with doing(store) as tx:
        item = add_item(tx, "TUBE")
        supplier = add_supplier(tx)
        add_purchase(tx, "PO-1", "ACME", [("TUBE", 10, 2)], due_date=day("2026-01-20"))
        for line, came in enumerate(("2026-01-05", "2026-01-09"), 1):
            add(
                tx,
                PurchaseHistory,
                purchase_order="OLD",
                line=line,
                supplier_id=supplier,
                item_id=item,
                quantity=micro(1),
                ordered_on=day("2026-01-01"),
                promised_on=day("2026-01-06"),
                received_on=day(came),
            )
    with doing(store, today=TODAY) as tx:
        receive(tx, "PO-1/1", quantity(4))
    table = run(store, "supplier-on-time")
    assert cells(table, "supplier", "delivered", "on_time", "late_days", "worst_days", "overdue") == [
        ("ACME", 3, 1, Fraction(7), 11, 1)
    ]


def test_stock_is_told_by_age_and_by_why_it_lies_there(store: Store) -> None:
    with doing(store, today=TODAY) as tx:
        add_item(tx, "TUBE")
        add_item(tx, "LAMP", "make")
        old = add_stock(tx, "TUBE", 10, unit_cost=3, received_on="2025-01-01")
        add_stock(tx, "TUBE", 5, location="BIN", unit_cost=2, received_on="2026-01-20")
        add(tx, Buffer, item_id=1, quantity=micro(2), reason="one supplier")
        add_order(tx, "SO-1", [("LAMP", 1, "2026-03-10")])
        add_work_order(tx, "WO-1", "LAMP", 1)
        peg(tx, demand_of(tx, "SO-1"), 1, work_order="WO-1")
        peg(tx, need(tx, "WO-1", "TUBE", 4), 4, stock=old)
    table = run(store, "stock-age")
    assert sorted(cells(table, "reason", "quantity", "older", "to_30", "value"), key=lambda row: str(row[0])) == [
        ("buffer against a disruption", quantity(2), eur(6), eur(0), eur(6)),
        ("no demand wants it", quantity(9), eur(12), eur(10), eur(22)),
        ("pegged to demand", quantity(4), eur(12), eur(0), eur(12)),
    ]
    assert table.totals["value"] == eur(40)


def test_what_was_counted_in_is_not_found_and_what_is_missing_is_written_off(store: Store) -> None:
    with doing(store, today=TODAY) as tx:
        add_item(tx, "TUBE")
        add_stock(tx, "TUBE", 10, unit_cost=3, received_on="2026-01-01")
    with doing(store, today=TODAY) as tx:
        adjust(tx, "TUBE", by=quantity(-2), reason="broken")
    table = run(store, "stock-turns")
    assert cells(table, "item", "quantity", "closing", "used", "written_off") == [
        ("TUBE", quantity(8), eur(24), eur(0), eur(6))
    ]
    assert table.totals["write_off_percent"] == Fraction(100)


def test_a_job_in_work_holds_what_was_issued_to_it_until_it_comes_out(store: Store) -> None:
    with doing(store, today=TODAY) as tx:
        add_item(tx, "TUBE")
        add_item(tx, "LAMP", "make")
        tube = add_stock(tx, "TUBE", 10, unit_cost=3, received_on="2026-01-01")
        add_order(tx, "SO-1", [("LAMP", 2, "2026-03-10")])
        add_work_order(tx, "WO-1", "LAMP", 2)
        peg(tx, demand_of(tx, "SO-1"), 2, work_order="WO-1")
        peg(tx, need(tx, "WO-1", "TUBE", 8), 8, stock=tube)
        release_work_order(tx, "WO-1")
    with doing(store, today=TODAY) as tx:
        complete(tx, "WO-1", quantity(1))
    table = run(store, "wip")
    assert cells(table, "work_order", "open", "value") == [("WO-1", quantity(1), eur(0))]
    with doing(store, today=TODAY) as tx:
        complete(tx, "WO-1", quantity(1))
    assert not run(store, "wip").rows
    flow = run(store, "throughput")
    assert flow.totals["released"] == flow.totals["finished"] == 1


def test_a_job_that_used_dearer_parts_and_more_of_them_says_which_was_which(store: Store) -> None:
    with doing(store, today=TODAY) as tx:
        add_item(tx, "TUBE", standard_cost=3)
        add_item(tx, "LAMP", "make")
        tube = add_stock(tx, "TUBE", 20, unit_cost=4, received_on="2026-01-01")
        add_order(tx, "SO-1", [("LAMP", 2, "2026-03-10")])
        tx.connection.exec_driver_sql("UPDATE order_line SET unit_price = ?", (micro(50),))
        add_work_order(tx, "WO-1", "LAMP", 2)
        peg(tx, demand_of(tx, "SO-1"), 2, work_order="WO-1")
        wanted = need(tx, "WO-1", "TUBE", 8)
        peg(tx, wanted, 8, stock=tube)
        release_work_order(tx, "WO-1")
    with doing(store, today=TODAY) as tx:
        complete(tx, "WO-1", quantity(2))
        # Two more tubes were needed than the BOM says: the books as a second issue leaves them.
        tx.connection.exec_driver_sql(
            "UPDATE requirement SET issued_quantity = ? WHERE requirement_id = ?", (micro(10), wanted)
        )
        add(
            tx,
            LedgerEntry,
            stock_id=tube,
            at=tx.now,
            kind="issue",
            quantity=micro(-2),
            value=micro(-8),
            work_order_id=1,
        )
    with doing(store, today=TODAY) as tx:
        ship(tx, "SO-1")
    job = run(store, "job-cost")
    assert cells(job, "work_order", "planned", "actual", "variance", "material_price", "material_usage", "labour") == [
        ("WO-1", eur(24), eur(40), eur(16), eur(10), eur(6), eur(0))
    ]
    margin = run(store, "order-margin")
    assert cells(margin, "order", "sold", "actual", "margin", "margin_percent") == [
        ("SO-1", eur(100), eur(32), eur(68), Fraction(68))
    ]


def test_a_purchase_that_orders_share_is_split_by_their_pegs(store: Store) -> None:
    with doing(store, today=TODAY) as tx:
        add_item(tx, "TUBE")
        add_item(tx, "LAMP", "make")
        add_supplier(tx, payment_terms_days=10)
        add_customer(tx, "ZIN", payment_terms_days=20)
        [line] = add_purchase(tx, "PO-1", "ACME", [("TUBE", 8, 3)], due_date=day("2026-02-05"))
        for number, lamps in ((1, 1), (2, 3)):
            add_order(tx, f"SO-{number}", [("LAMP", lamps, "2026-02-20")])
            add_work_order(tx, f"WO-{number}", "LAMP", lamps)
            peg(tx, demand_of(tx, f"SO-{number}"), lamps, work_order=f"WO-{number}")
            peg(tx, need(tx, f"WO-{number}", "TUBE", 2 * lamps), 2 * lamps, purchase_line=line)
        tx.connection.exec_driver_sql("UPDATE order_line SET unit_price = ?", (micro(50),))
    table = run(store, "cash-by-order")
    found = cells(table, "order", "to_receive", "to_spend", "end", "peak", "peak_on", "positive_on", "cash_days")
    paid, came = datetime.date(2026, 2, 15), datetime.date(2026, 3, 12)
    # Eight tubes for 24: six euros for the first order, eighteen for the second; paid ten days after they come.
    assert sorted(found, key=str) == [
        ("SO-1", eur(50), eur(6), eur(44), eur(6), paid, came, eur(6 * 25)),
        ("SO-2", eur(150), eur(18), eur(132), eur(18), paid, came, eur(18 * 25)),
    ]
    weeks = run(store, "cash-calendar")
    assert weeks.totals["received"] == eur(200)
    assert weeks.totals["paid"] == eur(24)
    assert weeks.rows[-1].cells[3] == eur(176)


def test_an_hour_carries_overhead_into_jobs_stock_and_the_cost_of_orders(store: Store) -> None:
    with doing(store, today=TODAY) as tx:
        set_setting(tx, "overhead_per_hour", "12")
        add_work_center(tx, "BENCH", 60)
        add_item(tx, "TUBE", standard_cost=3)
        add_item(tx, "LAMP", "make")
        add_operation(tx, "LAMP", 10, work_center="BENCH", run_minutes=15)
        tube = add_stock(tx, "TUBE", 20, unit_cost=3, received_on="2026-01-01")
        add_order(tx, "SO-1", [("LAMP", 2, "2026-03-10")])
        tx.connection.exec_driver_sql("UPDATE order_line SET unit_price = ?", (micro(100),))
        add_work_order(tx, "WO-1", "LAMP", 2)
        peg(tx, demand_of(tx, "SO-1"), 2, work_order="WO-1")
        peg(tx, need(tx, "WO-1", "TUBE", 4), 4, stock=tube)
        release_work_order(tx, "WO-1")
    with doing(store, today=TODAY) as tx:
        step = first(
            tx,
            "SELECT o.work_order_operation_id, c.hourly_rate FROM work_order_operation o JOIN work_center c"
            " ON c.work_center_id = o.work_center_id",
        )
        assert step is not None
        state_time(tx, step, "MK", quantity(60))
        complete(tx, "WO-1", quantity(2))
        ship(tx, "SO-1")
        record_expense(tx, "rent", eur(90), paid_on=TODAY)
    # Planned: 12 of tubes, half an hour at 60 and 12; it took a whole hour.
    assert cells(run(store, "job-cost"), "planned", "actual", "labour", "overhead") == [
        (eur(48), eur(84), eur(30), eur(6))
    ]
    margin = run(store, "order-margin")
    assert cells(margin, "actual", "variance", "labour", "overhead") == [
        (eur(84), margin.totals["variance"], eur(30), eur(6))
    ]
    assert cells(run(store, "cost-of-sales"), "cost")[0][0] == Price(84_000_000)
    carried = run(store, "overhead")
    assert cells(carried, "hours", "time", "overhead", "spent", "over", "needed") == [
        (Fraction(1), eur(60), eur(12), eur(90), eur(-18), eur(90))
    ]


def test_other_expenses_are_told_by_category_and_expected_week_by_week(store: Store) -> None:
    with doing(store, today=TODAY) as tx:
        for category, amount, paid_on in (("rent", 1300, "2026-01-02"), ("wages", 2600, "2026-01-30")):
            record_expense(tx, category, eur(amount), paid_on=day(paid_on))
        taken = record_expense(tx, "rent", eur(13), paid_on=day("2026-01-03"))
        reverse_payment(tx, taken)
    table = run(store, "expenses")
    assert cells(table, "category", "value") == [("wages", eur(2600)), ("rent", eur(1300))]
    assert table.rows[0].target is not None
    assert (table.rows[0].target.number, table.rows[0].target.find) == ("expense-payments", "wages")
    assert run(store, "expense-payments").totals["value"] == eur(3900)
    weeks = run(store, "cash-calendar")
    assert weeks.totals["paid"] == eur(3900)
    assert "rent 100.00, wages 200.00" in " ".join(weeks.notes)
