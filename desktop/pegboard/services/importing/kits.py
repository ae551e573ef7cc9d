"""Takes kits that a till sold apart: their parts are what leaves the shelf, what it pulls, and what statistics count.

The price is shared out by list price, so that the parts cost together what the kit did.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pegboard.domain.quantity import MICRO, divide_half_up
from pegboard.queries.kits import DEEPEST, Parts, holds, kit_parts, resolved
from pegboard.services.importing.rows import FileRows
from pegboard.services.importing.state import Import
from pegboard.storage.bulk import fetch

PARTS = 1_000  # lines of a receipt are numbered so far apart that parts fit between them


def taken_apart(imp: Import, rows: FileRows, lines: Sequence[int]) -> tuple[FileRows, list[int]]:
    """The rows of pos_sales.csv with those of kits replaced by their parts, and the numbers of their lines."""
    kits = _kits(imp, set(rows.values("item")))
    if not kits:
        return rows, list(lines)
    items, quantities, prices = (rows.values(name) for name in ("item", "quantity", "unit_price"))
    worth = _list_prices(imp)
    sources: list[int] = []
    changed: list[tuple[int, str, int, int | None]] = []
    for index, (item, line) in enumerate(zip(items, lines, strict=True)):
        recipe = kits.get(item)
        if recipe is None:
            sources.append(index)
            changed.append((line, item, quantities[index], prices[index]))
            continue
        for place, (part, each, price) in enumerate(_parts(recipe, prices[index], worth)):
            sources.append(index)
            amount = _amount(quantities[index] * each, whole=bool(imp.whole.get(part)))
            changed.append((line * PARTS + place, part, amount, price))
    return _replaced(rows, sources, changed), [line for line, _item, _quantity, _price in changed]


def _parts(recipe: Parts, price: int | None, worth: Mapping[str, int]) -> list[tuple[str, Fraction, int | None]]:
    """Each part with how many of it are in a kit and what one of it was paid, in millionths."""
    whole = sum(worth.get(part, 0) * each for part, each in recipe.items())
    found = []
    for place, (part, each) in enumerate(sorted(recipe.items())):
        share = worth.get(part, 0) * each / whole if whole else Fraction(place == 0)
        paid = None if price is None else price * share / each
        found.append((part, each, None if paid is None else divide_half_up(paid.numerator, paid.denominator)))
    return found


def _amount(exact: Fraction, *, whole: bool) -> int:
    """Millionths of a part, what is sold or comes back rounded up by its unit."""
    step = MICRO if whole else 1
    size = abs(exact)
    micro = -(-size.numerator // (size.denominator * step)) * step
    return micro if exact >= 0 else -micro


def _replaced(rows: FileRows, sources: Sequence[int], changed: Sequence[tuple[int, str, int, int | None]]) -> FileRows:
    """The rows at `sources`, in that order and with other values; each still says where it stands in the file."""
    columns: dict[str, list[Any]] = {
        name: [values[index] for index in sources] for name, values in rows.columns.items()
    }
    for place, name in enumerate(("line", "item", "quantity", "unit_price")):
        columns[name] = [row[place] for row in changed]
    return FileRows(
        rows.name,
        rows.label,
        rows.order,
        columns,
        rows.defaults,
        {name: [cells[index] for index in sources] for name, cells in rows.raw.items()},
        [rows.row_numbers[index] for index in sources],
        {place for place, index in enumerate(sources) if index in rows.bad},
        {place for place, index in enumerate(sources) if index in rows.bad_keys},
        rows.problems,
    )


def _kits(imp: Import, sold: Collection[str]) -> dict[str, Parts]:
    """The kits among what was sold, with their parts: as the files of this import say, else as the workshop does."""
    sources: dict[str, str] = dict(fetch(imp.reading, "SELECT code, source FROM item"))
    items = imp.file("items")
    if items is not None and items.has("source"):
        sources.update(zip(items.values("code"), items.values("source"), strict=True))
    if not any(sources.get(code) == "phantom" for code in sold):
        return {}
    direct = {kit: parts for kit, parts in kit_parts(imp.reading).items() if sources.get(kit) == "phantom"}
    direct |= {kit: parts for kit, parts in _from_files(imp).items() if sources.get(kit) == "phantom"}
    return {kit: resolved(direct, kit, DEEPEST) for kit in direct if kit in sold}


def _from_files(imp: Import) -> dict[str, Parts]:
    """Parts by parent as bom_lines.csv has them, of the last revision that holds today; options are left out."""
    rows = imp.file("bom_lines")
    if rows is None:
        return {}
    heads = _heads(imp)
    today = imp.today.isoformat()
    names = ("parent", "revision", "component", "quantity", "option", "valid_from", "valid_to")
    found: dict[str, dict[str, Parts]] = {}
    for parent, revision, component, quantity, option, start, end in zip(*map(rows.values, names), strict=True):
        output, head_start, head_end = heads.get((parent, revision), (MICRO, None, None))
        if quantity and not option[0] and holds(today, start, end) and holds(today, head_start, head_end):
            parts = found.setdefault(parent, {}).setdefault(revision, {})
            parts[component] = parts.get(component, Fraction(0)) + Fraction(quantity, output)
    return {parent: list(revisions.values())[-1] for parent, revisions in found.items()}


def _heads(imp: Import) -> dict[tuple[str, str], tuple[int, str | datetime.date | None, str | datetime.date | None]]:
    rows = imp.file("boms")
    if rows is None:
        return {}
    names = ("item", "revision", "output_quantity", "valid_from", "valid_to")
    return {
        (item, revision): (output, start, end)
        for item, revision, output, start, end in zip(*map(rows.values, names), strict=True)
    }


def _list_prices(imp: Import) -> dict[str, int]:
    prices: dict[str, int] = dict(fetch(imp.reading, "SELECT code, list_price FROM item WHERE list_price IS NOT NULL"))
    items = imp.file("items")
    if items is not None and items.has("list_price"):
        given = zip(items.values("code"), items.values("list_price"), strict=True)
        prices.update((code, price) for code, price in given if price is not None)
    return prices
