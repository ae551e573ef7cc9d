"""How long a made item takes through the shop by its routing, in working days."""

from fractions import Fraction
from typing import Any

from pegboard.storage.bulk import fetch
from pegboard.storage.store import Reading

MICRO = 1_000_000
_ROUTINGS = (
    "SELECT o.item_id, o.setup_minutes, o.run_minutes, o.lead_time_days, c.queue_days, c.hours_per_day, c.machines"
    " FROM routing_operation o JOIN item i ON i.item_id = o.item_id"
    " LEFT JOIN work_center c ON c.work_center_id = o.work_center_id WHERE o.revision ="
    " (SELECT max(x.revision) FROM routing_operation x WHERE x.item_id = o.item_id AND x.revision IN ('', i.revision))"
    " AND (o.option_group = '' OR EXISTS (SELECT 1 FROM option_group g JOIN option_choice d"
    " ON d.option_group_id = g.option_group_id WHERE g.item_id = o.item_id AND g.code = o.option_group"
    " AND d.code = o.option_choice AND d.is_default = 1))"
)


class Routings:
    """The operations of every made item, of its present revision or the one without; of options the defaults'."""

    def __init__(self, reading: Reading) -> None:
        self._steps: dict[int, list[tuple[Any, ...]]] = {}
        for item, *step in fetch(reading, _ROUTINGS):
            self._steps.setdefault(item, []).append(tuple(step))

    def days(self, item_id: int, quantity: int) -> int:
        """Working days for so many millionths, rounded up to whole days; 0 without a routing."""
        days = sum((_days(step, quantity) for step in self._steps.get(item_id, ())), Fraction(0))
        return -(-days.numerator // days.denominator)


def _days(step: tuple[Any, ...], quantity: int) -> Fraction:
    """Days of one operation: queue + (setup + run x quantity) / 60 / hours / machines, or what a supplier needs."""
    setup, run, outside, queue, hours, machines = step
    if hours is None:
        return Fraction(outside or 0)
    minutes = Fraction(setup) / MICRO + Fraction(run * quantity) / MICRO**2
    busy: Fraction = minutes / 60 / (Fraction(hours, MICRO) * machines)
    return Fraction(queue, MICRO) + busy
