"""What holds for explosions of a file, whatever the shop: repeated without effect, order by order, always sound."""

import csv
import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domain.shop import DAY_0, Shop
from tests.domain.test_explosion_properties import shops

from pegboard.domain.quantity import micro_text
from pegboard.exchange.explosion_json import as_json
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.integrity import check
from pegboard.services.explosion import explode
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Store

TODAY = datetime.date.fromordinal(DAY_0)
ADDED = ("work_orders", "pick_lines", "purchase_lines", "allocations", "open_supply")


def day(ordinal: int | None) -> str:
    """The ISO text of a day, '' for none."""
    return "" if ordinal is None else datetime.date.fromordinal(ordinal).isoformat()


def amount(value: int | None) -> str:
    """Decimal text of millionths, '' for none."""
    return "" if value is None else micro_text(value)


def write_folder(shop: Shop, folder: Path) -> None:
    """Write a made-up shop as a workshop folder."""
    code = {item.item_id: item.code for item in shop.items.values()}
    suppliers = {article.supplier_code for articles in shop.articles.values() for article in articles}
    tables = {
        "settings": ("name,value", [("combining_days", shop.combining_days)]),
        "calendar": ("date,working", [(day(DAY_0 + closed), "no") for closed in shop.closed]),
        "items": (
            "code,source,lead_time_days,loss_percent,minimum_quantity,order_multiple,batching",
            [
                (
                    i.code,
                    i.source,
                    i.lead_time_days,
                    amount(i.loss_percent),
                    amount(i.minimum),
                    amount(i.multiple),
                    i.batching,
                )
                for i in shop.items.values()
            ],
        ),
        "bom_lines": (
            "parent,component,quantity,scrap_percent,setup_quantity,operation,alternates",
            [
                (
                    code[item_id],
                    code[line.component_id],
                    amount(line.quantity),
                    amount(line.scrap_percent),
                    amount(line.setup_quantity),
                    line.operation,
                    ";".join(code[other] for other in line.alternates),
                )
                for item_id, boms in shop.boms.items()
                for bom in boms
                for line in bom.lines
            ],
        ),
        "suppliers": ("code", [(supplier,) for supplier in sorted(suppliers | {"KERN"})]),
        "supplier_items": (
            "supplier,item,minimum_quantity,order_multiple,maximum_quantity,lead_time_days,price,rank",
            [
                (
                    article.supplier_code,
                    code[item_id],
                    amount(article.minimum),
                    amount(article.multiple),
                    amount(article.maximum),
                    article.lead_time_days,
                    "1",
                    rank,
                )
                for item_id, articles in shop.articles.items()
                for rank, article in enumerate(articles, 1)
            ],
        ),
        "customers": ("code", [("ACME",)]),
        "stock": (
            "item,quantity,unit_cost",
            [(code[item_id], amount(rows[0].free), "1") for item_id, rows in shop.stock.items()],
        ),
        "open_purchases": (
            "purchase_order,supplier,item,quantity,due_date,status",
            [
                (f"PO-{number:04d}", "KERN", code[row.item_id], amount(row.quantity), day(row.due), "draft")
                for number, row in enumerate((row for rows in shop.supplies.values() for row in rows), 1)
            ],
        ),
        "orders": (
            "order,customer,order_date,item,quantity,due_date",
            [
                (
                    order.name.partition("/")[0],
                    "ACME",
                    day(min(order.order_date, order.given_due or order.order_date)),
                    code[order.item_id],
                    amount(order.quantity),
                    day(order.given_due),
                )
                for order in shop.demands
            ],
        ),
    }
    for name, (header, rows) in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(rows)


def pegs(store: Store) -> set[tuple[object, ...]]:
    """All pegs in the file."""
    with store.read(today=TODAY) as reading:
        return set(fetch(reading, "SELECT * FROM peg"))


def breaches(store: Store) -> list[str]:
    """What the check finds broken."""
    with store.read(today=TODAY) as reading:
        return [breach for invariant in check(reading).invariants for breach in invariant.breaches]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(shops(), st.randoms())
def test_orders_explode_one_by_one_and_all_at_once_and_again(shop: Shop, random: object) -> None:
    orders = [order.name.partition("/")[0] for order in shop.demands]
    random.shuffle(orders)  # type: ignore[attr-defined]
    with TemporaryDirectory() as name:
        write_folder(shop, Path(name))
        with Store.create(Path(name) / "shop.pegboard") as store:
            with store.transaction("import", today=TODAY) as tx:
                import_paths(tx, [name])
            stood: set[tuple[object, ...]] = set()
            for order in orders[: len(orders) // 2]:
                with store.transaction("explode", today=TODAY) as tx:
                    explode(tx, [order])
                now = pegs(store)
                assert stood <= now  # what was pegged to other orders stays as it was
                stood = now
                assert breaches(store) == []
            with store.transaction("explode", today=TODAY) as tx:
                explode(tx)
            assert breaches(store) == []
            assert stood <= pegs(store)
            with store.transaction("explode", today=TODAY) as tx:
                again = as_json(explode(tx))
            assert [again[key] for key in ADDED] == [[], [], [], [], []]
            with store.read(today=TODAY) as reading:
                assert fetch(reading, "SELECT count(*) FROM work_order WHERE state <> 'planned'")[0][0] == 0
