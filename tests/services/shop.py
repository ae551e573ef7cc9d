"""A small bicycle shop, and looks into it, that several tests share."""

from tests.builders import (
    add_bom,
    add_item,
    add_supplier,
    add_supplier_item,
    doing,
    micro,
    reading,
)

from pegboard.domain.quantity import Quantity
from pegboard.queries.integrity import check
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Reading, Store


def bicycle_shop(store: Store) -> Store:
    """BIKE of a FRAME and two WHEELs; FRAME of three TUBEs; ACME sells wheels (in tens, at 7) and tubes (at 2)."""
    with doing(store) as tx:
        for code in ("BIKE", "FRAME"):
            add_item(tx, code, "make", lead_time_days=2)
        for code in ("WHEEL", "TUBE"):
            add_item(tx, code, lead_time_days=5)
        add_bom(tx, "BIKE", {"FRAME": 1, "WHEEL": 2})
        add_bom(tx, "FRAME", {"TUBE": 3})
        add_supplier(tx, "ACME")
        add_supplier_item(tx, "ACME", "WHEEL", 7, order_multiple=10)
        add_supplier_item(tx, "ACME", "TUBE", 2)
    return store


def require_whole(store: Store) -> None:
    """All invariants hold."""
    with reading(store) as view:
        result = check(view)
    assert result.ok, [breach for invariant in result.invariants for breach in invariant.breaches]


def on_hand(reading: Reading, item: str, location: str = "MAIN") -> str:
    """What lies of an item at a location."""
    return str(
        Quantity(
            number(
                reading,
                "SELECT sum(s.quantity) FROM stock s JOIN item i ON i.item_id = s.item_id JOIN location l"
                " ON l.location_id = s.location_id WHERE i.code = ? AND l.code = ?",
                item,
                location,
            )
        )
    )


def jobs(reading: Reading) -> dict[str, tuple[str, str, str]]:
    """Open jobs by number: item, quantity, surplus reason."""
    found = rows(
        reading,
        "SELECT w.number, i.code, w.quantity - w.completed_quantity AS open, w.surplus_reason FROM work_order w"
        " JOIN item i ON i.item_id = w.item_id WHERE w.state IN ('planned', 'released', 'in_progress')"
        " ORDER BY w.number",
    )
    return {row.number: (row.code, str(Quantity(row.open)), row.surplus_reason) for row in found}


def lines(reading: Reading) -> dict[str, tuple[str, str, str]]:
    """Open purchase lines by name: item, open quantity, surplus reason."""
    found = rows(
        reading,
        "SELECT o.number || '/' || l.line AS name, i.code, l.quantity - l.received_quantity AS open, l.surplus_reason"
        " FROM purchase_line l JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
        " JOIN item i ON i.item_id = l.item_id WHERE l.state = 'open' AND o.state IN ('draft', 'sent') ORDER BY 1",
    )
    return {row.name: (row.code, str(Quantity(row.open)), row.surplus_reason) for row in found}


def pegged_to(reading: Reading, demand: str) -> list[tuple[str, str]]:
    """The supplies directly pegged to a demand or work order: (supply, quantity)."""
    from pegboard.queries.pegging import why

    return [(hop.supply, str(hop.quantity)) for hop in why(reading, demand).down if hop.level == 1]


__all__ = ["bicycle_shop", "jobs", "lines", "micro", "on_hand", "pegged_to", "require_whole"]
