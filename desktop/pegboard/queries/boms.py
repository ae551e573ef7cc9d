"""Reads BOMs as trees: all that goes into an item, level by level, and all that an item goes into.

The lines of a whole tree are read in one statement; what is below or above a row is looked up in what was read, when a
person opens it.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import Row

from pegboard.domain.costing import HUNDRED, CostLine, per_unit
from pegboard.domain.quantity import MICRO, Price, Quantity, divide_half_up
from pegboard.queries.costs import ItemCost
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A revision of an item's BOM; both ends of its validity are included. is_current: it holds today."""

    revision: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    is_current: bool


def revisions(reading: Reading, item_key: int) -> tuple[RevisionRow, ...]:
    """Return the revisions of an item's BOM, the earliest first."""
    today = reading.today.isoformat()
    found = rows(reading, "SELECT * FROM bom WHERE item_id = ? ORDER BY coalesce(valid_from, ''), revision", item_key)
    return tuple(
        RevisionRow(
            row.revision,
            _day(row.valid_from),
            _day(row.valid_to),
            (row.valid_from or today) <= today <= (row.valid_to or today),
        )
        for row in found
    )


def _day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


# --- what goes into an item


@dataclass(frozen=True, slots=True)
class BomNode:
    """A component in its place in the tree.

    Attributes: key: of its BOM line; each: for one unit of the item above it, scrap and loss included; total: for one
    unit of the item at the top; is_per_batch: needed once for a job, here shared by the batch; cost: of one unit;
    tree: what knows its children.
    """

    key: int
    item_key: int
    item: str
    description: str
    unit: str
    source: str
    each: Fraction = field(compare=False)
    total: Fraction = field(compare=False)
    is_per_batch: bool
    option: str
    alternates: str
    operation: int | None
    position: str
    cost: ItemCost | None
    tree: "BomTree" = field(repr=False)

    @property
    def each_quantity(self) -> Quantity:
        """For one unit of the item above, rounded to six places."""
        return _rounded(self.each)

    @property
    def total_quantity(self) -> Quantity:
        """For one unit of the item at the top, rounded to six places."""
        return _rounded(self.total)

    def amount(self, part: str) -> Price | None:
        """What a part of the cost (material, labour, subcontract, total) comes to for one unit at the top."""
        cost: Price | None = getattr(self.cost, part) if self.cost is not None else None
        if cost is None:
            return None
        exact = self.total * cost.micro
        return Price(divide_half_up(exact.numerator, exact.denominator))


def _rounded(value: Fraction) -> Quantity:
    return Quantity(divide_half_up(value.numerator * MICRO, value.denominator))


class BomTree:
    """The lines of a BOM and of all BOMs below it; sub-assemblies are shown as of today."""

    def __init__(
        self,
        lines: Mapping[int, Sequence[Row[Any]]],
        top: Sequence[Row[Any]],
        batch: int,
        costs: Mapping[str, ItemCost],
    ) -> None:
        self._lines = lines
        self._batch = batch
        self._costs = costs
        self.top = tuple(self._node(row, Fraction(1)) for row in top)

    def children(self, node: BomNode) -> tuple[BomNode, ...]:
        """Return what goes into a component; a bought one's BOM is not used."""
        if node.source == "buy":
            return ()
        return tuple(self._node(row, node.total) for row in self._lines.get(node.item_key, ()))

    def _node(self, row: Row[Any], parents: Fraction) -> BomNode:
        line = CostLine(
            row.component_id,
            row.quantity,
            row.pieces_per_stock,
            bool(row.per_batch),
            row.scrap_percent,
            row.setup_quantity,
        )
        each = per_unit(line, row.output_quantity, self._batch) / Fraction(HUNDRED - row.loss_percent, HUNDRED)
        return BomNode(
            key=row.bom_line_id,
            item_key=row.component_id,
            item=row.component,
            description=row.description,
            unit=row.unit,
            source=row.source,
            each=each,
            total=each * parents,
            is_per_batch=bool(row.per_batch),
            option=f"{row.option_group}={row.option_choice}" if row.option_group else "",
            alternates=row.alternates or "",
            operation=row.operation,
            position=row.position,
            cost=self._costs.get(row.component),
            tree=self,
        )


_VALID = "(b.valid_from IS NULL OR b.valid_from <= ?) AND (b.valid_to IS NULL OR b.valid_to >= ?)"
_LINES = (
    "SELECT l.*, b.item_id AS parent_id, b.output_quantity, p.loss_percent, i.code AS component, i.description, i.unit,"
    " i.source, (SELECT group_concat(x.code, ', ') FROM (SELECT a.code FROM bom_alternate t JOIN item a"
    " ON a.item_id = t.item_id WHERE t.bom_line_id = l.bom_line_id ORDER BY t.rank) x) AS alternates"
    " FROM bom b JOIN item p ON p.item_id = b.item_id JOIN bom_line l ON l.bom_id = b.bom_id"
    " JOIN item i ON i.item_id = l.component_id"
)
_BELOW = (
    "WITH RECURSIVE below(item_id) AS (SELECT l.component_id FROM bom_line l JOIN bom b ON b.bom_id = l.bom_id"
    " WHERE b.item_id = ? AND b.revision = ?"
    f" UNION SELECT l.component_id FROM below JOIN bom b ON b.item_id = below.item_id AND {_VALID}"
    " JOIN bom_line l ON l.bom_id = b.bom_id)"
)


def bom_tree(
    reading: Reading, item_key: int, revision: str, costs: Mapping[str, ItemCost], batch: int = MICRO
) -> BomTree:
    """Return what goes into a revision of an item's BOM, for jobs of `batch` millionths; two statements."""
    today = reading.today.isoformat()
    top = rows(reading, f"{_LINES} WHERE b.item_id = ? AND b.revision = ? ORDER BY l.line", item_key, revision)
    lines: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows(
        reading,
        f"{_BELOW} {_LINES} WHERE b.item_id IN (SELECT item_id FROM below) AND {_VALID} ORDER BY l.line",
        item_key,
        revision,
        *(today,) * 4,
    ):
        lines[row.parent_id].append(row)
    return BomTree(lines, top, batch, costs)


# --- what an item goes into


@dataclass(frozen=True, slots=True)
class UseNode:
    """An item that another one goes into.

    Attributes: key: of the BOM line; revision: of the BOM; is_current: it holds today; quantity: per unit or per batch,
    as the line says; pieces: so many parents from one whole unit, instead; is_alternate: it only stands in for the
    line's component; tree: what knows what is above.
    """

    key: int
    item_key: int
    item: str
    description: str
    revision: str
    is_current: bool
    is_active: bool
    quantity: Quantity | None
    pieces: Quantity | None
    unit: str
    option: str
    is_alternate: bool
    tree: "UseTree" = field(repr=False)


class UseTree:
    """All BOM lines above an item, through all levels and revisions."""

    def __init__(self, lines: Mapping[int, Sequence[Row[Any]]], item_key: int, today: str) -> None:
        self._lines = lines
        self._today = today
        self._item_key = item_key
        self.top = self._above(item_key)

    def children(self, node: UseNode) -> tuple[UseNode, ...]:
        """Return what an item above goes into itself."""
        return self._above(node.item_key)

    def _above(self, item_key: int) -> tuple[UseNode, ...]:
        return tuple(self._node(row) for row in self._lines.get(item_key, ()))

    def _node(self, row: Row[Any]) -> UseNode:
        return UseNode(
            key=row.bom_line_id,
            item_key=row.parent_id,
            item=row.parent,
            description=row.description,
            revision=row.revision,
            is_current=(row.bom_from or self._today) <= self._today <= (row.bom_to or self._today),
            is_active=bool(row.active),
            quantity=None if row.quantity is None else Quantity(row.quantity),
            pieces=None if row.pieces_per_stock is None else Quantity(row.pieces_per_stock),
            unit=row.unit,
            option=f"{row.option_group}={row.option_choice}" if row.option_group else "",
            is_alternate=bool(row.is_alternate),
            tree=self,
        )

    def ways_down(self) -> dict[str, tuple[str, ...]]:
        """Return, by the code of each item above, the codes from it down to this item: what a cycle would close."""
        found: dict[int, tuple[str, ...]] = {self._item_key: ()}
        ways: dict[str, tuple[str, ...]] = {}
        level = [self._item_key]
        while level:
            above = []
            for below in level:
                for row in self._lines.get(below, ()):
                    if row.parent_id not in found:
                        found[row.parent_id] = ways[row.parent] = (row.parent, *found[below])
                        above.append(row.parent_id)
            level = above
        return ways


_EDGES = (
    "SELECT l.component_id AS below_id, l.bom_line_id, l.bom_id, 0 AS is_alternate FROM bom_line l"
    " UNION ALL SELECT t.item_id, l.bom_line_id, l.bom_id, 1 FROM bom_alternate t"
    " JOIN bom_line l ON l.bom_line_id = t.bom_line_id"
)


def where_used(reading: Reading, item_key: int) -> UseTree:
    """Return what an item goes into, as a component or an alternate, through all levels; one statement."""
    found = rows(
        reading,
        "WITH RECURSIVE above(item_id) AS (SELECT ? UNION SELECT b.item_id FROM above JOIN bom_line l"
        " ON l.component_id = above.item_id OR l.bom_line_id IN"
        " (SELECT t.bom_line_id FROM bom_alternate t WHERE t.item_id = above.item_id)"
        " JOIN bom b ON b.bom_id = l.bom_id)"
        " SELECT e.below_id, e.is_alternate, l.*, b.item_id AS parent_id, b.revision,"
        " b.valid_from AS bom_from, b.valid_to AS bom_to, p.code AS parent, p.description, p.active, i.unit FROM above"
        f" JOIN ({_EDGES}) e ON e.below_id = above.item_id JOIN bom_line l ON l.bom_line_id = e.bom_line_id"
        " JOIN bom b ON b.bom_id = l.bom_id JOIN item p ON p.item_id = b.item_id JOIN item i ON i.item_id = e.below_id"
        " ORDER BY p.code, b.revision, l.line",
        item_key,
    )
    lines: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in found:
        lines[row.below_id].append(row)
    return UseTree(lines, item_key, reading.today.isoformat())


# --- what can be chosen


@dataclass(frozen=True, slots=True)
class Component:
    """An item as it can be chosen for a BOM line."""

    code: str
    description: str
    unit: str
    source: str
    is_whole: bool
    is_active: bool


def choosable_components(reading: Reading) -> tuple[Component, ...]:
    """Return all items, those in use first."""
    found = rows(reading, "SELECT * FROM item ORDER BY active DESC, code")
    return tuple(
        Component(row.code, row.description, row.unit, row.source, bool(row.whole_units), bool(row.active))
        for row in found
    )


def option_choices(reading: Reading) -> tuple[tuple[str, str, str], ...]:
    """Return group, choice and words of every option that a BOM line or an operation can hang on."""
    found = rows(
        reading,
        'SELECT DISTINCT g.code AS "group", c.code AS choice, c.description FROM option_group g JOIN option_choice c'
        " ON c.option_group_id = g.option_group_id WHERE c.code <> '*' ORDER BY 1, 2",
    )
    return tuple({(row.group, row.choice): (row.group, row.choice, row.description) for row in found}.values())


def coded(reading: Reading, table: str) -> tuple[tuple[str, str], ...]:
    """Return code and words of work centers (`work_center`) or suppliers (`supplier`) that are not retired."""
    statement = {
        "work_center": "SELECT code, description AS words FROM work_center WHERE retired_on IS NULL ORDER BY code",
        "supplier": "SELECT code, name AS words FROM supplier WHERE active ORDER BY code",
    }[table]
    return tuple((row.code, row.words) for row in rows(reading, statement))


def has_routing(reading: Reading, item_key: int, revision: str) -> bool:
    """Whether a revision has a routing of its own."""
    found = first(
        reading, "SELECT 1 FROM routing_operation WHERE item_id = ? AND revision = ? LIMIT 1", item_key, revision
    )
    return found is not None
