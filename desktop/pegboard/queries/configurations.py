"""Reads how order lines are configured, in words: with the defaults of what was left alone, for papers and screens."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pegboard.domain.configuration import (
    OptionChoice,
    OptionGroup,
    Rule,
    group_of,
    number_of,
    number_range,
    parted,
    values_of,
)
from pegboard.domain.quantity import Price
from pegboard.storage.rows import rows
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """One choice of a configuration; `words` is its description, "" where it has none."""

    group: str
    choice: str
    words: str

    def __str__(self) -> str:
        """Say it for a paper, as "CORD: Black cord, 2 m"."""
        return f"{self.group}: {self.words or self.choice}"


def groups_of_items(reading: Reading, item_ids: Iterable[int]) -> dict[int, dict[str, OptionGroup]]:
    """The option groups of items, by item and code, in the order in which they were entered."""
    raw: dict[int, dict[str, tuple[bool, list[OptionChoice]]]] = {}
    for row in rows(
        reading,
        'SELECT g.item_id, g.code AS "group", g.required, c.* FROM option_group g'
        " LEFT JOIN option_choice c ON c.option_group_id = g.option_group_id"
        " WHERE g.item_id IN (SELECT value FROM json_each(?)) ORDER BY g.option_group_id, c.option_choice_id",
        json.dumps(sorted(item_ids)),
    ):
        group = raw.setdefault(row.item_id, {}).setdefault(row.group, (bool(row.required), []))
        if row.code is not None:
            choice = OptionChoice(row.code, row.description, Price(row.price_extra), bool(row.is_default))
            group[1].append(choice)
    return {
        item_id: {code: group_of(code, choices, required=required) for code, (required, choices) in own.items()}
        for item_id, own in raw.items()
    }


def rules_of_items(reading: Reading, item_ids: Iterable[int]) -> tuple[Rule, ...]:
    """The rules of these items, in the order in which they were entered."""
    found = rows(
        reading,
        "SELECT * FROM option_rule WHERE item_id IN (SELECT value FROM json_each(?)) ORDER BY option_rule_id",
        json.dumps(sorted(item_ids)),
    )
    return tuple(
        Rule(row.kind, row.option_group, row.option_choice, row.other_group, row.other_choice, row.reason)
        for row in found
    )


def configurations(reading: Reading, order_line_ids: Iterable[int]) -> dict[int, tuple[ChosenOption, ...]]:
    """What was chosen on order lines, the defaults of their items included; lines without options are left out."""
    wanted = json.dumps(sorted(order_line_ids))
    chosen: dict[int, list[tuple[str, str]]] = {}
    items: dict[int, int] = {}
    for row in rows(
        reading,
        "SELECT l.order_line_id, l.item_id, p.option_group, p.option_choice FROM order_line l"
        " LEFT JOIN order_line_option p ON p.order_line_id = l.order_line_id"
        " WHERE l.order_line_id IN (SELECT value FROM json_each(?)) ORDER BY p.order_line_option_id",
        wanted,
    ):
        items[row.order_line_id] = row.item_id
        if row.option_group is not None:
            chosen.setdefault(row.order_line_id, []).append((row.option_group, row.option_choice))
    groups = groups_of_items(reading, set(items.values()))
    elsewhere = described(reading, {pair for pairs in chosen.values() for pair in pairs})
    found = {
        line_id: _chosen(groups.get(item_id, {}), chosen.get(line_id, []), elsewhere)
        for line_id, item_id in items.items()
    }
    return {line_id: options for line_id, options in found.items() if options}


def described(reading: Reading, chosen: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Words for choices of any item: (group, choice) -> words, where all items describe the choice alike."""
    pairs = set(chosen)
    if not pairs:
        return {}
    words: dict[tuple[str, str], set[str]] = {}
    for row in rows(
        reading,
        'SELECT g.code AS "group", c.code AS choice, c.description FROM option_group g'
        " JOIN option_choice c ON c.option_group_id = g.option_group_id"
        " WHERE c.description <> '' AND g.code IN (SELECT value FROM json_each(?))",
        json.dumps(sorted({group for group, _choice in pairs})),
    ):
        numbers = number_range(row.choice)
        for group, choice in pairs:
            if group == row.group and choice == row.choice:
                words.setdefault((group, choice), set()).add(row.description)
            elif group == row.group and numbers is not None and number_of(choice) is not None:
                words.setdefault((group, choice), set()).add(f"{choice} {row.description}")
    return {pair: next(iter(found)) for pair, found in words.items() if len(found) == 1}


def in_words(reading: Reading, choices: Sequence[tuple[str, str]]) -> tuple[ChosenOption, ...]:
    """A job's choices (joined, as it was planned with them) in words."""
    pairs = parted(choices)
    words = described(reading, pairs)
    return tuple(ChosenOption(group, choice, words.get((group, choice), "")) for group, choice in pairs)


def _chosen(
    groups: Mapping[str, OptionGroup], pairs: Sequence[tuple[str, str]], elsewhere: Mapping[tuple[str, str], str]
) -> tuple[ChosenOption, ...]:
    values = values_of(groups, pairs)
    order = [*(code for code in groups if code in values), *(code for code in values if code not in groups)]
    return tuple(
        ChosenOption(code, choice, _words(groups.get(code), choice) or elsewhere.get((code, choice), ""))
        for code in order
        for choice in values[code]
    )


def _words(group: OptionGroup | None, choice: str) -> str:
    if group is None:
        return ""
    named = next((known.description for known in group.choices if known.code == choice), "")
    if named or group.number is None or not group.meaning:
        return named
    return f"{choice} {group.meaning}"
