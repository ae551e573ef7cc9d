"""How long the cash cycle takes over many documents, against one bare SQL aggregate over the same rows."""

import datetime
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pegboard.bench import Figure
from pegboard.domain.period import last_days
from pegboard.queries.report_cash_sheet import cash_sheet
from pegboard.reports import named
from pegboard.storage.bulk import insert_rows
from pegboard.storage.rows import add
from pegboard.storage.rows import number as number_of
from pegboard.storage.store import Store, Transaction
from pegboard.storage.tables.customers import Customer
from pegboard.storage.tables.inventory import LedgerEntry, Stock
from pegboard.storage.tables.items import Item
from pegboard.storage.tables.money import Bill, Invoice, Payment, PaymentAllocation, Shipment
from pegboard.storage.tables.orders import CustomerOrder
from pegboard.storage.tables.suppliers import Supplier

DOCUMENTS = {"small": 10_000, "medium": 100_000, "large": 400_000}  # invoices and bills together
PARTNERS, ITEMS = 200, 500
DAYS = 1_000  # over which the documents are spread
TODAY = datetime.date(2026, 11, 20)
RUNS = 3
BAR = 5.0
# Everything that the cycle is made of, added up once.
AGGREGATE = (
    "SELECT (SELECT sum(net_amount + tax_amount - deposit_amount) FROM invoice WHERE issued_on <= ?),"
    " (SELECT sum(net_amount + tax_amount) FROM bill WHERE billed_on <= ?),"
    " (SELECT sum(amount) FROM payment WHERE paid_on <= ?),"
    " (SELECT sum(a.amount) FROM payment_allocation a JOIN payment p ON p.payment_id = a.payment_id"
    " WHERE p.paid_on <= ?),"
    " (SELECT sum(value) FROM ledger_entry WHERE kind <> 'ship'),"
    " (SELECT sum(e.value) FROM ledger_entry e JOIN shipment s ON s.number = e.document WHERE e.kind = 'ship'"
    " AND s.shipped_on <= ?)"
)


def figures(size: str) -> Iterator[Figure]:
    """Yield the figures of the cash cycle and of the owner's whole page."""
    count = DOCUMENTS[size]
    with TemporaryDirectory() as name:
        path = Path(name) / "reports.pegboard"
        with Store.create(path) as store, store.transaction("bench", today=TODAY) as tx:
            _write(tx, count // 2)
        floor = _best(lambda: _aggregate(path))
        period = last_days(TODAY, 90)
        with Store.open(path) as store, store.read(today=TODAY) as reading:
            report = named("cash-cycle")
            yield Figure(f"cash cycle of {count:,} documents", _best(lambda: report.run(reading, period)), floor, BAR)
            receivables = named("receivables")
            yield Figure("invoices that are open", _best(lambda: receivables.run(reading, period)), floor, BAR)
            yield Figure("the whole page with its lists", _best(lambda: cash_sheet(reading, period)), floor, BAR)


def _best(run: Callable[[], object]) -> float:
    best = float("inf")
    for _run in range(RUNS):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def _aggregate(path: Path) -> object:
    with sqlite3.connect(path) as connection:
        row = connection.execute(AGGREGATE, [TODAY.isoformat()] * AGGREGATE.count("?")).fetchone()
    connection.close()
    return row


def _day(number: int, later: int = 0) -> str:
    """The day of a document, or so many days later."""
    return (TODAY - datetime.timedelta(days=DAYS - number % DAYS - later)).isoformat()


def _write(tx: Transaction, count: int) -> None:
    """Write `count` invoices and as many bills, nine of ten paid, with what they moved in stock."""
    location = number_of(tx, "SELECT location_id FROM location WHERE code = 'MAIN'")
    for number in range(1, PARTNERS + 1):
        add(tx, Customer, code=f"C{number}", name=f"Customer {number}")
        add(tx, Supplier, code=f"S{number}", name=f"Supplier {number}")
    for number in range(1, ITEMS + 1):
        item = add(tx, Item, code=f"I{number}", source="buy", standard_cost=2_000_000)
        add(tx, Stock, item_id=item, location_id=location, quantity=0)
    add(tx, CustomerOrder, number="SO-1", customer_id=1, order_date=TODAY)
    _write_documents(tx, count)
    _write_payments(tx, count)
    _write_movements(tx, count)


def _write_documents(tx: Transaction, count: int) -> None:
    columns = ("number", "customer_id", "issued_on", "due_on", "currency", "net_amount", "tax_amount", "deposit_amount")
    invoices = [
        (f"INV-{n}", n % PARTNERS + 1, _day(n), _day(n, 30), "EUR", 10_000 + n % 997, 1_900, 0) for n in range(count)
    ]
    insert_rows(tx, Invoice, columns, invoices)
    bill_columns = ("number", "supplier_id", "billed_on", "due_on", "currency", "net_amount", "tax_amount")
    bills: list[tuple[object, ...]] = [
        (f"BILL-{n}", n % PARTNERS + 1, _day(n), _day(n, 30), "EUR", 6_000 + n % 499, 1_100) for n in range(count)
    ]
    insert_rows(tx, Bill, bill_columns, bills)


def _write_payments(tx: Transaction, count: int) -> None:
    columns = ("payment_id", "number", "kind", "customer_id", "supplier_id", "paid_on", "currency", "amount")
    paid = [n for n in range(count) if n % 10]
    payments: list[tuple[object, ...]] = []
    settled: list[tuple[object, ...]] = []
    for n in paid:
        partner, key = n % PARTNERS + 1, 2 * n
        received, spent = 11_900 + n % 997, 7_100 + n % 499
        payments.append((key, f"PC-{n}", "customer", partner, None, _day(n, 40), "EUR", received))
        payments.append((key + 1, f"PS-{n}", "supplier", None, partner, _day(n, 25), "EUR", spent))
        settled.append((key, n + 1, None, received, _day(n, 40)))
        settled.append((key + 1, None, n + 1, spent, _day(n, 25)))
    insert_rows(tx, Payment, columns, payments)
    insert_rows(tx, PaymentAllocation, ("payment_id", "invoice_id", "bill_id", "amount", "allocated_on"), settled)


def _write_movements(tx: Transaction, count: int) -> None:
    shipments = [(f"SHP-{n}", 1, _day(n)) for n in range(count)]
    insert_rows(tx, Shipment, ("number", "order_id", "shipped_on"), shipments)
    columns = ("stock_id", "at", "kind", "quantity", "value", "document")
    movements: list[tuple[object, ...]] = []
    for n in range(count):
        stock, at = n % ITEMS + 1, f"{_day(n)} 12:00:00.000000"
        movements.append((stock, at, "receipt", 3_000_000, 60_000_000, f"R-{n}"))
        movements.append((stock, at, "ship", -2_900_000, -58_000_000, f"SHP-{n}"))
    insert_rows(tx, LedgerEntry, columns, movements)
