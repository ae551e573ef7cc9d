"""How much of an item is used in a day, from what was shipped, sold and issued lately."""

import datetime
from fractions import Fraction

from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

WINDOW_DAYS = 90  # calendar days looked back: a season, yet more than the slowest usual lead time
_WORKING_DAYS = 64  # of these, Monday to Friday


def daily_usage(reading: Reading, item_id: int, window_days: int = WINDOW_DAYS) -> Fraction | None:
    """Millionths used on a working day of the last `window_days`; None where nothing was used."""
    since = (reading.today - datetime.timedelta(days=window_days)).isoformat()
    until = (reading.today + datetime.timedelta(days=1)).isoformat()
    # Summed here and not by the database, whose sums end at 64 bits.
    used = fetch(
        reading,
        "SELECT quantity FROM order_line WHERE item_id = ? AND status IN ('shipped', 'closed')"
        " AND shipped_on >= ? AND shipped_on < ?"
        " UNION ALL SELECT quantity FROM pos_sale WHERE item_id = ? AND sold_at >= ? AND sold_at < ?"
        " UNION ALL SELECT -e.quantity FROM ledger_entry e JOIN stock s USING (stock_id)"
        " WHERE s.item_id = ? AND e.kind IN ('issue', 'return') AND e.at >= ? AND e.at < ?",
        (item_id, since, until) * 3,
    )
    quantity = sum(int(str(row[0])) for row in used)
    return Fraction(quantity * WINDOW_DAYS, _WORKING_DAYS * window_days) if quantity > 0 else None
