"""Imports BOM heads, BOM lines and their alternates, and refuses cycles and overlapping revisions."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pegboard.domain.bom import components_of, find_cycles, low_level_codes
from pegboard.i18n import tr
from pegboard.services.boms import refresh_low_level_codes
from pegboard.services.importing.merging import Merge, Stored, given_columns, merge, stored_rows
from pegboard.services.importing.problems import one_line
from pegboard.services.importing.rows import FileRows, Values
from pegboard.services.importing.state import Import, line_numbers
from pegboard.storage.bulk import fetch, next_id
from pegboard.storage.store import Transaction
from pegboard.storage.tables.boms import Bom, BomAlternate, BomLine

_HEAD_DEFAULTS = {"output_quantity": 1_000_000, "valid_from": None, "valid_to": None}
_LINE = {
    "quantity": "quantity",
    "pieces_per_stock": "pieces_per_stock",
    "per_batch": "per",
    "scrap_percent": "scrap_percent",
    "setup_quantity": "setup_quantity",
    "rounding_multiple": "rounding_multiple",
    "operation": "operation",
    "position": "position",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
}
BomKey = tuple[str, str]  # item code, revision


class _Heads:
    """The BOMs of the workshop and the files: (item code, revision) -> bom id."""

    def __init__(self, imp: Import) -> None:
        self.imp = imp
        codes = {item_id: code for code, item_id in imp.items.items()}
        columns = ("item_id", "revision", "output_quantity", "valid_from", "valid_to")
        found = stored_rows(imp.reading, Bom, ("item_id", "revision"), columns)
        self.stored: Stored = {(codes[item_id], revision): row for (item_id, revision), row in found.items()}
        self.ids: dict[BomKey, int] = {key: row[0] for key, row in self.stored.items()}
        self.validity: dict[BomKey, tuple[str | None, str | None]] = {
            key: (row[4], row[5]) for key, row in self.stored.items()
        }
        self.source: dict[BomKey, tuple[FileRows, int, str]] = {}

    def add(self, keys: Sequence[BomKey], rows: FileRows | None) -> Merge:
        """Merge heads; without rows they get the defaults."""
        columns: dict[str, Values | None] = {
            "item_id": self.imp.item_ids(item for item, _ in keys),
            "revision": [revision for _, revision in keys],
            "output_quantity": rows.columns.get("output_quantity") if rows else None,
            "valid_from": rows.columns.get("valid_from") if rows else None,
            "valid_to": rows.columns.get("valid_to") if rows else None,
        }
        return merge(self.imp.reading, Bom, keys, self.stored, columns, _HEAD_DEFAULTS)

    def learn(self, keys: Sequence[BomKey], merged: Merge) -> None:
        """Keep ids and validity of merged heads."""
        self.ids.update(zip(keys, merged.ids, strict=True))
        self.validity.update({key: (row[3], row[4]) for key, row in zip(keys, merged.rows, strict=True)})


def prepare_boms(imp: Import) -> None:
    """Check boms.csv and bom_lines.csv."""
    heads, lines = imp.file("boms"), imp.file("bom_lines")
    if heads is None and lines is None:
        return
    known = _Heads(imp)
    if heads is not None:
        _prepare_heads(imp, known, heads)
    if lines is not None:
        _prepare_lines(imp, known, lines)
    _check_overlaps(known)
    imp.then(lambda tx: refresh_low_level_codes(tx))


def _prepare_heads(imp: Import, known: _Heads, rows: FileRows) -> None:
    imp.check_items(rows)
    keys = list(zip(rows.values("item"), rows.values("revision"), strict=True))
    rows.check_keys("item, revision", keys)
    merged = known.add(keys, rows)
    known.learn(keys, merged)
    known.source.update({key: (rows, index, "valid_from") for index, key in enumerate(keys)})
    check_validity(rows, merged.column("valid_from"), merged.column("valid_to"))
    imp.write(merged, "bom")
    imp.count(rows, merged.new, merged.changed)


def check_validity(rows: FileRows, starts: Sequence[str | None], ends: Sequence[str | None]) -> None:
    """Refuse rows whose last day is before their first."""
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start and end and end < start:
            column = "valid_to" if rows.given("valid_to", index) else "valid_from"
            rows.refuse(index, column, tr("valid_to on or after valid_from ({start})", start=start))


def _prepare_lines(imp: Import, known: _Heads, rows: FileRows) -> None:
    imp.check_items(rows, "parent")
    imp.check_items(rows, "component")
    parents, revisions = rows.values("parent"), rows.values("revision")
    boms = list(zip(parents, revisions, strict=True))
    _add_missing_heads(imp, known, rows, boms)
    bom_ids = [known.ids[bom] for bom in boms]
    keys = list(zip(bom_ids, line_numbers(rows, parents), strict=True))
    rows.check_keys("parent, revision, line", keys)
    columns = _line_columns(imp, rows, keys)
    stored = stored_rows(imp.reading, BomLine, ("bom_id", "line"), list(columns))
    defaults = {name: rows.defaults[column] for name, column in _LINE.items()}
    defaults |= {"per_batch": 0, "option_group": "", "option_choice": ""}
    merged = merge(imp.reading, BomLine, keys, stored, columns, defaults)
    _check_lines(rows, merged)
    imp.write(merged, "bom")
    alternates = _prepare_alternates(imp, rows, merged)
    imp.count(rows, merged.new, {*merged.changed, *alternates})
    _check_cycles(imp, rows, merged)


def _add_missing_heads(imp: Import, known: _Heads, rows: FileRows, boms: Sequence[BomKey]) -> None:
    """A parent without a row in boms.csv has a head with the defaults."""
    missing: dict[BomKey, int] = {}
    for index, bom in enumerate(boms):
        if bom not in known.ids:
            missing.setdefault(bom, index)
    if not missing:
        return
    keys = list(missing)
    merged = known.add(keys, None)
    highest = max(known.ids.values(), default=0)
    first = max(next_id(imp.reading, Bom), highest + 1)
    merged.ids = range(first, first + len(keys))
    known.learn(keys, merged)
    column = "revision" if rows.has("revision") else "parent"
    known.source.update({key: (rows, index, column) for key, index in missing.items()})
    imp.write(merged, "bom")


def _line_columns(imp: Import, rows: FileRows, keys: Sequence[tuple[int, int]]) -> dict[str, Values | None]:
    if rows.has("per"):
        rows.columns["per"] = [int(per == "batch") for per in rows.columns["per"]]
    options = rows.columns.get("option")
    return {
        "bom_id": [bom_id for bom_id, _ in keys],
        "line": [line for _, line in keys],
        "component_id": imp.item_ids(rows.values("component")),
        **given_columns(rows, _LINE),
        "option_group": None if options is None else [group for group, _ in options],
        "option_choice": None if options is None else [choice for _, choice in options],
    }


def _check_lines(rows: FileRows, merged: Merge) -> None:
    quantities, pieces = merged.column("quantity"), merged.column("pieces_per_stock")
    wrong = [(quantity is None) == (piece is None) for quantity, piece in zip(quantities, pieces, strict=True)]
    rows.refuse_where(
        "quantity, pieces_per_stock", wrong, lambda _index: tr("either quantity or pieces_per_stock, and not both")
    )
    if rows.has("valid_from") or rows.has("valid_to"):
        check_validity(rows, merged.column("valid_from"), merged.column("valid_to"))


def _prepare_alternates(imp: Import, rows: FileRows, merged: Merge) -> set[int]:
    """Check alternates and leave their writes; return the rows whose alternates change."""
    lists: Values | None = rows.columns.get("alternates")
    if lists is None:
        return set()
    stored: dict[int, list[int]] = defaultdict(list)
    for line_id, item_id in fetch(
        imp.reading, "SELECT bom_line_id, item_id FROM bom_alternate ORDER BY bom_line_id, rank"
    ):
        stored[line_id].append(item_id)
    changed, gone, made = set(), [], []
    components = rows.values("component")
    for index, codes in enumerate(lists):
        line_id = merged.ids[index]
        if codes:
            _check_alternates(imp, rows, index, codes, components[index])
        wanted = imp.item_ids(codes)
        if wanted != stored.get(line_id, []):
            changed.add(index)
            gone.append((line_id,))
            made += [(line_id, rank, item_id) for rank, item_id in enumerate(wanted, 1)]
    if changed:
        imp.nouns.add("bom")
        if stored:
            imp.then(lambda tx: _remove_alternates(tx, gone))
        imp.insert(BomAlternate, ("bom_line_id", "rank", "item_id"), made)
    return changed


def _remove_alternates(tx: Transaction, line_ids: list[tuple[int]]) -> None:
    tx.connection.exec_driver_sql("DELETE FROM bom_alternate WHERE bom_line_id = ?", line_ids)


def _check_alternates(imp: Import, rows: FileRows, index: int, codes: Sequence[str], component: str) -> None:
    for code in codes:
        if code == component:
            rows.refuse(index, "alternates", tr("other items than the component {item}", item=component))
        elif code not in imp.items and "items" not in imp.unreadable:
            rows.refuse(
                index,
                "alternates",
                tr("codes of items in items.csv or in the workshop, not {item}", item=one_line(code)),
            )
    if len(set(codes)) != len(codes):
        rows.refuse(index, "alternates", tr("each alternate once"))


def _check_cycles(imp: Import, rows: FileRows, merged: Merge) -> None:
    """Refuse cycles in what the workshop will have, at the first row of the file that is part of one."""
    parents, components = rows.values("parent"), rows.values("component")
    edges: dict[tuple[str, str], int] = {}
    for index, edge in enumerate(zip(parents, components, strict=True)):
        edges.setdefault(edge, index)
    if rows.has("alternates"):
        for index, codes in enumerate(rows.columns["alternates"]):
            for code in codes:
                edges.setdefault((parents[index], code), index)
    everything = components_of([*edges, *_other_edges(imp, rows, merged)])
    levels = low_level_codes(everything)
    if all(parent in levels for parent in everything):
        return
    for cycle in find_cycles(everything):
        places = [edges[edge] for edge in pairwise(cycle) if edge in edges]
        index = min(places, default=0)
        rows.refuse(index, "component", tr("no cycle; this BOM is cyclic: {codes}", codes=" > ".join(cycle)))


def _other_edges(imp: Import, rows: FileRows, merged: Merge) -> list[tuple[str, str]]:
    """Edges that the workshop has and the file does not replace."""
    replaced = {merged.ids[index] for index, before in enumerate(merged.before) if before is not None}
    codes = {item_id: code for code, item_id in imp.items.items()}
    lines: Any = fetch(
        imp.reading, "SELECT bom_line_id, bom.item_id, component_id FROM bom_line JOIN bom USING (bom_id)"
    )
    alternates: Any = fetch(
        imp.reading,
        "SELECT bom_line_id, bom.item_id, bom_alternate.item_id FROM bom_alternate "
        "JOIN bom_line USING (bom_line_id) JOIN bom USING (bom_id)",
    )
    left = [(codes[parent], codes[component]) for line, parent, component in lines if line not in replaced]
    kept = set() if not rows.has("alternates") else replaced
    return left + [(codes[parent], codes[component]) for line, parent, component in alternates if line not in kept]


def _check_overlaps(known: _Heads) -> None:
    """Refuse a revision that is valid on a day on which another revision of the item is."""
    revisions: dict[str, list[str]] = defaultdict(list)
    touched = {item for item, _ in known.source}
    for item, revision in known.validity:
        if item in touched:
            revisions[item].append(revision)
    for item, of_item in revisions.items():
        if len(of_item) > 1:
            _check_overlaps_of(known, item, of_item)


def _check_overlaps_of(known: _Heads, item: str, revisions: Sequence[str]) -> None:
    spans = sorted(
        (start or "", end or "9999-99-99", revision)
        for revision in revisions
        for start, end in [known.validity[item, revision]]
    )
    latest = spans[0]
    for span in spans[1:]:
        if span[0] <= latest[1]:
            _refuse_overlap(known, item, latest[2], span[2])
        latest = max(latest, span, key=lambda entry: entry[1])


def _refuse_overlap(known: _Heads, item: str, one: str, other: str) -> None:
    places = [(key, known.source[key]) for key in ((item, one), (item, other)) if key in known.source]
    key, (rows, index, column) = max(places, key=lambda place: place[1][1])
    second = one if key == (item, other) else other
    allowed = tr(
        'days on which revision "{revision}" of {item} is not valid too; give one of them valid_from or valid_to',
        revision=second,
        item=item,
    )
    if not any(place in source.bad for _, (source, place, _column) in places):
        rows.refuse(index, column, allowed)
