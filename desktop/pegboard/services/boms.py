"""Keeps the order of items that planning works in, and refuses cyclic BOMs."""

from typing import cast

from pegboard.domain.bom import CyclicBom, components_of, find_cycle, low_level_codes
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading, Transaction

_EDGES = """
    SELECT bom.item_id, bom_line.component_id FROM bom_line JOIN bom USING (bom_id)
    UNION
    SELECT bom.item_id, bom_alternate.item_id
    FROM bom_alternate JOIN bom_line USING (bom_line_id) JOIN bom USING (bom_id)
"""


def bom_edges(reading: Reading) -> list[tuple[int, int]]:
    """Parent and component (or alternate) of all BOM lines, as item ids."""
    return cast(list[tuple[int, int]], list(fetch(reading, _EDGES)))


def refresh_low_level_codes(tx: Transaction) -> None:
    """Bring the low-level codes of all items up to date after a change of BOMs.

    Raises CyclicBom, a Refused, with the codes of the cycle.
    """
    components = components_of(bom_edges(tx))
    codes = low_level_codes(components)
    if any(parent not in codes for parent in components):
        by_id = cast(dict[int, str], dict(fetch(tx, "SELECT item_id, code FROM item")))
        raise CyclicBom(by_id[item] for item in find_cycle(components))
    current = cast(dict[int, int], dict(fetch(tx, "SELECT item_id, low_level_code FROM item")))
    stale = [(codes.get(item, 0), item) for item, code in current.items() if code != codes.get(item, 0)]
    if stale:
        tx.connection.exec_driver_sql("UPDATE item SET low_level_code = ? WHERE item_id = ?", stale)
