"""Random days in a shop: whatever people do in whatever order, the invariants hold."""

import datetime
import random
from pathlib import Path

import pytest
from tests.builders import (
    TODAY,
    add_bom,
    add_customer,
    add_item,
    add_kanban,
    add_operation,
    add_option,
    add_stock,
    add_supplier,
    add_supplier_item,
    add_work_center,
    id_of,
    micro,
    quantity,
    workshop,
)

from pegboard.domain.errors import PegboardError
from pegboard.domain.order import OrderDraft, OrderLineDraft
from pegboard.domain.quantity import Quantity
from pegboard.queries.integrity import check
from pegboard.services import changes, inventory, kanban, orders, production, purchasing, returns, shipping
from pegboard.services.explosion import explode
from pegboard.storage.rows import add, number, rows, run
from pegboard.storage.store import Store, Transaction
from pegboard.storage.tables.signals import Replenishment

MADE = ("BIKE", "TRIKE", "FRAME", "KIT", "TOY")
BOUGHT = ("WHEEL", "TUBE", "PAINT")


def furnish(tx: Transaction) -> None:
    """Two products with a common frame, losses, lot rules, subcontracting, a kit, a card, an alternate, some stock."""
    add_customer(tx, "ZIN")
    for code in ("BIKE", "TRIKE"):
        add_item(tx, code, "make", lead_time_days=1)
    add_item(tx, "FRAME", "make", lead_time_days=2, loss_percent=10, order_multiple=2)
    add_item(tx, "KIT", "phantom")
    for code in ("WHEEL", "RIM"):
        add_item(tx, code, lead_time_days=4, standard_cost=5)
    add_item(tx, "TUBE", unit="m", lead_time_days=3)
    add_item(tx, "PAINT", unit="kg", lead_time_days=2)
    add_supplier(tx, "ACME")
    add_supplier_item(tx, "ACME", "WHEEL", 7, order_multiple=10)
    add_supplier_item(tx, "ACME", "TUBE", breaks={0: 2, 50: "1.9"}, minimum_quantity=15)
    add_supplier_item(tx, "ACME", "PAINT", "3.333333")
    add_bom(
        tx,
        "BIKE",
        [{"component": "FRAME", "quantity": 1}, {"component": "WHEEL", "quantity": 2, "alternates": ["RIM"]}],
    )
    add_bom(tx, "TRIKE", {"FRAME": 1, "WHEEL": 3})
    add_bom(
        tx,
        "FRAME",
        [
            {"component": "TUBE", "quantity": "2.35", "setup_quantity": "0.5"},
            {"component": "PAINT", "quantity": "0.125", "scrap_percent": 5},
        ],
    )
    add_bom(tx, "KIT", {"WHEEL": 1, "TUBE": "0.7"})
    add_work_center(tx, "BENCH", 45)
    add_operation(tx, "FRAME", 10, work_center="BENCH", run_minutes=7)
    add_operation(tx, "FRAME", 20, supplier="ACME", price=4, lead_time_days=1)
    add_kanban(tx, "WHEEL", 10, supplier="ACME", location="LINE")
    add_stock(tx, "WHEEL", 7, unit_cost="6.5")
    add_stock(tx, "RIM", 3)
    add_stock(tx, "TUBE", "11.3", unit_cost="1.777777")
    add_stock(tx, "BIKE", 1, unit_cost=100)
    add_stock(tx, "BIKE", 3, location="SHOP")
    add(
        tx,
        Replenishment,
        item_id=id_of(tx, "item", "BIKE"),
        location_id=id_of(tx, "location", "SHOP"),
        order_up_to=micro(3),
    )
    add_item(tx, "TOY", "make", batching="combined", minimum_quantity=4)
    add_option(tx, "TOY", "COLOUR", ["RED", "BLUE"], default="RED")
    add_item(tx, "RED", unit="kg")
    add_supplier_item(tx, "ACME", "RED", 3, maximum_quantity=1)
    add_bom(
        tx,
        "TOY",
        [
            {"component": "RED", "quantity": "0.3", "option": "COLOUR=RED"},
            {"component": "PAINT", "quantity": "0.2", "option": "COLOUR=BLUE"},
            {"component": "TUBE", "pieces_per_stock": 3},
        ],
    )


class Day:
    """One random day: each step is what somebody may do; a refusal is an answer, too."""

    def __init__(self, store: Store, chance: random.Random) -> None:
        """Start on a Monday."""
        self.store = store
        self.chance = chance
        self.today = TODAY
        self.told: list[str] = []

    def pick(self, tx: Transaction, statement: str) -> str:
        """One of the names that a statement finds."""
        found = [row[0] for row in rows(tx, statement)]
        return self.chance.choice(found) if found else "NOTHING/1"

    def step(self) -> None:
        """Do one thing."""
        name = self.chance.choice([step for step in dir(self) if step.startswith("do_")])
        self.told.append(name)
        try:
            with self.store.transaction(name, today=self.today, actor="Ann") as tx:
                getattr(self, name)(tx)
        except PegboardError as refusal:
            self.told[-1] += f" refused: {refusal.message[:60]}"

    def do_order(self, tx: Transaction) -> None:
        due = self.today + datetime.timedelta(days=self.chance.randint(1, 40)) if self.chance.random() < 0.8 else None
        item = self.chance.choice([*MADE, "WHEEL"])
        options = (("COLOUR", self.chance.choice(["RED", "BLUE"])),) if item == "TOY" else ()
        line = OrderLineDraft(item, quantity(self.chance.randint(1, 9)), due, options=options)
        orders.confirm(tx, OrderDraft("ZIN", (line,)))

    do_order_more = do_order
    do_order_still_more = do_order

    def do_explode(self, tx: Transaction) -> None:
        explode(tx)

    do_explode_again = do_explode

    def do_change(self, tx: Transaction) -> None:
        name = self.pick(tx, "SELECT name FROM demand WHERE kind = 'order' AND state = 'open'")
        decide = self.chance.choice(["", "keep"])
        if self.chance.random() < 0.7:
            changes.change_line(tx, name, quantity=quantity(self.chance.randint(1, 12)), decide=decide)
        else:
            due = self.today + datetime.timedelta(days=self.chance.randint(1, 40))
            changes.change_line(tx, name, due=due, decide=decide)

    def do_cancel(self, tx: Transaction) -> None:
        if self.chance.random() < 0.8:
            return
        name = self.pick(tx, "SELECT name FROM demand WHERE kind = 'order' AND state = 'open'")
        changes.cancel(tx, name, decide=self.chance.choice(["", "keep"]))

    def do_send(self, tx: Transaction) -> None:
        purchasing.send(tx, self.pick(tx, "SELECT number FROM purchase_order WHERE state = 'draft'"))

    def do_receive(self, tx: Transaction) -> None:
        open_lines = (
            "SELECT o.number || '/' || l.line FROM purchase_line l JOIN purchase_order o"
            " ON o.purchase_order_id = l.purchase_order_id WHERE l.state = 'open' AND o.state IN ('draft', 'sent')"
        )
        bad = self.chance.choice([0, 0, 0, 1])
        name = self.pick(tx, open_lines)
        amount = quantity(self.chance.randint(1, 30))
        if self.chance.random() < 0.6:
            ordered = "SELECT l.quantity - l.received_quantity" + open_lines[open_lines.index(" FROM") :]
            amount = Quantity(number(tx, f"{ordered} AND o.number || '/' || l.line = ?", name) or 1_000_000)
        surplus = self.chance.random() < 0.3
        purchasing.receive(tx, name, amount, rejected=quantity(bad), reason="bent", surplus=surplus)

    do_receive_more = do_receive
    do_receive_still_more = do_receive
    do_receive_yet_more = do_receive

    def do_close_short(self, tx: Transaction) -> None:
        if self.chance.random() < 0.3:
            purchasing.close_short(tx, self.pick(tx, "SELECT number || '/1' FROM purchase_order WHERE state = 'sent'"))

    def do_release(self, tx: Transaction) -> None:
        production.release_work_order(tx, self.pick(tx, "SELECT number FROM work_order WHERE state = 'planned'"))

    def do_complete(self, tx: Transaction) -> None:
        jobs = "SELECT number FROM work_order w WHERE state IN ('planned', 'released', 'in_progress')"
        if self.chance.random() < 0.8:  # one whose parts are there
            jobs += (
                " AND NOT EXISTS (SELECT 1 FROM requirement r JOIN peg p ON p.requirement_id = r.requirement_id"
                " WHERE r.work_order_id = w.work_order_id AND p.stock_id IS NULL)"
            )
        number_of_job = self.pick(tx, jobs)
        still_open = number(tx, "SELECT quantity - completed_quantity FROM work_order WHERE number = ?", number_of_job)
        production.complete(
            tx,
            number_of_job,
            quantity(self.chance.randint(0, max(1, still_open // 1_000_000))),
            quantity(self.chance.choice([0, 0, 0, 1, 2])),
            "scratched",
            make_up=self.chance.random() < 0.8,
            surplus=self.chance.random() < 0.2,
        )

    do_complete_more = do_complete
    do_complete_still_more = do_complete
    do_complete_yet_more = do_complete

    def do_operation(self, tx: Transaction) -> None:
        job = self.pick(tx, "SELECT number FROM work_order WHERE state IN ('released', 'in_progress')")
        production.start_operation(tx, job, 10, "Bob")
        production.finish_operation(tx, job, 10, person="Bob", minutes=quantity(self.chance.randint(1, 50)))

    def do_close_job(self, tx: Transaction) -> None:
        if self.chance.random() < 0.2:
            production.close_short(tx, self.pick(tx, "SELECT number FROM work_order WHERE state = 'in_progress'"))

    def do_ship(self, tx: Transaction) -> None:
        name = self.pick(tx, "SELECT name FROM demand WHERE kind = 'order' AND state = 'open'")
        amount = quantity(self.chance.randint(1, 4)) if self.chance.random() < 0.4 else None
        shipping.ship(tx, name, amount)

    do_ship_more = do_ship

    def do_take_back(self, tx: Transaction) -> None:
        name = self.pick(tx, "SELECT name FROM demand WHERE kind = 'order' AND state IN ('open', 'done')")
        amount = quantity(self.chance.randint(1, 3))
        replace, quarantine = self.chance.random() < 0.5, self.chance.random() < 0.3
        returns.take_back(tx, name, amount, reason="broken", replace=replace, quarantine=quarantine)

    def do_quarantine(self, tx: Transaction) -> None:
        if self.chance.random() < 0.6:
            return
        status = self.chance.choice(["available", "available", "quarantine"])
        inventory.set_status(tx, self.chance.choice(BOUGHT), "MAIN", "", status, reason="looked at")

    def do_sale(self, tx: Transaction) -> None:
        inventory.adjust(tx, "BIKE", "SHOP", by=quantity(-1), reason="sold")
        run(tx, "UPDATE replenishment SET unsignalled_sold = unsignalled_sold + 1000000")

    def do_bring_to_shop(self, tx: Transaction) -> None:
        kanban.bring(tx, "POS:SHOP:BIKE")

    def do_card(self, tx: Transaction) -> None:
        kanban.scan_card(tx, f"KANBAN:WHEEL:{self.chance.randint(1, 2)}")

    def do_bring(self, tx: Transaction) -> None:
        kanban.bring(tx, f"KANBAN:WHEEL:{self.chance.randint(1, 2)}")

    def do_count(self, tx: Transaction) -> None:
        item = self.chance.choice(BOUGHT)
        inventory.adjust(tx, item, by=quantity(self.chance.randint(-3, 5)), reason="counted")

    def do_transfer(self, tx: Transaction) -> None:
        amount = quantity(self.chance.randint(1, 5))
        inventory.transfer(tx, self.chance.choice(BOUGHT), *self.chance.sample(["MAIN", "LINE"], 2), amount)

    def do_sleep(self, _tx: Transaction) -> None:
        self.today += datetime.timedelta(days=self.chance.randint(1, 3))


def snapshot(store: Store, today: datetime.date) -> list[tuple[object, ...]]:
    """What a second explosion must not change."""
    with store.read(today=today) as view:
        return [
            tuple(row)
            for table in ("peg", "requirement", "work_order", "purchase_line", "purchase_order")
            for row in rows(view, f"SELECT * FROM {table} ORDER BY 1")
        ]


@pytest.mark.parametrize("seed", range(8))
def test_whatever_people_do_the_invariants_hold(tmp_path: Path, seed: int) -> None:
    store = workshop(tmp_path)
    day = Day(store, random.Random(seed))
    try:
        with store.transaction("furnish", today=TODAY) as tx:
            furnish(tx)
        for _step in range(60):
            day.step()
            with store.read(today=day.today) as view:
                result = check(view)
            breaches = [breach for invariant in result.invariants for breach in invariant.breaches]
            assert not breaches, (day.told, breaches)
        with store.transaction("explode", today=day.today) as tx:
            explode(tx)
        once = snapshot(store, day.today)
        with store.transaction("explode", today=day.today) as tx:
            explode(tx)
        assert snapshot(store, day.today) == once
    finally:
        store.close()
