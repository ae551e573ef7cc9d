"""Checks and imports the choices that order lines make, and the options that BOM lines name."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from pegboard.domain.configuration import (
    ANY,
    Rule,
    is_chosen,
    joined,
    meets,
    names_a_choice,
    number_of,
    number_range,
)
from pegboard.domain.quantity import micro_text
from pegboard.i18n import tr
from pegboard.services.importing.merging import Merge
from pegboard.services.importing.rows import FileRows
from pegboard.services.importing.state import Import
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Transaction
from pegboard.storage.tables.orders import OrderLineOption

Choice = tuple[str, str]


class Options:
    """The option groups of all items, of the workshop and the files.

    Attributes: choices: item code -> group -> its choices as they lie in the file, `*` and ranges among them; required:
    item code -> groups that an order must choose; defaults: item code -> group -> what holds where nothing is chosen;
    several: groups of which some item allows several choices; numbers: groups of numbers; rules: item code -> rules.
    """

    def __init__(self, imp: Import) -> None:
        self.choices: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        required: dict[Choice, bool] = {}
        codes = {item_id: code for code, item_id in imp.items.items()}
        rows: Any = fetch(
            imp.reading,
            "SELECT item_id, g.code, g.required, c.code, c.is_default "
            "FROM option_group g JOIN option_choice c USING (option_group_id)",
        )
        default_of: dict[tuple[str, str, str], bool] = {}
        for item_id, group, is_required, choice, is_default in rows:
            item = codes[item_id]
            self.choices[item][group].add(choice)
            required[item, group] = bool(is_required)
            default_of[item, group, choice] = bool(is_default)
        if (file := imp.file("options")) is not None:
            names = ("item", "group", "choice", "required", "default")
            for item, group, choice, is_required, is_default in zip(*map(file.values, names), strict=True):
                self.choices[item][group].add(choice)
                if file.has("required") or (item, group) not in required:
                    required[item, group] = bool(is_required)
                if file.has("default") or (item, group, choice) not in default_of:
                    default_of[item, group, choice] = bool(is_default)
        self.defaults: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for (item, group, choice), is_default in default_of.items():
            if is_default:
                self.defaults[item][group] = (*self.defaults[item].get(group, ()), choice)
        named = {(group, choice) for groups in self.choices.values() for group in groups for choice in groups[group]}
        self.several = {group for group, choice in named if choice == ANY}
        self.numbers = {group for group, choice in named if number_range(choice) is not None}
        self.rules = _rules(imp, codes)
        self.required: dict[str, list[str]] = defaultdict(list)
        for (item, group), is_required in required.items():
            if is_required and group not in self.defaults.get(item, ()):
                self.required[item].append(group)

    def allows(self, item: str, group: str, choice: str) -> bool:
        """Say whether the item has this choice, by name or as a number of a range."""
        codes = self.choices[item].get(group, ()) if item in self.choices else ()
        return choice != ANY and any(meets(code, (choice,)) for code in codes if code != ANY)


def _rules(imp: Import, codes: dict[int, str]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = defaultdict(list)
    rows: Any = fetch(
        imp.reading,
        "SELECT item_id, kind, option_group, option_choice, other_group, other_choice, reason FROM option_rule"
        " ORDER BY option_rule_id",
    )
    for item_id, *rule in rows:
        found[codes[item_id]].append(Rule(*rule))
    return found


def check_bom_options(imp: Import) -> None:
    """Refuse BOM lines whose option is no choice of any item."""
    rows = imp.file("bom_lines")
    if (
        "options" in imp.unreadable
        or rows is None
        or not rows.has("option")
        or not any(group for group, _ in rows.columns["option"])
    ):
        return
    options = Options(imp)
    known = {(group, choice) for groups in options.choices.values() for group in groups for choice in groups[group]}
    rows.refuse_where(
        "option",
        [bool(group) and not names_a_choice(group, choice, known) for group, choice in rows.columns["option"]],
        lambda _index: tr("a GROUP=CHOICE of options.csv or of the workshop"),
    )


def check_options(imp: Import, rows: FileRows, merged: Merge) -> None:
    """Refuse confirmed lines with an unknown choice or without a required one."""
    if {"options", "boms", "bom_lines"} & set(imp.unreadable):
        return
    given = rows.columns.get("options")
    options = Options(imp)
    if not options.choices and (given is None or not any(given)):
        return
    rows.refuse_where(
        "options",
        [_is_doubled(chosen, options.several) for chosen in given or ()],
        lambda _index: tr("each group once; only a group with a choice * takes several"),
    )
    below = _Structure(imp)
    chosen = _chosen(imp, rows, merged)
    items = rows.values("item")
    for index, status in enumerate(merged.column("status")):
        if status == "confirmed" and index not in rows.bad:
            _check_line(rows, index, items[index], chosen[index], options, below)


def _is_doubled(chosen: Sequence[Choice], several: set[str]) -> bool:
    groups = [group for group, _choice in chosen if group not in several]
    return len(set(groups)) < len(groups)


def _chosen(imp: Import, rows: FileRows, merged: Merge) -> Sequence[tuple[Choice, ...]]:
    """The choices of each row: as given; where the file has no options, those that stand."""
    given = rows.columns.get("options")
    if given is not None:
        return given
    stored = _stored_choices(imp)
    return [stored.get(line_id, ()) for line_id in merged.ids]


def _stored_choices(imp: Import) -> dict[int, tuple[Choice, ...]]:
    stored: dict[int, tuple[Choice, ...]] = {}
    for line_id, group, choice in fetch(
        imp.reading,
        "SELECT order_line_id, option_group, option_choice FROM order_line_option ORDER BY order_line_option_id",
    ):
        key = cast(int, line_id)
        stored[key] = (*stored.get(key, ()), (str(group), str(choice)))
    return stored


def _check_line(
    rows: FileRows, index: int, item: str, chosen: Sequence[Choice], options: Options, below: "_Structure"
) -> None:
    every = [item, *below.of(item)]
    for group, choice in chosen:
        if not any(options.allows(code, group, choice) for code in every):
            names = sorted({name for code in every for name in _names(options, code)})
            what = ", ".join(names[:12]) or tr("nothing, as the item has no options")
            rows.refuse(index, "options", tr("choices of {item}: {choices}", item=item, choices=what))
    used = [item, *below.of(item, dict(joined(chosen)))]
    picked = dict(chosen)
    for group in dict.fromkeys(group for code in used for group in options.required.get(code, ())):
        if group not in picked:
            rows.refuse(index, "options", tr("a choice of {group}, which {item} requires", group=group, item=item))
    values: dict[str, tuple[str, ...]] = {}
    for group, choice in chosen:
        values[group] = (*values.get(group, ()), choice)
    for code in used:
        values = options.defaults.get(code, {}) | values
    for rule in (rule for code in used for rule in options.rules.get(code, ())):
        if not rule.is_kept(values):
            rows.refuse(index, "options", tr("what keeps the rule: {rule}", rule=rule.sentence()))


def _names(options: Options, item: str) -> list[str]:
    if item not in options.choices:
        return []
    return [f"{group}={one}" for group, codes in options.choices[item].items() for one in codes if one != ANY]


class _Structure:
    """Which items lie below an item, by all its BOMs."""

    def __init__(self, imp: Import) -> None:
        self._lines: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        codes = {item_id: code for code, item_id in imp.items.items()}
        rows: Any = fetch(
            imp.reading,
            "SELECT bom.item_id, component_id, option_group, option_choice FROM bom_line JOIN bom USING (bom_id)",
        )
        for parent, component, group, choice in rows:
            self._lines[codes[parent]].add((codes[component], group, choice))
        if (file := imp.file("bom_lines")) is not None:
            for parent, component, (group, choice) in zip(
                file.values("parent"), file.values("component"), file.values("option"), strict=True
            ):
                self._lines[parent].add((component, group, choice))
        self._all: dict[str, list[str]] = {}

    def of(self, item: str, chosen: dict[str, str] | None = None) -> list[str]:
        """Items below `item`; with `chosen`, only those that these choices use."""
        if chosen is None and item in self._all:
            return self._all[item]
        found: dict[str, None] = {}
        waiting = [item]
        while waiting:
            for component, group, choice in self._lines.get(waiting.pop(), ()):
                used = chosen is None or not group or is_chosen(choice, chosen.get(group))
                if used and component not in found:
                    found[component] = None
                    waiting.append(component)
        if chosen is None:
            self._all[item] = list(found)
        return list(found)


def prepare_line_options(imp: Import, rows: FileRows, merged: Merge) -> set[int]:
    """Leave the writes of the choices; return the rows whose choices change."""
    given = rows.columns.get("options")
    if given is None:
        return set()
    numbers = Options(imp).numbers
    given = [tuple((group, _settled(group, choice, numbers)) for group, choice in chosen) for chosen in given]
    stored = _stored_choices(imp) if len(merged.new) < len(merged.rows) else {}
    changed = {index for index, chosen in enumerate(given) if chosen != stored.get(merged.ids[index], ())}
    if not changed:
        return changed
    gone = [(merged.ids[index],) for index in changed if merged.ids[index] in stored]
    if gone:
        imp.then(lambda tx: _remove_options(tx, gone))
    imp.insert(
        OrderLineOption,
        ("order_line_id", "option_group", "option_choice"),
        [(merged.ids[index], group, choice) for index in sorted(changed) for group, choice in given[index]],
    )
    imp.nouns.add("order")
    return changed


def _settled(group: str, choice: str, numbers: set[str]) -> str:
    """A number in its shortest form, so that equal configurations are equal."""
    micro = number_of(choice) if group in numbers else None
    return choice if micro is None else micro_text(micro)


def _remove_options(tx: Transaction, line_ids: list[tuple[int]]) -> None:
    tx.connection.exec_driver_sql("DELETE FROM order_line_option WHERE order_line_id = ?", line_ids)
