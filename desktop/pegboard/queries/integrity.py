"""Proves the invariants of the shop: what is on order, pegged, in stock and counted adds up.

Each invariant is a few set-based statements that walk every row once, so that a million ledger entries take seconds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.integrity_numbers import number_breaches
from pegboard.queries.integrity_values import value_breaches
from pegboard.storage.integrity import storage_breaches
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading

MOST_BREACHES = 100  # of one invariant; a broken file can have millions

_VALUES = 4  # the place of the invariant whose breaches name amounts

# Sums of pegs by supply: one walk over the pegs each, along a partial index.
_ON = "(SELECT {0}, sum(quantity) AS pegged FROM peg WHERE {0} IS NOT NULL GROUP BY {0})"


@dataclass(frozen=True, slots=True)
class Invariant:
    """One invariant: its name, and where it is broken, in sentences that name document and quantity.

    `tells_money` says that the sentences name amounts and prices.
    """

    name: str
    breaches: tuple[str, ...]
    tells_money: bool = False

    @property
    def ok(self) -> bool:
        """It holds."""
        return not self.breaches


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check of the whole workshop."""

    invariants: tuple[Invariant, ...]

    @property
    def ok(self) -> bool:
        """All invariants hold."""
        return all(invariant.ok for invariant in self.invariants)

    def without_money(self) -> "Check":
        """The same for who may see no amounts: how often such an invariant is broken, and not where."""
        return Check(tuple(each if each.ok or not each.tells_money else _veiled(each) for each in self.invariants))

    def as_json(self) -> dict[str, Any]:
        """The result as `pegboard check --json` prints it."""
        return {
            "ok": self.ok,
            "invariants": [
                {"name": each.name, "ok": each.ok, "breaches": list(each.breaches)} for each in self.invariants
            ],
        }


def check(reading: Reading) -> Check:
    """Prove the six invariants of the planning rules, and that the file itself is whole."""
    return Check(
        tuple(
            Invariant(name, _first(breaches), tells_money=place == _VALUES)
            for place, (name, breaches) in enumerate(
                (
                    (tr("Open supply = pegged + surplus with a reason"), _supply_breaches(reading)),
                    (tr("Nothing is pegged beyond what is needed or there"), _peg_breaches(reading)),
                    (tr("On hand = sum of the ledger, never negative"), _stock_breaches(reading)),
                    (tr("Every peg leads up to an independent demand"), _chain_breaches(reading)),
                    (tr("Values agree with their documents"), value_breaches(reading)),
                    (tr("Numbers without duplicate and gap"), number_breaches(reading)),
                    (tr("The file is whole"), storage_breaches(reading)),
                )
            )
        )
    )


def _veiled(found: Invariant) -> Invariant:
    told = tr("{count} breaches that name amounts: ask who may see money.", count=len(found.breaches))
    return Invariant(found.name, (told,), tells_money=True)


def _first(breaches: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for breach in breaches:
        if len(found) == MOST_BREACHES:
            found.append(tr("… and more."))
            break
        found.append(breach)
    return tuple(found)


def _supply_breaches(reading: Reading) -> Iterator[str]:
    """Invariant 1."""
    yield from _told(
        rows(
            reading,
            "SELECT w.number AS number, w.quantity - w.completed_quantity AS open, coalesce(p.pegged, 0) AS pegged"
            f" FROM work_order w LEFT JOIN {_ON.format('work_order_id')} p ON p.work_order_id = w.work_order_id"
            " WHERE w.state IN ('planned', 'released', 'in_progress')"
            " AND (coalesce(p.pegged, 0) > w.quantity - w.completed_quantity"
            " OR (coalesce(p.pegged, 0) < w.quantity - w.completed_quantity AND w.surplus_reason = ''))",
        )
    )
    yield from _told(
        rows(
            reading,
            "SELECT o.number || '/' || l.line AS number, max(0, l.quantity - l.received_quantity) AS open,"
            " coalesce(p.pegged, 0) AS pegged FROM purchase_line l"
            " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
            f" LEFT JOIN {_ON.format('purchase_line_id')} p ON p.purchase_line_id = l.purchase_line_id"
            " WHERE l.state = 'open' AND o.state IN ('draft', 'sent') AND l.work_order_id IS NULL"
            " AND (coalesce(p.pegged, 0) > max(0, l.quantity - l.received_quantity)"
            " OR (coalesce(p.pegged, 0) < l.quantity - l.received_quantity AND l.surplus_reason = ''))",
        )
    )


def _told(found: Sequence[Row[Any]]) -> Iterator[str]:
    for row in found:
        values = {"number": row.number, "open": Quantity(row.open), "pegged": Quantity(row.pegged)}
        if row.pegged > row.open:
            yield tr("{number}: {pegged} are pegged, but only {open} are open.", **values)
        else:
            yield tr("{number}: of {open} open only {pegged} are pegged, and the rest has no reason.", **values)


def _peg_breaches(reading: Reading) -> Iterator[str]:
    """Invariant 2."""
    for row in rows(
        reading,
        "SELECT coalesce(d.name, w.number) AS wanted_by, i.code AS item, p.pegged,"
        " r.quantity - r.issued_quantity AS open"
        " FROM (SELECT requirement_id, sum(quantity) AS pegged FROM peg GROUP BY requirement_id) p"
        " JOIN requirement r ON r.requirement_id = p.requirement_id JOIN item i ON i.item_id = r.item_id"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
        " WHERE p.pegged > r.quantity - r.issued_quantity",
    ):
        yield tr(
            "{demand}: {pegged} {item} are pegged, but only {open} are still needed.",
            demand=row.wanted_by,
            pegged=Quantity(row.pegged),
            item=row.item,
            open=Quantity(row.open),
        )
    for row in rows(
        reading,
        "SELECT l.code || ':' || i.code || CASE WHEN s.lot = '' THEN '' ELSE ':' || s.lot END AS name, p.pegged,"
        f" s.quantity FROM {_ON.format('stock_id')} p JOIN stock s ON s.stock_id = p.stock_id"
        " JOIN item i ON i.item_id = s.item_id JOIN location l ON l.location_id = s.location_id"
        " WHERE p.pegged > s.quantity",
    ):
        yield tr(
            "STOCK:{name}: {pegged} are pegged, but only {quantity} are on hand.",
            name=row.name,
            pegged=Quantity(row.pegged),
            quantity=Quantity(row.quantity),
        )


def _stock_breaches(reading: Reading) -> Iterator[str]:
    """Invariant 3."""
    for row in rows(
        reading,
        "SELECT l.code || ':' || i.code || CASE WHEN s.lot = '' THEN '' ELSE ':' || s.lot END AS name, s.quantity,"
        " coalesce(e.booked, 0) AS booked FROM stock s JOIN item i ON i.item_id = s.item_id"
        " JOIN location l ON l.location_id = s.location_id"
        " LEFT JOIN (SELECT stock_id, sum(quantity) AS booked FROM ledger_entry GROUP BY stock_id) e"
        " ON e.stock_id = s.stock_id WHERE s.quantity <> coalesce(e.booked, 0) OR s.quantity < 0",
    ):
        yield tr(
            "STOCK:{name}: {quantity} on hand, but the ledger adds up to {booked}.",
            name=row.name,
            quantity=Quantity(row.quantity),
            booked=Quantity(row.booked),
        )


# Jobs that a demand reaches, and jobs that are surplus themselves, whose components are wanted by nobody else.
_LIVE = """
    WITH RECURSIVE wanted (work_order_id) AS (
        SELECT p.work_order_id FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id
          JOIN demand d ON d.demand_id = r.demand_id
         WHERE p.work_order_id IS NOT NULL AND d.state = 'open'
        UNION
        SELECT work_order_id FROM work_order
         WHERE surplus_reason <> '' AND state IN ('planned', 'released', 'in_progress')
        UNION
        SELECT p.work_order_id FROM wanted JOIN requirement r ON r.work_order_id = wanted.work_order_id
          JOIN peg p ON p.requirement_id = r.requirement_id WHERE p.work_order_id IS NOT NULL
    )
"""


def _chain_breaches(reading: Reading) -> Iterator[str]:
    """Invariant 4."""
    for row in rows(
        reading,
        f"{_LIVE} SELECT coalesce(d.name, w.number) AS wanted_by, i.code AS item, sum(p.quantity) AS quantity"
        " FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id JOIN item i ON i.item_id = r.item_id"
        " LEFT JOIN demand d ON d.demand_id = r.demand_id LEFT JOIN work_order w ON w.work_order_id = r.work_order_id"
        " WHERE (r.demand_id IS NOT NULL AND d.state <> 'open') OR (r.work_order_id IS NOT NULL"
        " AND (w.state NOT IN ('planned', 'released', 'in_progress')"
        " OR r.work_order_id NOT IN (SELECT work_order_id FROM wanted))) GROUP BY 1, 2 ORDER BY 1, 2",
    ):
        yield tr(
            "{quantity} {item} are pegged to {demand}, which no open demand asks for.",
            quantity=Quantity(row.quantity),
            item=row.item,
            demand=row.wanted_by,
        )
