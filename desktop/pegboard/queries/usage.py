"""How much of an item is used in a day, from what was shipped, sold and issued lately."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

WINDOW_DAYS = 90  # calendar days looked back: a season, yet more than the slowest usual lead time
_WORKING_DAYS = 64  # of these, Monday to Friday


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used of an item in `window_days` calendar days, in millionths; nothing where more came back."""

    quantity: int
    window_days: int = WINDOW_DAYS

    @property
    def working_days(self) -> Fraction:
        """How many days of the window are worked, Monday to Friday."""
        return Fraction(_WORKING_DAYS * self.window_days, WINDOW_DAYS)

    @property
    def daily(self) -> Fraction | None:
        """Millionths on a working day; None where nothing was used."""
        return Fraction(self.quantity) / self.working_days if self.quantity > 0 else None


_USED = (
    "SELECT item_id, quantity, 0 AS job FROM order_line WHERE status IN ('shipped', 'closed')"
    " AND shipped_on >= ? AND shipped_on < ?{one}"
    " UNION ALL SELECT item_id, quantity, 0 FROM pos_sale WHERE sold_at >= ? AND sold_at < ?{one}"
    " UNION ALL SELECT s.item_id, -e.quantity, COALESCE(e.work_order_id, 0) FROM ledger_entry e"
    " JOIN stock s ON s.stock_id = e.stock_id"
    " WHERE e.kind IN ('issue', 'return') AND e.at >= ? AND e.at < ?{stock}"
)


def inferred_jobs(reading: Reading) -> frozenset[int]:
    """Jobs that nothing but an inference wants, or wanted until it expired: what they use up is a guess, no usage.

    Once a real order has taken such a job over it counts like any other.
    """
    guessed = _jobs_below(reading, "= 'inferred'")
    expired = fetch(reading, "SELECT work_order_id FROM work_order WHERE surplus_reason = 'expired'")
    guessed |= {row[0] for row in expired}
    return frozenset(guessed - _jobs_below(reading, "<> 'inferred'")) if guessed else frozenset()


def _jobs_below(reading: Reading, kind: str) -> set[int]:
    """The jobs that open demand of some kinds claims, down the pegs."""
    found = fetch(
        reading,
        "WITH RECURSIVE claimed(work_order_id) AS (SELECT p.work_order_id FROM demand d"
        " JOIN requirement r ON r.demand_id = d.demand_id JOIN peg p ON p.requirement_id = r.requirement_id"
        f" WHERE d.state = 'open' AND d.kind {kind} AND p.work_order_id IS NOT NULL"
        " UNION SELECT p.work_order_id FROM claimed c JOIN requirement r ON r.work_order_id = c.work_order_id"
        " JOIN peg p ON p.requirement_id = r.requirement_id WHERE p.work_order_id IS NOT NULL)"
        " SELECT work_order_id FROM claimed",
    )
    return {row[0] for row in found}


def usages(reading: Reading, item_ids: Collection[int], window_days: int = WINDOW_DAYS) -> dict[int, Usage]:
    """What was used of each of these items; one statement, however many they are."""
    since = (reading.today - datetime.timedelta(days=window_days)).isoformat()
    until = (reading.today + datetime.timedelta(days=1)).isoformat()
    wanted = set(item_ids)
    if len(wanted) == 1:
        given: tuple[object, ...] = (since, until, *wanted)
        statement = _USED.format(one=" AND item_id = ?", stock=" AND s.item_id = ?")
    else:
        given, statement = (since, until), _USED.format(one="", stock="")
    used = dict.fromkeys(wanted, 0)
    # Summed here and not by the database, whose sums end at 64 bits.
    guessed = inferred_jobs(reading)
    for item_id, quantity, job in fetch(reading, statement, given * 3):
        if item_id in used and job not in guessed:
            used[item_id] += int(str(quantity))
    return {item_id: Usage(quantity, window_days) for item_id, quantity in used.items()}


def daily_usage(reading: Reading, item_id: int, window_days: int = WINDOW_DAYS) -> Fraction | None:
    """Millionths used on a working day of the last `window_days`; None where nothing was used."""
    return usages(reading, [item_id], window_days)[item_id].daily
