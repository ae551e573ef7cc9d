"""Checks and imports the choices that order lines make, and the options that BOM lines name."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

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

    Attributes: choices: item code -> group -> its choices; required: (item code, group) that an order must choose.
    """

    def __init__(self, imp: Import) -> None:
        self.choices: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        required: dict[Choice, bool] = {}
        defaulted: set[Choice] = set()
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
        defaulted = {(item, group) for (item, group, _), is_default in default_of.items() if is_default}
        self.required: dict[str, list[str]] = defaultdict(list)
        for (item, group), is_required in required.items():
            if is_required and (item, group) not in defaulted:
                self.required[item].append(group)


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
        [bool(option[0]) and option not in known for option in rows.columns["option"]],
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
    below = _Structure(imp)
    chosen = _chosen(imp, rows, merged)
    items = rows.values("item")
    for index, status in enumerate(merged.column("status")):
        if status == "confirmed" and index not in rows.bad:
            _check_line(rows, index, items[index], dict(chosen[index]), options, below)


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
    rows: FileRows, index: int, item: str, chosen: dict[str, str], options: Options, below: "_Structure"
) -> None:
    every = [item, *below.of(item)]
    known = {
        group: options.choices[code][group]
        for code in every
        if code in options.choices
        for group in options.choices[code]
    }
    for group, choice in chosen.items():
        if choice not in known.get(group, ()):
            names = [f"{name}={one}" for name in sorted(known) for one in sorted(known[name])]
            what = ", ".join(names[:12]) or tr("nothing, as the item has no options")
            rows.refuse(index, "options", tr("choices of {item}: {choices}", item=item, choices=what))
    used = [item, *below.of(item, chosen)]
    for group in dict.fromkeys(group for code in used for group in options.required.get(code, ())):
        if group not in chosen:
            rows.refuse(index, "options", tr("a choice of {group}, which {item} requires", group=group, item=item))


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
                used = chosen is None or not group or chosen.get(group) == choice
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


def _remove_options(tx: Transaction, line_ids: list[tuple[int]]) -> None:
    tx.connection.exec_driver_sql("DELETE FROM order_line_option WHERE order_line_id = ?", line_ids)
