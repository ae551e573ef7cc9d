"""Reads the caps on customer jobs at work (CONWIP): how many are released, and which one comes next as work leaves.

A cap counts jobs that a customer order pulled; what kanban cards pull is capped by the number of cards. The cap of the
shop counts released jobs, that of a work center those which still have to pass it (Spearman, Woodruff and Hopp, CONWIP,
1990).
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from pegboard.domain.configuration import asks_for
from pegboard.queries.job_cover import covers
from pegboard.queries.pulled_by import pulled_by
from pegboard.queries.settings import settings
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

SHOP = ""
READY = ("here", "issued", "none")


@dataclass(frozen=True, slots=True)
class CappedJob:
    """A customer job that counts, or waits to be released. `is_ready`: all its parts are here."""

    number: str
    item: str
    due: datetime.date
    is_ready: bool = True


@dataclass(frozen=True, slots=True)
class Cap:
    """One cap.

    Attributes: work_center: its code, "" for the whole shop; limit: jobs; jobs: those that count now; waiting: planned
    ones that would count, in due order.
    """

    work_center: str
    limit: int
    jobs: tuple[CappedJob, ...]
    waiting: tuple[CappedJob, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether no further job may be released."""
        return len(self.jobs) >= self.limit


def limits(reading: Reading) -> dict[str, int]:
    """The caps that are set, by work center; the shop's is called ""."""
    chosen = settings(reading)
    found = {SHOP: chosen.wip_cap} if chosen.wip_cap else {}
    for part in filter(None, chosen.work_center_wip_caps.split(";")):
        code, _, limit = part.rpartition("=")
        found[code] = int(limit)
    return found


def caps(reading: Reading) -> tuple[Cap, ...]:
    """Every cap with its jobs and those that wait, the shop's first."""
    set_limits = limits(reading)
    if not set_limits:
        return ()
    counting = _jobs(reading, "w.state IN ('released', 'in_progress')")
    waiting = _jobs(reading, "w.state = 'planned'")
    ready = covers(reading, waiting)
    passing, routed = _centers_ahead(reading, counting), _centers_routed(reading, waiting)
    found = []
    for code, limit in sorted(set_limits.items()):
        held = tuple(job for key, job in counting.items() if code == SHOP or code in passing.get(key, ()))
        queue = tuple(
            CappedJob(job.number, job.item, job.due, ready[key].kind in READY if key in ready else True)
            for key, job in waiting.items()
            if code == SHOP or code in routed.get(key, ())
        )
        found.append(Cap(code, limit, held, queue))
    return tuple(found)


def at_work(reading: Reading) -> tuple[Cap, ...]:
    """Every cap with the jobs that count now, the shop's first; who waits is not looked up."""
    set_limits = limits(reading)
    if not set_limits:
        return ()
    counting = _jobs(reading, "w.state IN ('released', 'in_progress')")
    ahead = _centers_ahead(reading, counting)
    return tuple(
        Cap(code, limit, tuple(job for key, job in counting.items() if code == SHOP or code in ahead.get(key, ())))
        for code, limit in sorted(set_limits.items())
    )


def caps_without_room(reading: Reading, work_order_id: int) -> tuple[Cap, ...]:
    """The caps that keep a planned job from being released; none for a job that no customer order pulled."""
    set_limits = limits(reading)
    if not set_limits or not _is_pulled_by_order(reading, [work_order_id]):
        return ()
    passed = _centers_routed(reading, [work_order_id]).get(work_order_id, set())
    concerned = {code: limit for code, limit in set_limits.items() if code == SHOP or code in passed}
    if not concerned:
        return ()
    counting = _jobs(reading, "w.state IN ('released', 'in_progress')")
    ahead = _centers_ahead(reading, counting)
    found = []
    for code, limit in sorted(concerned.items()):
        held = tuple(job for key, job in counting.items() if code == SHOP or code in ahead.get(key, ()))
        if len(held) >= limit:
            found.append(Cap(code, limit, held))
    return tuple(found)


def _jobs(reading: Reading, condition: str) -> dict[int, CappedJob]:
    """Customer jobs in due order, by key."""
    found = fetch(
        reading,
        "SELECT w.work_order_id, w.number, i.code, w.due_date FROM work_order w JOIN item i ON i.item_id = w.item_id"
        f" WHERE {condition} ORDER BY w.due_date, w.start_date, w.work_order_id",
    )
    pulled = _is_pulled_by_order(reading, [row[0] for row in found])
    return {row[0]: CappedJob(row[1], row[2], datetime.date.fromisoformat(row[3])) for row in found if row[0] in pulled}


def _is_pulled_by_order(reading: Reading, keys: Collection[int]) -> set[int]:
    above = pulled_by(reading, keys)
    return {key for key in keys if any(demand.kind == "order" for demand in above[key].demands)}


def _centers_ahead(reading: Reading, keys: Collection[int]) -> dict[int, set[str]]:
    """The work centers that released jobs have still to pass."""
    found: dict[int, set[str]] = {}
    for key, code in fetch(
        reading,
        "SELECT o.work_order_id, c.code FROM work_order_operation o"
        " JOIN work_center c ON c.work_center_id = o.work_center_id WHERE o.state <> 'finished'",
    ):
        if key in keys:
            found.setdefault(key, set()).add(code)
    return found


def _centers_routed(reading: Reading, keys: Collection[int]) -> dict[int, set[str]]:
    """The work centers on the routing of planned jobs: of their revision, or the one without revision."""
    found: dict[int, set[str]] = {}
    for key, code, choices, group, choice in fetch(
        reading,
        "SELECT w.work_order_id, c.code, w.choices, o.option_group, o.option_choice FROM work_order w"
        " JOIN routing_operation o ON o.item_id = w.item_id"
        " AND o.revision = (SELECT max(x.revision) FROM routing_operation x WHERE x.item_id = w.item_id"
        " AND x.revision IN ('', w.revision)) JOIN work_center c ON c.work_center_id = o.work_center_id"
        " WHERE w.state = 'planned'",
    ):
        if key in keys and asks_for(choices, group, choice):
            found.setdefault(key, set()).add(code)
    return found
