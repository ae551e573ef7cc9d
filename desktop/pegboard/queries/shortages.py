"""What nothing covers: found in one pass over all requirements, and kept until something is committed.

A workshop can have a million requirements, while lists are sorted and filtered again and again between two changes.
Every commit that changes anything leaves a line in the audit trail, so its last line tells whether what was found still
holds.
"""

import weakref
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from pegboard.storage.bulk import fetch
from pegboard.storage.rows import number
from pegboard.storage.store import Reading, Transaction

_UNCOVERED = (
    "r.quantity - r.issued_quantity"
    " - coalesce((SELECT sum(p.quantity) FROM peg p WHERE p.requirement_id = r.requirement_id), 0)"
)
_SHORT = (  # whether somebody still wants it is asked last, of the few that something is missing of
    f"SELECT r.item_id, r.work_order_id, {_UNCOVERED} AS missing FROM requirement r"
    f" WHERE r.quantity > r.issued_quantity AND {_UNCOVERED} > 0"
    " AND (EXISTS (SELECT 1 FROM demand d WHERE d.demand_id = r.demand_id AND d.state = 'open')"
    " OR EXISTS (SELECT 1 FROM work_order w WHERE w.work_order_id = r.work_order_id AND w.components_issued = 0"
    " AND w.state IN ('planned', 'released', 'in_progress')))"
)


@dataclass(frozen=True)
class Shortages:
    """All requirements that are not covered, of open demands and jobs: (item, job or None, millionths)."""

    rows: tuple[tuple[int, int | None, int], ...]

    @cached_property
    def by_item(self) -> dict[int, int]:
        """How much is missing of each item."""
        found: dict[int, int] = {}
        for item_id, _job, missing in self.rows:
            found[item_id] = found.get(item_id, 0) + missing
        return found

    @cached_property
    def jobs(self) -> frozenset[int]:
        """The jobs that miss something."""
        return frozenset(job for _item, job, _missing in self.rows if job is not None)


_KEPT: "weakref.WeakKeyDictionary[Engine, tuple[int, Shortages]]" = weakref.WeakKeyDictionary()


def shortages(reading: Reading) -> Shortages:
    """Return what nothing covers."""
    if isinstance(reading, Transaction):  # what it has changed is in no trail yet
        return _found(reading)
    engine, last = reading.connection.engine, number(reading, "SELECT max(audit_entry_id) FROM audit_entry")
    kept = _KEPT.get(engine)
    if kept is None or kept[0] != last:
        kept = _KEPT[engine] = (last, _found(reading))
    return kept[1]


def _found(reading: Reading) -> Shortages:
    return Shortages(tuple((row[0], row[1], row[2]) for row in fetch(reading, _SHORT)))
