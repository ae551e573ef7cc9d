"""Builds workshops for tests: say only what matters to the test, the rest has a plain value.

Quantities, prices and percentages are numbers as people write them: 12, "1.5". Codes stand for records.
"""

import datetime
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self

from tests.server import databases

from pegboard.domain.portions import value_of
from pegboard.domain.quantity import Quantity, parse_micro
from pegboard.storage.rows import add, number, run
from pegboard.storage.store import Clock, Reading, Store, Transaction, system_clock
from pegboard.storage.tables.boms import Bom, BomAlternate, BomLine, RoutingOperation, WorkCenter
from pegboard.storage.tables.customers import Customer
from pegboard.storage.tables.demand import Demand, Peg, Requirement
from pegboard.storage.tables.inventory import CostLayer, LedgerEntry, Location, Stock
from pegboard.storage.tables.items import Item, OptionChoice, OptionGroup
from pegboard.storage.tables.orders import CustomerOrder, OrderLine, OrderLineOption
from pegboard.storage.tables.purchasing import PurchaseLine, PurchaseOrder
from pegboard.storage.tables.signals import KanbanCard, KanbanLoop
from pegboard.storage.tables.suppliers import PriceBreak, Supplier, SupplierItem
from pegboard.storage.tables.work_orders import WorkOrder

ENGINE = "PEGBOARD_TEST_ENGINE"  # which the tests run on: sqlite, or postgresql
TODAY = datetime.date(2026, 1, 5)  # a Monday
NOW = datetime.datetime(2026, 1, 5, 9, 0, tzinfo=datetime.UTC)

Number = int | str


def clock() -> datetime.datetime:
    """The instant at which all tests take place."""
    return NOW


def micro(value: Number) -> int:
    """Millionths of a number as people write it."""
    return parse_micro(str(value))


def maybe(value: Number | None) -> int | None:
    """Millionths, or None where it is not known."""
    return None if value is None else micro(value)


def quantity(value: Number) -> Quantity:
    """A quantity as people write it."""
    return Quantity(micro(value))


def day(text: str) -> datetime.date:
    """A day from its ISO text."""
    return datetime.date.fromisoformat(text)


class ServerShop(Store):
    """A workshop on the server of this run, which goes back there when it is closed."""

    def close(self) -> None:
        """Close it and clean it for the next test."""
        super().close()
        url, self._lent = self._lent, ""
        if url:
            databases().take_back(url)

    @classmethod
    def open(cls, workshop: str | Path, clock: Clock = system_clock) -> Self:
        """Open a lent workshop."""
        shop = super().open(workshop, clock)
        shop._lent = str(workshop)
        return shop


@cache
def template() -> Path:
    """An empty workshop file, made once per run."""
    path = Path(mkdtemp(prefix="workshop-template-")) / "empty.pegboard"
    Store.create(path, clock).close()
    return path


def workshop(folder: Path, name: str = "shop.pegboard") -> Store:
    """An empty workshop of its own in `folder`, or on the server of this run; the caller closes it."""
    if os.environ.get(ENGINE) == "postgresql":
        shop = ServerShop.open(databases().lend(), clock)
        shop.path = folder / name  # what a test writes lies beside that
        return shop
    path = folder / name
    shutil.copyfile(template(), path)
    return Store.open(path, clock)


@contextmanager
def doing(
    store: Store, command: str = "test", today: datetime.date = TODAY, actor: str = "Ann"
) -> Iterator[Transaction]:
    """One transaction on the day of the tests."""
    with store.transaction(command, today=today, actor=actor) as tx:
        yield tx


@contextmanager
def reading(store: Store, today: datetime.date = TODAY) -> Iterator[Reading]:
    """A view of the workshop on the day of the tests."""
    with store.read(today=today) as view:
        yield view


def id_of(tx: Reading, table: str, code: str) -> int:
    """The key of a record by its code or number."""
    names = {"customer_order": ("order_id", "number"), "work_order": ("work_order_id", "number")}
    key, column = names.get(table, (f"{table}_id", "number" if table == "purchase_order" else "code"))
    found = number(tx, f"SELECT {key} FROM {table} WHERE {column} = ?", code)
    assert found, f"{table} {code} was not built"
    return found


def add_item(tx: Transaction, code: str, source: str = "buy", **columns: Any) -> int:
    """An item; exact columns such as standard_cost and loss_percent take numbers as people write them."""
    for name in ("standard_cost", "list_price", "loss_percent", "minimum_quantity", "order_multiple"):
        if columns.get(name) is not None:
            columns[name] = micro(columns[name])
    columns.setdefault("whole_units", columns.get("unit", "ea") == "ea")
    return add(tx, Item, code=code, source=source, **columns)


def add_bom(tx: Transaction, parent: str, lines: Sequence[dict[str, Any]] | dict[str, Number], **columns: Any) -> int:
    """A BOM: {component: quantity}, or dicts of columns with `component`; `alternates` is a list of codes."""
    item_id = id_of(tx, "item", parent)
    if "output_quantity" in columns:
        columns["output_quantity"] = micro(columns["output_quantity"])
    bom_id = add(tx, Bom, item_id=item_id, **{"revision": "", **columns})
    if isinstance(lines, dict):
        lines = [{"component": code, "quantity": needed} for code, needed in lines.items()]
    for place, line in enumerate(lines, 1):
        _add_bom_line(tx, bom_id, place, dict(line))
    low_level_codes(tx)
    return bom_id


def _add_bom_line(tx: Transaction, bom_id: int, place: int, line: dict[str, Any]) -> None:
    alternates = line.pop("alternates", ())
    component = id_of(tx, "item", line.pop("component"))
    for name in ("quantity", "pieces_per_stock", "scrap_percent", "setup_quantity", "rounding_multiple"):
        if line.get(name) is not None:
            line[name] = micro(line[name])
    if option := line.pop("option", ""):
        line["option_group"], line["option_choice"] = option.split("=")
    bom_line_id = add(tx, BomLine, **{"bom_id": bom_id, "line": place, "component_id": component, **line})
    for rank, code in enumerate(alternates, 1):
        add(tx, BomAlternate, bom_line_id=bom_line_id, rank=rank, item_id=id_of(tx, "item", code))


def low_level_codes(tx: Transaction) -> None:
    """Put every item one level below its deepest parent."""
    run(tx, "UPDATE item SET low_level_code = 0")
    while run(
        tx,
        "UPDATE item SET low_level_code = deeper.level FROM (SELECT l.component_id AS id, max(p.low_level_code) + 1 AS"
        " level FROM bom_line l JOIN bom b ON b.bom_id = l.bom_id JOIN item p ON p.item_id = b.item_id"
        " GROUP BY l.component_id) AS deeper WHERE deeper.id = item.item_id AND deeper.level > low_level_code",
    ):
        pass


def add_work_center(tx: Transaction, code: str, hourly_rate: Number | None = None, **columns: Any) -> int:
    """A work center."""
    return add(tx, WorkCenter, code=code, hourly_rate=maybe(hourly_rate), **columns)


def add_operation(
    tx: Transaction,
    item: str,
    sequence: int,
    *,
    work_center: str = "",
    supplier: str = "",
    setup: Number = 0,
    run_minutes: Number = 0,
    price: Number | None = None,
    revision: str = "",
    **columns: Any,
) -> int:
    """A routing step at a work center, or at a supplier."""
    return add(
        tx,
        RoutingOperation,
        item_id=id_of(tx, "item", item),
        revision=revision,
        sequence=sequence,
        work_center_id=id_of(tx, "work_center", work_center) if work_center else None,
        supplier_id=id_of(tx, "supplier", supplier) if supplier else None,
        setup_minutes=micro(setup),
        run_minutes=micro(run_minutes),
        price=maybe(price),
        **columns,
    )


def add_option(tx: Transaction, item: str, group: str, choices: Sequence[str], *, default: str = "", required=True):
    """An option group with its choices."""
    group_id = add(tx, OptionGroup, item_id=id_of(tx, "item", item), code=group, required=required)
    for choice in choices:
        add(tx, OptionChoice, option_group_id=group_id, code=choice, is_default=choice == default)
    return group_id


def add_supplier(tx: Transaction, code: str = "ACME", **columns: Any) -> int:
    """A supplier."""
    return add(tx, Supplier, code=code, **columns)


def add_supplier_item(
    tx: Transaction,
    supplier: str,
    item: str,
    price: Number | None = None,
    *,
    breaks: dict[int, Number] | None = None,
    **columns: Any,
) -> int:
    """What a supplier sells, at one price or with breaks {from quantity: price}."""
    for name in ("minimum_quantity", "order_multiple", "maximum_quantity", "units_per_purchase_unit"):
        if columns.get(name) is not None:
            columns[name] = micro(columns[name])
    supplier_item_id = add(
        tx, SupplierItem, supplier_id=id_of(tx, "supplier", supplier), item_id=id_of(tx, "item", item), **columns
    )
    for start, price_from in (breaks or {0: price} if price is not None or breaks else {}).items():
        add(tx, PriceBreak, supplier_item_id=supplier_item_id, from_quantity=micro(start), price=maybe(price_from))
    return supplier_item_id


def add_customer(tx: Transaction, code: str = "ZIN", **columns: Any) -> int:
    """A customer."""
    return add(tx, Customer, code=code, **columns)


def add_location(tx: Transaction, code: str) -> int:
    """A location, made where it is not there yet."""
    found = number(tx, "SELECT location_id FROM location WHERE code = ?", code)
    return found or add(tx, Location, code=code)


def add_order(
    tx: Transaction,
    order: str,
    lines: Sequence[tuple[str, Number, str | None]],
    *,
    customer: str = "ZIN",
    options: dict[int, str] | None = None,
    status: str = "confirmed",
    hold: bool = False,
    **columns: Any,
) -> int:
    """An order of (item, quantity, due date or None); `options` {line: "GROUP=CHOICE;..."}. It raises no demand."""
    if not number(tx, "SELECT count(*) FROM customer WHERE code = ?", customer):
        add_customer(tx, customer)
    columns.setdefault("order_date", tx.today)
    order_id = add(tx, CustomerOrder, number=order, customer_id=id_of(tx, "customer", customer), **columns)
    for line, (item, wanted, due) in enumerate(lines, 1):
        line_id = add(
            tx,
            OrderLine,
            order_id=order_id,
            line=line,
            item_id=id_of(tx, "item", item),
            quantity=micro(wanted),
            due_date=day(due) if due else None,
            status=status,
            hold=hold,
        )
        for choice in filter(None, (options or {}).get(line, "").split(";")):
            group, chosen = choice.split("=")
            add(tx, OrderLineOption, order_line_id=line_id, option_group=group, option_choice=chosen)
    return order_id


def add_stock(
    tx: Transaction,
    item: str,
    amount: Number,
    *,
    location: str = "MAIN",
    lot: str = "",
    unit_cost: Number | None = None,
    received_on: str | None = None,
    expires_on: str | None = None,
    status: str = "available",
) -> int:
    """Stock with its ledger entry and cost layer."""
    have, cost = micro(amount), maybe(unit_cost)
    received = day(received_on) if received_on else None
    stock_id = add(
        tx,
        Stock,
        item_id=id_of(tx, "item", item),
        location_id=add_location(tx, location),
        lot=lot,
        quantity=have,
        unit_cost=cost,
        received_on=received,
        expires_on=day(expires_on) if expires_on else None,
        status=status,
    )
    value = None if cost is None else value_of(have, cost)
    add(tx, LedgerEntry, stock_id=stock_id, at=tx.now, kind="count", quantity=have, value=value)
    add(tx, CostLayer, stock_id=stock_id, received_on=received, remaining_quantity=have, unit_cost=cost)
    return stock_id


def add_work_order(
    tx: Transaction, order: str, item: str, amount: Number, *, start: Number | None = None, **columns: Any
) -> int:
    """A planned job, due in two weeks, as if pulled wholly; its components are requirements of their own (`need`)."""
    columns = {"start_date": tx.today, "due_date": tx.today + datetime.timedelta(days=14), **columns}
    columns.setdefault("pulled_quantity", 0 if columns.get("surplus_reason") == "imported" else micro(amount))
    return add(
        tx,
        WorkOrder,
        number=order,
        item_id=id_of(tx, "item", item),
        quantity=micro(amount),
        start_quantity=micro(amount if start is None else start),
        **columns,
    )


def add_purchase(
    tx: Transaction,
    order: str,
    supplier: str,
    lines: Sequence[tuple[str, Number, Number | None]],
    *,
    state: str = "sent",
    **columns: Any,
) -> list[int]:
    """A purchase order with lines of (item, quantity, price), due in a week; gives the keys of its lines."""
    order_id = add(
        tx,
        PurchaseOrder,
        number=order,
        supplier_id=id_of(tx, "supplier", supplier),
        state=state,
        ordered_on=tx.today if state == "sent" else None,
    )
    return [
        add(
            tx,
            PurchaseLine,
            purchase_order_id=order_id,
            line=line,
            item_id=id_of(tx, "item", item),
            quantity=micro(amount),
            unit_price=maybe(price),
            **{"due_date": tx.today + datetime.timedelta(days=7), "pulled_quantity": micro(amount), **columns},
        )
        for line, (item, amount, price) in enumerate(lines, 1)
    ]


def demand_of(tx: Transaction, order: str, line: int = 1, *, need: str | None = None) -> int:
    """The demand of an order line with the requirement of its item; gives the latter."""
    row = tx.connection.exec_driver_sql(
        "SELECT l.order_line_id, l.item_id, l.quantity, l.due_date FROM order_line l JOIN customer_order o"
        " ON o.order_id = l.order_id WHERE o.number = ? AND l.line = ?",
        (order, line),
    ).one()
    due = day(need or row.due_date) if need or row.due_date else None
    demand_id = add(
        tx,
        Demand,
        kind="order",
        name=f"{order}/{line}",
        order_line_id=row.order_line_id,
        item_id=row.item_id,
        quantity=row.quantity,
        need_date=due,
        raised_at=tx.now,
    )
    return add(
        tx,
        Requirement,
        demand_id=demand_id,
        item_id=row.item_id,
        quantity=row.quantity,
        need_date=due or tx.today,
    )


def need(tx: Transaction, work_order: str, item: str, amount: Number, **columns: Any) -> int:
    """A component that a job needs."""
    return add(
        tx,
        Requirement,
        work_order_id=id_of(tx, "work_order", work_order),
        item_id=id_of(tx, "item", item),
        quantity=micro(amount),
        **{"need_date": tx.today, **columns},
    )


def peg(
    tx: Transaction,
    requirement_id: int,
    amount: Number,
    *,
    stock: int | None = None,
    work_order: str = "",
    purchase_line: int | None = None,
) -> int:
    """A peg from a requirement to one supply."""
    return add(
        tx,
        Peg,
        requirement_id=requirement_id,
        quantity=micro(amount),
        stock_id=stock,
        work_order_id=id_of(tx, "work_order", work_order) if work_order else None,
        purchase_line_id=purchase_line,
    )


def add_kanban(
    tx: Transaction, item: str, container: Number, *, cards: int = 2, supplier: str = "", location: str = "MAIN"
) -> int:
    """A loop with full cards, numbered on for the item."""
    loop_id = add(
        tx,
        KanbanLoop,
        item_id=id_of(tx, "item", item),
        supplier_id=id_of(tx, "supplier", supplier) if supplier else None,
        location_id=add_location(tx, location),
        container_quantity=micro(container),
        cards=cards,
    )
    for card in range(1, cards + 1):
        add(tx, KanbanCard, kanban_loop_id=loop_id, number=card)
    return loop_id
