"""A grocery trader's two years of orders, invoiced and paid: the cash cycle is what plain SQL over the documents says.

The orders, shipments and prices are real. What the source leaves open is added by rule: an item costs 60 % of its list
price, also what lies in stock; an order is invoiced when it ships and paid on its due date; what it took was bought ten
days before, billed on receipt and paid 30 days later.
"""

import csv
import datetime
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from pegboard import reports
from pegboard.domain.cash_cycle import Part, effects
from pegboard.domain.period import Period, Step, last_complete, trend
from pegboard.domain.quantity import Money, Price
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.integrity import check
from pegboard.queries.report_cash_causes import shares_of
from pegboard.queries.report_cash_cycle import cycle_history
from pegboard.queries.report_cash_sheet import cash_sheet
from pegboard.storage.rows import number
from pegboard.storage.store import Reading, Store

TOOL = Path(__file__).resolve().parents[3] / "shared" / "tools" / "real_data.py"
TODAY = datetime.date(1998, 5, 10)
QUARTERS = trend(last_complete(TODAY, Step.QUARTER), Step.QUARTER, 6)

pytestmark = pytest.mark.skipif(not TOOL.exists(), reason="the real data lie beside the repository")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a file of the workshop folder."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    """Write a file of the workshop folder."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def later(day: str, days: int) -> str:
    """A day so many days after another."""
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()


def with_money(folder: Path) -> None:
    """Add costs, invoices, payments and purchases to the real orders, by rule."""
    items = rows_of(folder / "items.csv")
    for item in items:
        item["standard_cost"] = format(Decimal(item["list_price"]) * 6 / 10, "f")
    write_rows(folder / "items.csv", items)
    costs = {item["code"]: item["standard_cost"] for item in items}
    stock = rows_of(folder / "stock.csv")
    write_rows(folder / "stock.csv", [{**row, "unit_cost": costs[row["item"]]} for row in stock])
    suppliers = {row["item"]: row["supplier"] for row in rows_of(folder / "supplier_items.csv")}
    orders = rows_of(folder / "orders.csv")
    purchases = []
    for line in orders:
        shipped = line["shipped_on"]
        paid_on = max(line["due_date"], shipped) if shipped else ""
        line |= {"invoiced_on": shipped, "paid_on": paid_on if paid_on <= TODAY.isoformat() else ""}
        if shipped:
            received = later(shipped, -10)
            paid = later(received, 30)
            purchases.append(
                {
                    "purchase_order": f"B{line['order']}",
                    "supplier": suppliers[line["item"]],
                    "item": line["item"],
                    "quantity": line["quantity"],
                    "unit_price": costs[line["item"]],
                    "ordered_on": later(received, -7),
                    "received_on": received,
                    "billed_on": received,
                    "paid_on": paid if paid <= TODAY.isoformat() else "",
                }
            )
    write_rows(folder / "orders.csv", orders)
    write_rows(folder / "purchase_history.csv", purchases)


@pytest.fixture(scope="module")
def trader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The trader's workshop with its whole history."""
    folder = tmp_path_factory.mktemp("northwind")
    made = subprocess.run(
        [sys.executable, str(TOOL), "northwind-orders", str(folder / "shop")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    with_money(folder / "shop")
    with Store.create(folder / "trader.pegboard") as store:
        with store.transaction("import", today=TODAY) as tx:
            import_paths(tx, [folder / "shop"])
        yield store


def cents(view: Reading, statement: str, *parameters: object) -> Fraction:
    """An amount from a statement in cents."""
    return Fraction(number(view, statement, *parameters), 100)


def micros(view: Reading, statement: str, *parameters: object) -> Fraction:
    """An amount from a statement in millionths."""
    return Fraction(number(view, statement, *parameters), 1_000_000)


def test_the_history_became_documents(trader: Store) -> None:
    with trader.read(today=TODAY) as view:
        assert number(view, "SELECT count(*) FROM invoice") == 809
        assert number(view, "SELECT count(*) FROM bill") > 800
        assert number(view, "SELECT count(*) FROM payment") > 1_500
        assert check(view).ok


@pytest.mark.parametrize("period", QUARTERS, ids=lambda period: str(period.last))
def test_every_figure_of_a_quarter_is_what_plain_sql_says(trader: Store, period: Period) -> None:
    first, last = period.first.isoformat(), period.last.isoformat()
    with trader.read(today=TODAY) as view:
        history = cycle_history(view, period)
        closing, flows = history.figures.closing, history.figures.flows
        assert closing.customers == cents(
            view,
            "SELECT (SELECT sum(net_amount + tax_amount - deposit_amount) FROM invoice WHERE issued_on <= ?) -"
            " (SELECT coalesce(sum(amount), 0) FROM payment WHERE kind = 'customer' AND paid_on <= ?)",
            last,
            last,
        )
        assert closing.suppliers == cents(
            view,
            "SELECT (SELECT sum(net_amount + tax_amount) FROM bill WHERE billed_on <= ?) -"
            " (SELECT coalesce(sum(amount), 0) FROM payment WHERE kind = 'supplier' AND paid_on <= ?)",
            last,
            last,
        )
        assert closing.stock == micros(
            view,
            "SELECT (SELECT sum(value) FROM ledger_entry)"
            " - (SELECT coalesce(sum(quantity / 1000000 * unit_price), 0) FROM purchase_history WHERE received_on > ?)"
            " + (SELECT coalesce(sum(l.quantity / 1000000 * i.standard_cost), 0) FROM order_line l JOIN item i"
            " ON i.item_id = l.item_id WHERE l.status IN ('shipped', 'closed') AND l.shipped_on > ?)",
            last,
            last,
        )
        assert flows.sales == cents(
            view, "SELECT sum(net_amount + tax_amount) FROM invoice WHERE issued_on BETWEEN ? AND ?", first, last
        )
        assert flows.purchases == cents(
            view, "SELECT sum(net_amount + tax_amount) FROM bill WHERE billed_on BETWEEN ? AND ?", first, last
        )
        assert flows.cost_of_sales == micros(
            view,
            "SELECT sum(l.quantity / 1000000 * i.standard_cost) FROM order_line l JOIN item i ON i.item_id = l.item_id"
            " WHERE l.shipped_on BETWEEN ? AND ?",
            first,
            last,
        )
    now = history.now
    assert closing.stock is not None
    assert now.stock.days == closing.stock * period.days / flows.cost_of_sales
    assert now.customers.days == closing.customers * period.days / flows.sales
    assert now.suppliers.days == closing.suppliers * period.days / flows.cost_of_sales
    assert now.deposits.days == 0
    assert now.days == now.stock.days + now.customers.days - now.suppliers.days


def test_what_moved_the_cycle_adds_up_and_leads_to_customers_and_suppliers(trader: Store) -> None:
    with trader.read(today=TODAY) as view:
        sheet = cash_sheet(view, QUARTERS[-1])
        history = sheet.history
        assert history.now.days is not None
        assert history.before.days is not None
        assert (
            sum(effect.days for effect in effects(history.before, history.now))
            == history.now.days - history.before.days
        )
        for part in (Part.STOCK, Part.CUSTOMERS, Part.SUPPLIERS):
            evening = history.now.period.last
            shares = [each for _noun, each in shares_of(view, history, part, [evening])]
            total = sum(amounts[0] for each in shares for amounts in each.values())
            assert total == history.books.standing(evening).of(part)
    assert all(cause.name for cause in sheet.causes)


@pytest.mark.parametrize("name", ["receivables", "payables", "stock-value", "sales", "purchases", "cost-of-sales"])
def test_the_lists_behind_the_figures_add_up_to_them(trader: Store, name: str) -> None:
    period = QUARTERS[-1]
    with trader.read(today=TODAY) as view:
        figures = cycle_history(view, period).figures
        totals = reports.named(name).run(view, period).totals
    expected = {
        "receivables": figures.closing.customers,
        "payables": figures.closing.suppliers,
        "stock-value": figures.closing.stock,
        "sales": figures.flows.sales,
        "purchases": figures.flows.purchases,
        "cost-of-sales": figures.flows.cost_of_sales,
    }[name]
    total = totals.get("value", totals.get("cost"))
    assert isinstance(total, Money | Price)
    assert expected is not None
    assert abs(Fraction(total.decimal) - expected) <= (Fraction(1, 2) if name == "stock-value" else 0)
