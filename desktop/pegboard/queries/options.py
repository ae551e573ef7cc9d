"""Reads the options of items: who has them, their choices and rules as they can be typed on, and who uses them."""

from dataclasses import dataclass

from pegboard.domain.configuration import OptionGroup, Rule
from pegboard.domain.configuration_draft import ChoiceDraft, OptionsDraft, RulesDraft
from pegboard.domain.quantity import Price
from pegboard.queries.configurations import groups_of_items, rules_of_items
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class OptionsRow:
    """An item that has options; `rules` how many."""

    item: str
    description: str
    groups: tuple[OptionGroup, ...]
    rules: int


@dataclass(frozen=True, slots=True)
class ItemOptions:
    """The options of one item in full; `below` are (group, choice) of what lies below it, which its rules may name."""

    options: OptionsDraft
    rules: RulesDraft
    description: str
    below: frozenset[tuple[str, str]]


def option_rows(reading: Reading) -> tuple[OptionsRow, ...]:
    """Return the items that have options, by code."""
    found = rows(
        reading,
        "SELECT i.item_id, i.code, i.description,"
        " (SELECT count(*) FROM option_rule r WHERE r.item_id = i.item_id) AS rules FROM item i"
        " WHERE EXISTS (SELECT 1 FROM option_group g WHERE g.item_id = i.item_id) ORDER BY i.code",
    )
    groups = groups_of_items(reading, [row.item_id for row in found])
    return tuple(
        OptionsRow(row.code, row.description, tuple(groups.get(row.item_id, {}).values()), row.rules) for row in found
    )


def item_options(reading: Reading, item: str) -> ItemOptions | None:
    """Return the options of an item, empty where it has none; None where there is no such item."""
    row = first(reading, "SELECT item_id, description FROM item WHERE code = ?", item)
    if row is None:
        return None
    return ItemOptions(
        options_draft(reading, item),
        RulesDraft(item=item, rules=rules_draft(reading, row.item_id)),
        row.description,
        pairs_below(reading, row.item_id),
    )


def options_draft(reading: Reading, item: str) -> OptionsDraft:
    """Return the choices of an item as they can be typed on."""
    found = rows(
        reading,
        'SELECT g.code AS "group", g.required, c.* FROM option_group g JOIN option_choice c'
        " ON c.option_group_id = g.option_group_id JOIN item i ON i.item_id = g.item_id WHERE i.code = ?"
        " ORDER BY g.option_group_id, c.option_choice_id",
        item,
    )
    choices = tuple(
        ChoiceDraft(
            group=row.group,
            choice=row.code,
            description=row.description,
            extra=Price(row.price_extra),
            is_default=bool(row.is_default),
            required=bool(row.required),
        )
        for row in found
    )
    return OptionsDraft(item=item, choices=choices)


def rules_draft(reading: Reading, item_id: int) -> tuple[Rule, ...]:
    """Return the rules of an item."""
    return rules_of_items(reading, [item_id])


def pairs_below(reading: Reading, item_id: int) -> frozenset[tuple[str, str]]:
    """Return (group, choice) of all items below an item, by any of its BOMs."""
    found = rows(
        reading,
        "WITH RECURSIVE below(item_id) AS (SELECT l.component_id FROM bom b JOIN bom_line l ON l.bom_id = b.bom_id"
        " WHERE b.item_id = ? UNION SELECT l.component_id FROM below JOIN bom b ON b.item_id = below.item_id"
        " JOIN bom_line l ON l.bom_id = b.bom_id)"
        ' SELECT DISTINCT g.code AS "group", c.code AS choice FROM option_group g JOIN option_choice c'
        " ON c.option_group_id = g.option_group_id WHERE g.item_id IN (SELECT item_id FROM below)",
        item_id,
    )
    return frozenset((row.group, row.choice) for row in found)


def optional_parts(reading: Reading) -> tuple[tuple[str, str, str], ...]:
    """Return (group, choice, what names it) of all BOM lines and operations that hang on a choice."""
    lines = rows(
        reading,
        "SELECT l.option_group, l.option_choice, i.code || ' > ' || c.code AS place FROM bom_line l"
        " JOIN bom b ON b.bom_id = l.bom_id JOIN item i ON i.item_id = b.item_id"
        " JOIN item c ON c.item_id = l.component_id WHERE l.option_group <> ''",
    )
    steps = rows(
        reading,
        "SELECT r.option_group, r.option_choice, i.code AS item, r.sequence FROM routing_operation r"
        " JOIN item i ON i.item_id = r.item_id WHERE r.option_group <> ''",
    )
    return (
        *((row.option_group, row.option_choice, row.place) for row in lines),
        *((row.option_group, row.option_choice, f"{row.item}/{row.sequence}") for row in steps),
    )


def open_choices(reading: Reading, item_id: int) -> tuple[tuple[str, str, str], ...]:
    """Return (group, choice, ORDER/LINE) of the lines still to be shipped that order an item or one above it."""
    found = rows(
        reading,
        "WITH RECURSIVE above(item_id) AS (SELECT item_id FROM item WHERE item_id = ? UNION SELECT b.item_id FROM above"
        " JOIN bom_line l ON l.component_id = above.item_id JOIN bom b ON b.bom_id = l.bom_id)"
        " SELECT p.option_group, p.option_choice, o.number, l.line FROM order_line_option p"
        " JOIN order_line l ON l.order_line_id = p.order_line_id JOIN customer_order o ON o.order_id = l.order_id"
        " WHERE l.status IN ('quote', 'confirmed') AND l.item_id IN (SELECT item_id FROM above)"
        " ORDER BY l.order_line_id",
        item_id,
    )
    return tuple((row.option_group, row.option_choice, f"{row.number}/{row.line}") for row in found)
