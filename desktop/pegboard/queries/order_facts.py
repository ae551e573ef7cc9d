"""Reads what the check of an order draft must know: customers, items, and the options in and below them."""

from collections.abc import Mapping

from pegboard.domain.configuration import Chosen, OptionGroup, is_chosen, joined, values_of
from pegboard.domain.order import ItemFacts, OrderDraft, OrderFacts
from pegboard.queries.configurations import groups_of_items, rules_of_items
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


def order_facts(reading: Reading, draft: OrderDraft) -> OrderFacts:
    """What the workshop knows of the customer and the items that a draft names."""
    customer = first(reading, "SELECT code, retired_on FROM customer WHERE code = ?", draft.customer)
    taken = first(reading, "SELECT number FROM customer_order WHERE number = ?", draft.number)
    wanted = {(line.item, line.options) for line in draft.lines}
    return OrderFacts(
        frozenset([customer.code] if customer else []),
        {key: facts for key in wanted if (facts := item_facts(reading, *key))},
        frozenset([taken.number] if taken else []),
        frozenset([customer.code] if customer and customer.retired_on else []),
    )


def item_facts(reading: Reading, code: str, chosen: Chosen) -> ItemFacts | None:
    """An item with the option groups of itself and of what these choices use below it; None where there is none."""
    item = first(reading, "SELECT * FROM item WHERE code = ?", code)
    if item is None:
        return None
    level, seen = [item.item_id], {item.item_id}
    groups: dict[str, OptionGroup] = {}
    while level:
        found = groups_of_items(reading, level)
        for item_id in level:
            for group in found.get(item_id, {}).values():
                groups.setdefault(group.code, group)
        level = [below for below in _below(reading, level, groups, chosen) if below not in seen]
        seen.update(level)
    return ItemFacts(bool(item.active), bool(item.whole_units), groups, rules_of_items(reading, seen))


def _below(reading: Reading, parents: list[int], groups: Mapping[str, OptionGroup], chosen: Chosen) -> list[int]:
    """The components of these items that the choices, or their defaults, use."""
    values = values_of(groups, chosen)
    picked = dict(joined([(group, choice) for group, choices in values.items() for choice in choices]))
    found = rows(
        reading,
        "SELECT DISTINCT l.component_id, l.option_group, l.option_choice FROM bom b"
        f" JOIN bom_line l ON l.bom_id = b.bom_id WHERE b.item_id IN ({', '.join('?' * len(parents))})",
        *parents,
    )
    return list(
        dict.fromkeys(
            row.component_id
            for row in found
            if not row.option_group or is_chosen(row.option_choice, picked.get(row.option_group))
        )
    )
