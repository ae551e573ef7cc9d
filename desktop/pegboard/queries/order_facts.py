"""Reads what the check of an order draft must know: customers, items, and the options in and below them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pegboard.domain.order import ItemFacts, OptionFacts, OrderDraft, OrderFacts
from pegboard.storage.rows import first, rows
from pegboard.storage.store import Reading


def order_facts(reading: Reading, draft: OrderDraft) -> OrderFacts:
    """What the workshop knows of the customer and the items that a draft names."""
    customer = first(reading, "SELECT code FROM customer WHERE code = ?", draft.customer)
    taken = first(reading, "SELECT number FROM customer_order WHERE number = ?", draft.number)
    chosen = {line.item: line.options for line in draft.lines}
    return OrderFacts(
        frozenset([customer.code] if customer else []),
        {code: facts for code, options in chosen.items() if (facts := item_facts(reading, code, dict(options)))},
        frozenset([taken.number] if taken else []),
    )


def item_facts(reading: Reading, code: str, chosen: Mapping[str, str]) -> ItemFacts | None:
    """An item with the option groups of itself and of what these choices use below it; None where there is none."""
    item = first(reading, "SELECT * FROM item WHERE code = ?", code)
    if item is None:
        return None
    groups = _groups_of(reading, [item.item_id])
    level, seen = [item.item_id], {item.item_id}
    while level:
        level = [found for found in _below(reading, level, chosen, groups) if found not in seen]
        seen.update(level)
        groups = {**_groups_of(reading, level), **groups}
    return ItemFacts(bool(item.active), bool(item.whole_units), groups)


def _below(
    reading: Reading, parents: Iterable[int], chosen: Mapping[str, str], groups: Mapping[str, OptionFacts]
) -> list[int]:
    """The components of these items that the choices, or their defaults, use."""
    wanted = list(parents)
    found = rows(
        reading,
        "SELECT DISTINCT l.component_id, l.option_group, l.option_choice FROM bom b"
        f" JOIN bom_line l ON l.bom_id = b.bom_id WHERE b.item_id IN ({', '.join('?' * len(wanted))})",
        *wanted,
    )
    defaults = {group: facts.default for group, facts in groups.items()}
    return list(
        dict.fromkeys(
            row.component_id
            for row in found
            if not row.option_group or {**defaults, **chosen}.get(row.option_group) == row.option_choice
        )
    )


def _groups_of(reading: Reading, item_ids: Iterable[int]) -> dict[str, OptionFacts]:
    wanted = list(item_ids)
    if not wanted:
        return {}
    choices: dict[str, set[str]] = defaultdict(set)
    required: dict[str, bool] = {}
    defaults: dict[str, str] = {}
    for row in rows(
        reading,
        'SELECT g.code AS "group", g.required, c.code AS choice, c.is_default FROM option_group g'
        " JOIN option_choice c ON c.option_group_id = g.option_group_id"
        f" WHERE g.item_id IN ({', '.join('?' * len(wanted))}) ORDER BY g.option_group_id, c.option_choice_id",
        *wanted,
    ):
        choices[row.group].add(row.choice)
        required[row.group] = required.get(row.group, False) or bool(row.required)
        if row.is_default:
            defaults[row.group] = row.choice
    return {
        group: OptionFacts(frozenset(codes), defaults.get(group, ""), required[group])
        for group, codes in choices.items()
    }
