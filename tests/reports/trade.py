"""A hand-made lamp maker's year: stock with costs, jobs, shipments, invoices, deposits, bills and payments by the week.

Everything follows from the week's number, so that plain SQL over the rows must give what the reports say.
"""

import datetime
from decimal import Decimal

from tests.builders import add_customer, add_item, add_location, add_order, add_supplier, add_work_order, id_of, micro
from tests.reports.money import add_bill, add_invoice, add_payment

from pegboard.storage.rows import add, change
from pegboard.storage.store import Transaction
from pegboard.storage.tables.inventory import CostLayer, LedgerEntry, Stock
from pegboard.storage.tables.money import Shipment
from pegboard.storage.tables.work_orders import WorkOrder

CUSTOMERS = {"ACME": ("Acme Interiors", 30), "BAUER": ("Bauer Licht", 55), "ZIN": ("Zinn & Co", 14)}
SUPPLIERS = {"KERN": ("Kern & Sons", 21), "VOSS": ("Voss Metals", 35)}
MADE_COST, BOUGHT_COST = 60, 12  # of a lamp, of a tube


def at(day: datetime.date) -> datetime.datetime:
    """Noon of a day, when all stock moves."""
    return datetime.datetime.combine(day, datetime.time(12), tzinfo=datetime.UTC)


class Trade:
    """Books one thing after the other; all of it in one transaction."""

    def __init__(self, tx: Transaction) -> None:
        """Make the partners, two items and their stock."""
        self.tx = tx
        for code, (name, _days) in CUSTOMERS.items():
            add_customer(tx, code, name=name)
        for code, (name, _days) in SUPPLIERS.items():
            add_supplier(tx, code, name=name)
        add_item(tx, "LAMP", "make", standard_cost=MADE_COST, description="Harbor desk lamp")
        add_item(tx, "TUBE", description="Brass tube", standard_cost=BOUGHT_COST)
        add_item(tx, "BRASS", description="Brass sheet", standard_cost=40)
        self.stock = {code: self._stock(code) for code in ("LAMP", "TUBE", "BRASS")}

    def _stock(self, item: str) -> int:
        location = add_location(self.tx, "MAIN")
        return add(self.tx, Stock, item_id=id_of(self.tx, "item", item), location_id=location, quantity=0)

    def move(
        self, item: str, kind: str, quantity: int, cost: int, day: datetime.date, document: str = "", **links: int
    ):
        """One movement of stock at a cost each; layers are kept as one for each item."""
        key = self.stock[item]
        value = micro(quantity * cost)
        add(
            self.tx,
            LedgerEntry,
            stock_id=key,
            at=at(day),
            kind=kind,
            quantity=micro(quantity),
            value=value,
            document=document,
            **links,
        )
        connection = self.tx.connection
        connection.exec_driver_sql(
            "UPDATE stock SET quantity = quantity + ? WHERE stock_id = ?", (micro(quantity), key)
        )
        if quantity > 0:
            add(
                self.tx,
                CostLayer,
                stock_id=key,
                received_on=day,
                remaining_quantity=micro(quantity),
                unit_cost=micro(cost),
            )
        else:
            self._use(key, -micro(quantity))

    def _use(self, key: int, quantity: int) -> None:
        connection = self.tx.connection
        layers = connection.exec_driver_sql(
            "SELECT cost_layer_id, remaining_quantity FROM cost_layer WHERE stock_id = ? AND remaining_quantity > 0"
            " ORDER BY cost_layer_id",
            (key,),
        ).all()
        for layer, remaining in layers:
            part = min(quantity, remaining)
            connection.exec_driver_sql(
                "UPDATE cost_layer SET remaining_quantity = remaining_quantity - ? WHERE cost_layer_id = ?",
                (part, layer),
            )
            quantity -= part

    def week(self, number: int, monday: datetime.date, today: datetime.date) -> None:
        """A week: tubes come and are billed, a job makes lamps, they ship and are invoiced, old papers are paid."""
        day = datetime.timedelta(days=1)
        tubes, lamps = 20 + number % 5 * 4, 6 + number % 4
        supplier = list(SUPPLIERS)[number % 2]
        self.move("TUBE", "receipt", tubes, BOUGHT_COST, monday)
        self._bill(number, supplier, Decimal(tubes * BOUGHT_COST), monday, today)
        self._job(number, lamps, monday + day, today)
        self._sale(number, lamps, monday + 3 * day, today)

    def _bill(self, number: int, supplier: str, amount: Decimal, day: datetime.date, today: datetime.date) -> None:
        tax = (amount * 19 / 100).quantize(Decimal("0.01"))
        bill = add_bill(self.tx, f"BILL-{number:04}", str(amount), str(day), supplier=supplier, tax=str(tax))
        paid_on = day + datetime.timedelta(days=SUPPLIERS[supplier][1] + number % 6)
        if paid_on <= today:
            total = str(amount + tax)
            add_payment(
                self.tx,
                f"PAY-S{number:04}",
                total,
                str(paid_on),
                kind="supplier",
                supplier=supplier,
                bills={bill: total},
            )

    def _job(self, number: int, lamps: int, day: datetime.date, today: datetime.date) -> None:
        """Issue two tubes for each lamp; most are completed two days later; labour makes the rest."""
        key = add_work_order(self.tx, f"WO-{number:04}", "LAMP", lamps, state="in_progress")
        self.move("TUBE", "issue", -2 * lamps, BOUGHT_COST, day, f"WO-{number:04}", work_order_id=key)
        done_on = day + datetime.timedelta(days=2)
        if done_on > today or number % 10 == 7:
            return
        self.move("LAMP", "completion", lamps, MADE_COST, done_on, f"WO-{number:04}", work_order_id=key)
        change(self.tx, WorkOrder, key, state="done", completed_quantity=micro(lamps))

    def _sale(self, number: int, lamps: int, day: datetime.date, today: datetime.date) -> None:
        if day > today or number % 10 == 7:
            return
        customer = list(CUSTOMERS)[number % 3]
        order = f"SO-{number:04}"
        add_order(self.tx, order, [("LAMP", lamps, str(day))], customer=customer, order_date=day, status="shipped")
        add(
            self.tx,
            Shipment,
            number=f"SHP-{number:04}",
            order_id=id_of(self.tx, "customer_order", order),
            shipped_on=day,
        )
        self.move("LAMP", "ship", -lamps, MADE_COST, day, f"SHP-{number:04}")
        net = Decimal(lamps) * Decimal("148.35")
        tax = (net * 19 / 100).quantize(Decimal("0.01"))
        deposit = self._deposit(number, order, customer, day, net) if number % 4 == 0 else Decimal(0)
        invoice = add_invoice(
            self.tx,
            f"INV-{number:04}",
            str(net),
            str(day),
            customer=customer,
            order=order,
            tax=str(tax),
            deposit=str(deposit),
        )
        paid_on = day + datetime.timedelta(days=CUSTOMERS[customer][1] + number % 9)
        due = str(net + tax - deposit)
        if paid_on <= today:
            add_payment(self.tx, f"PAY-C{number:04}", due, str(paid_on), customer=customer, invoices={invoice: due})

    def _deposit(self, number: int, order: str, customer: str, day: datetime.date, net: Decimal) -> Decimal:
        amount = (net * 30 / 100).quantize(Decimal("0.01"))
        before = str(day - datetime.timedelta(days=20))
        add_payment(self.tx, f"DEP-{number:04}", str(amount), before, kind="deposit", customer=customer, order=order)
        return amount


def trade(tx: Transaction, today: datetime.date, weeks: int = 60) -> None:
    """`weeks` weeks of trade up to the week of `today`, after a first count of stock."""
    books = Trade(tx)
    monday = today - datetime.timedelta(days=today.weekday(), weeks=weeks)
    for item, quantity, cost in (("TUBE", 60, BOUGHT_COST), ("LAMP", 20, MADE_COST), ("BRASS", 30, 40)):
        books.move(item, "count", quantity, cost, monday)
    for number in range(weeks + 1):
        books.week(number, monday + datetime.timedelta(weeks=number), today)
