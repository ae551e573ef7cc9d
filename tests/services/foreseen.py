"""A lamp maker whose customers order the same lamps again and again: a past that foretells."""

import datetime

from tests.builders import (
    TODAY,
    add_bom,
    add_customer,
    add_item,
    add_supplier,
    add_supplier_item,
    doing,
    micro,
)

from pegboard.storage.bulk import insert_rows
from pegboard.storage.store import Store, Transaction
from pegboard.storage.tables.orders import CustomerOrder, OrderLine

CUSTOMERS = 12
GAP = 30  # days between two orders of a customer


def lamp_maker(store: Store) -> None:
    """LAMP of two arms (30 working days from KERN, 4 each) and a bulb (2 days, 1 each), with two years of orders."""
    with doing(store) as tx:
        add_item(tx, "LAMP", "make", lead_time_days=2, list_price=30)
        add_item(tx, "ARM", lead_time_days=30)
        add_item(tx, "BULB", lead_time_days=2)
        add_bom(tx, "LAMP", {"ARM": 2, "BULB": 1})
        add_supplier(tx, "KERN", lead_time_days=30)
        add_supplier_item(tx, "KERN", "ARM", 4, lead_time_days=30)
        add_supplier_item(tx, "KERN", "BULB", 1, lead_time_days=2)
        for number in range(CUSTOMERS):
            add_customer(tx, f"C{number}", name=f"Customer {number}")
        add_past(tx)


def add_past(tx: Transaction, until: datetime.date = TODAY) -> None:
    """Orders of ten lamps by each customer, every thirty days, a few days early or late; the last of C0 27 days ago."""
    heads, lines = [], []
    for customer in range(CUSTOMERS):
        for turn in range(24):
            wobble = (7 * turn + customer) % 5 - 2 if turn else 0
            day = until - datetime.timedelta(days=27 - 2 * customer + GAP * turn + wobble)
            if day > until:
                continue
            number = len(heads) + 1
            heads.append((number, f"OLD-{number}", customer + 1, day.isoformat(), 0, 1))
            lines.append((number, 1, 1, micro(10), micro(10), "shipped", 0, day.isoformat(), micro(30)))
    insert_rows(
        tx, CustomerOrder, ("order_id", "number", "customer_id", "order_date", "revision", "row_version"), heads
    )
    columns = ("order_id", "line", "item_id", "quantity", "shipped_quantity", "status", "hold", "shipped_on")
    insert_rows(tx, OrderLine, (*columns, "unit_price"), lines)
