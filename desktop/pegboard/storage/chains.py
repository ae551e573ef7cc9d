"""Why a demand that stands is late: the chain of supply it waits for, from the pegs in the file."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from pegboard.i18n import tr
from pegboard.storage.reading_rows import among
from pegboard.storage.store import Reading
from pegboard.storage.true_dates import TrueDates


class _Link(NamedTuple):
    due: str
    number: str
    item: str
    supplier: str
    job_id: int | None


_LATEST = (
    "SELECT {key}, COALESCE(w.due_date, l.promised_date, l.due_date), COALESCE(w.number, o.number || '/' || l.line),"
    " i.code, COALESCE(s.code, ''), w.work_order_id, p.peg_id, l.purchase_line_id, r.need_date FROM requirement r"
    " JOIN peg p ON p.requirement_id = r.requirement_id JOIN item i ON i.item_id = r.item_id"
    " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
    " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
    " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " LEFT JOIN supplier s ON s.supplier_id = o.supplier_id"
    " WHERE p.stock_id IS NULL AND {{among}}"
)


def chains_of_demands(reading: Reading, demand_ids: Iterable[int], pushed: TrueDates) -> dict[int, str]:
    """For each demand the latest supply that comes after its need, what that waits for likewise, and so on, in words.

    `pushed` has the dates that no longer hold as they stand.
    Takes two queries for each level of the chain, however many demands there are.
    """
    links = _latest(reading, "r.demand_id", demand_ids, pushed)
    chains = {demand_id: [link] for demand_id, link in links.items()}
    growing = dict(links)
    while growing:
        jobs = {link.job_id for link in growing.values() if link.job_id is not None}
        below = _latest(reading, "r.work_order_id", jobs, pushed)
        further = {}
        for demand_id, link in growing.items():
            deeper = below.get(link.job_id) if link.job_id is not None else None
            if deeper is not None:
                chains[demand_id].append(deeper)
                further[demand_id] = deeper
        growing = further
    return {demand_id: ", ".join(_words(link) for link in chain) for demand_id, chain in chains.items()}


def _latest(reading: Reading, key: str, ids: Iterable[int], pushed: TrueDates) -> dict[int, _Link]:
    latest: dict[int, _Link] = {}
    rows: list[tuple[Any, ...]] = list(among(reading, _LATEST.format(key=key), key, ids))
    rows.sort(key=lambda row: (row[3], row[6]))  # of two that come on one day, the first item by code is named
    today = reading.today.isoformat()
    for owner, stored, number, item, supplier, job_id, _peg_id, line_id, need in rows:
        moved = pushed.jobs.get(job_id) if job_id is not None else pushed.lines.get(line_id)
        due = max(today, stored if moved is None else date.fromordinal(moved.due).isoformat())
        known = latest.get(owner)
        if due > need and (known is None or due > known.due):
            latest[owner] = _Link(due, number, item, supplier, job_id)
    return latest


def _words(link: _Link) -> str:
    day = date.fromisoformat(link.due)
    if link.job_id is not None:
        return tr("{number} {item} done {day}", number=link.number, item=link.item, day=day)
    return tr(
        "{number} {item} from {supplier} {day}", number=link.number, item=link.item, supplier=link.supplier, day=day
    )
