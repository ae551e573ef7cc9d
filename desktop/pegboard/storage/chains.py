"""Why a demand that stands is late: the chain of supply it waits for, from the pegs in the file."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from pegboard.i18n import tr
from pegboard.storage.reading_rows import among
from pegboard.storage.store import Reading


class _Link(NamedTuple):
    due: str
    number: str
    item: str
    supplier: str
    job_id: int | None


_LATEST = (
    "SELECT {key}, COALESCE(w.due_date, l.due_date), COALESCE(w.number, o.number || '/' || l.line), i.code,"
    " COALESCE(s.code, ''), w.work_order_id, p.peg_id FROM requirement r"
    " JOIN peg p ON p.requirement_id = r.requirement_id JOIN item i ON i.item_id = r.item_id"
    " LEFT JOIN work_order w ON w.work_order_id = p.work_order_id"
    " LEFT JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
    " LEFT JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " LEFT JOIN supplier s ON s.supplier_id = o.supplier_id"
    " WHERE COALESCE(w.due_date, l.due_date) > r.need_date AND {{among}}"
)


def chains_of_demands(reading: Reading, demand_ids: Iterable[int]) -> dict[int, str]:
    """For each demand the latest supply that comes after its need, what that waits for likewise, and so on, in words.

    Takes two queries for each level of the chain, however many demands there are.
    """
    links = _latest(reading, "r.demand_id", demand_ids)
    chains = {demand_id: [link] for demand_id, link in links.items()}
    growing = dict(links)
    while growing:
        jobs = {link.job_id for link in growing.values() if link.job_id is not None}
        below = _latest(reading, "r.work_order_id", jobs)
        further = {}
        for demand_id, link in growing.items():
            deeper = below.get(link.job_id) if link.job_id is not None else None
            if deeper is not None:
                chains[demand_id].append(deeper)
                further[demand_id] = deeper
        growing = further
    return {demand_id: ", ".join(_words(link) for link in chain) for demand_id, chain in chains.items()}


def _latest(reading: Reading, key: str, ids: Iterable[int]) -> dict[int, _Link]:
    latest: dict[int, _Link] = {}
    rows: list[tuple[Any, ...]] = list(among(reading, _LATEST.format(key=key), key, ids))
    rows.sort(key=lambda row: (row[3], row[6]))  # of two that come on one day, the first item by code is named
    for owner, *link, _peg_id in rows:
        known = latest.get(owner)
        if known is None or link[0] > known.due:
            latest[owner] = _Link(*link)
    return latest


def _words(link: _Link) -> str:
    day = date.fromisoformat(link.due)
    if link.job_id is not None:
        return tr("{number} {item} done {day}", number=link.number, item=link.item, day=day)
    return tr(
        "{number} {item} from {supplier} {day}", number=link.number, item=link.item, supplier=link.supplier, day=day
    )
