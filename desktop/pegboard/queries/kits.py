"""What a kit (a phantom that is sold) consists of: what is taken from the shelf when one is sold."""

import datetime
from fractions import Fraction

from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

DEEPEST = 20  # kits within kits; a cycle cannot be saved, but a file may come from elsewhere
Parts = dict[str, Fraction]  # units of each item in one kit, exact

_LINES = (
    "SELECT k.code, b.bom_id, b.output_quantity, b.valid_from, b.valid_to, c.code, l.quantity, l.valid_from, l.valid_to"
    " FROM bom b JOIN item k ON k.item_id = b.item_id JOIN bom_line l ON l.bom_id = b.bom_id"
    " JOIN item c ON c.item_id = l.component_id"
    " WHERE k.source = 'phantom' AND l.quantity > 0 AND l.option_group = '' ORDER BY k.code, b.bom_id, l.line"
)


def kit_parts(reading: Reading) -> dict[str, Parts]:
    """Each kit with its parts as they hold today, kits within kits resolved; options are left out, as nobody chose."""
    today = reading.today.isoformat()
    direct: dict[str, dict[int, Parts]] = {}
    for kit, bom, output, start, end, part, quantity, line_start, line_end in fetch(reading, _LINES):
        if holds(today, start, end) and holds(today, line_start, line_end):
            parts = direct.setdefault(kit, {}).setdefault(bom, {})
            parts[part] = parts.get(part, Fraction(0)) + Fraction(quantity, output)
    newest = {kit: boms[max(boms)] for kit, boms in direct.items()}
    return {kit: resolved(newest, kit, DEEPEST) for kit in newest}


def resolved(direct: dict[str, Parts], kit: str, depth: int) -> Parts:
    """The parts of a kit where those of `direct` may be kits themselves, at most `depth` deep."""
    found: Parts = {}
    for part, quantity in direct[kit].items():
        below = resolved(direct, part, depth - 1) if part in direct and depth else {part: Fraction(1)}
        for item, each in below.items():
            found[item] = found.get(item, Fraction(0)) + quantity * each
    return found


def holds(today: str, start: str | datetime.date | None, end: str | datetime.date | None) -> bool:
    """Say whether a day lies within two days, both ends inclusive; None leaves an end open."""
    return (start is None or str(start) <= today) and (end is None or str(end) >= today)
