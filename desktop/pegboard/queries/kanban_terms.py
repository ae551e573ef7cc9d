"""Reads what the card formula needs of each loop: measured usage, and the lead time as measured or as declared."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pegboard.domain.kanban import LEAST_ROUNDS, ROUNDS, CardTerms, measured_days
from pegboard.domain.shop_calendar import ShopCalendar
from pegboard.queries.routing_days import Routings
from pegboard.queries.settings import settings
from pegboard.queries.usage import Usage, usages
from pegboard.storage.bulk import fetch
from pegboard.storage.reading_rows import calendar
from pegboard.storage.store import Reading

LONGEST_ROUND = 400  # days; whatever took longer was forgotten, not made or bought


@dataclass(frozen=True, slots=True)
class LeadTime:
    """The days until a card is back full.

    Attributes: days: working days; source: rounds (of the loop's cards), purchases, jobs, declared, or routing (of one
    container through the shop); samples: how many rounds, purchases or jobs it is the mean of.
    """

    days: Fraction
    source: str
    samples: int = 0


@dataclass(frozen=True, slots=True)
class LoopTerms:
    """All terms of the formula for one loop, with what they were measured from."""

    terms: CardTerms
    usage: Usage
    lead_time: LeadTime


@dataclass(frozen=True, slots=True)
class _Loop:
    loop_id: int
    item_id: int
    supplier_id: int | None
    container: int
    declared: int | None


# The lead time of what fills a loop, in working days: the article's, the supplier's, the item's.
_LOOPS = (
    "SELECT l.kanban_loop_id, l.item_id, l.supplier_id, l.container_quantity, coalesce("
    "(SELECT min(a.lead_time_days) FROM supplier_item a WHERE a.supplier_id = l.supplier_id"
    " AND a.item_id = l.item_id), s.lead_time_days, i.lead_time_days)"
    " FROM kanban_loop l JOIN item i ON i.item_id = l.item_id LEFT JOIN supplier s ON s.supplier_id = l.supplier_id"
    " ORDER BY l.kanban_loop_id"
)
_ROUNDS = (
    "SELECT c.kanban_loop_id, y.emptied_at, y.filled_at FROM card_cycle y"
    " JOIN kanban_card c ON c.kanban_card_id = y.kanban_card_id ORDER BY y.filled_at DESC, y.card_cycle_id DESC"
)
_PURCHASES = (
    "SELECT h.supplier_id, h.item_id, h.ordered_on, h.received_on FROM purchase_history h"
    " WHERE h.ordered_on IS NOT NULL AND h.received_on IS NOT NULL"
    " AND h.item_id IN (SELECT k.item_id FROM kanban_loop k)"
    " UNION ALL SELECT o.supplier_id, l.item_id, o.ordered_on, r.received_on FROM receipt r"
    " JOIN purchase_line l ON l.purchase_line_id = r.purchase_line_id"
    " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id"
    " WHERE o.ordered_on IS NOT NULL AND r.reverses_id IS NULL AND r.quantity > 0"
    " AND l.item_id IN (SELECT k.item_id FROM kanban_loop k) ORDER BY 4 DESC"
)
_JOBS = (
    "SELECT w.item_id, w.released_at, max(e.at) FROM work_order w"
    " JOIN ledger_entry e ON e.work_order_id = w.work_order_id AND e.kind = 'completion'"
    " WHERE w.state IN ('done', 'closed') AND w.released_at IS NOT NULL"
    " AND w.item_id IN (SELECT k.item_id FROM kanban_loop k)"
    " GROUP BY w.work_order_id, w.item_id, w.released_at ORDER BY 3 DESC"
)


def loop_terms(reading: Reading) -> dict[int, LoopTerms]:
    """The terms of every loop, by the loop's key. A handful of statements, however many loops there are."""
    loops = [_Loop(*row) for row in fetch(reading, _LOOPS)]
    if not loops:
        return {}
    used = usages(reading, [loop.item_id for loop in loops])
    measured = _Measured(reading)
    safety = Fraction(settings(reading).kanban_safety_percent.micro, 1_000_000)
    found = {}
    for loop in loops:
        lead = measured.of(loop)
        usage = used[loop.item_id]
        found[loop.loop_id] = LoopTerms(CardTerms(usage.daily, lead.days, safety, loop.container), usage, lead)
    return found


class _Measured:
    """Working days that rounds, purchases and jobs took, newest first."""

    def __init__(self, reading: Reading) -> None:
        self._days = calendar(reading)
        self._rounds = self._samples((loop, start, end) for loop, start, end in fetch(reading, _ROUNDS))
        self._bought = self._samples(
            ((supplier, item), start, end) for supplier, item, start, end in fetch(reading, _PURCHASES)
        )
        self._made = self._samples((item, start, end) for item, start, end in fetch(reading, _JOBS))
        self._routings = Routings(reading)

    def _samples(self, found: Iterable[tuple[object, str, str]]) -> dict[object, list[int]]:
        samples: dict[object, list[int]] = {}
        for key, start, end in found:
            kept = samples.setdefault(key, [])
            if len(kept) < ROUNDS:
                days = working_days(self._days, start, end)
                if 0 <= days <= LONGEST_ROUND:
                    kept.append(days)
        return samples

    def of(self, loop: _Loop) -> LeadTime:
        """The best measured lead time there is, else the declared one."""
        pulled: Sequence[tuple[str, list[int]]] = (
            ("rounds", self._rounds.get(loop.loop_id, [])),
            ("purchases", self._bought.get((loop.supplier_id, loop.item_id), []))
            if loop.supplier_id is not None
            else ("jobs", self._made.get(loop.item_id, [])),
        )
        for source, samples in pulled:
            mean = measured_days(samples)
            if mean is not None:
                return LeadTime(mean, source, len(samples))
        if loop.declared is not None:
            return LeadTime(Fraction(loop.declared), "declared")
        return LeadTime(Fraction(self._routings.days(loop.item_id, loop.container)), "routing")


def working_days(days: ShopCalendar, start: str, end: str) -> int:
    """Working days after the day of `start` up to that of `end`, both ISO days or instants; negative where reversed."""
    first, last = (datetime.date.fromisoformat(text[:10]).toordinal() for text in (start, end))
    if last < first:
        return -1
    return sum(days.is_working(day) for day in range(first + 1, min(last, first + 2 * LONGEST_ROUND) + 1))


__all__ = ["LEAST_ROUNDS", "LeadTime", "LoopTerms", "loop_terms", "working_days"]
