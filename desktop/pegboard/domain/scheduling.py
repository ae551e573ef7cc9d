"""Lead times and dates: backward from the need, then forward from today.

A work order is due by its need date and starts its lead time earlier; a purchase is due by the need date and ordered
its lead time earlier. Nothing starts or is ordered before today, and a job starts no earlier than its latest component.
"""

from collections.abc import Mapping, Sequence
from math import lcm

from pegboard.domain.configuration import is_chosen
from pegboard.domain.quantity import MICRO
from pegboard.domain.recipe import ceil_to
from pegboard.domain.shop_calendar import ShopCalendar
from pegboard.domain.snapshot import Article, Choices, PlanItem, PlanOperation


class LeadTimes:
    """Lead times of made items, in working days; routings are summed once."""

    def __init__(self, routings: Mapping[tuple[int, str], Sequence[PlanOperation]]) -> None:
        self._routings = routings
        self._configured = {
            item_id for (item_id, _), steps in routings.items() if any(step.option_group for step in steps)
        }
        self._sums: dict[tuple[int, str, Choices], tuple[int, int, int]] = {}

    def operations(self, item_id: int, revision: str, choices: Choices = ()) -> Sequence[PlanOperation]:
        """The routing of that BOM revision, else the one without a revision; of optional steps those chosen."""
        routing = self._routings.get((item_id, revision)) or self._routings.get((item_id, ""), ())
        if item_id not in self._configured:
            return routing
        chosen = dict(choices)
        return [
            step
            for step in routing
            if not step.option_group or is_chosen(step.option_choice, chosen.get(step.option_group))
        ]

    def days(self, item: PlanItem, revision: str, start_quantity: int, choices: Choices = ()) -> int:
        """Working days that a job of `start_quantity` (millionths) takes: the item's lead time, else its routing's."""
        if item.lead_time_days is not None:
            return item.lead_time_days
        key = (item.item_id, revision, choices if item.item_id in self._configured else ())
        known = self._sums.get(key)
        if known is None:
            known = self._sums[key] = routing_days(self.operations(*key))
        fixed, for_each, per_day = known
        return ceil_to(fixed + for_each * start_quantity, per_day)


def routing_days(operations: Sequence[PlanOperation]) -> tuple[int, int, int]:
    """Sum operations as (fixed + for_each x quantity) / per_day working days, all whole numbers.

    An operation takes queue days + (setup + run x quantity) / 60 / hours per day / machines; one that is subcontracted
    takes its lead time.
    """
    fixed, for_each, common = 0, 0, 1
    for operation in operations:
        day_fixed, day_each, denominator = _operation_days(operation)
        both = lcm(common, denominator)
        fixed = fixed * (both // common) + day_fixed * (both // denominator)
        for_each = for_each * (both // common) + day_each * (both // denominator)
        common = both
    return fixed, for_each, common


def _operation_days(operation: PlanOperation) -> tuple[int, int, int]:
    """(fixed, for each millionth, denominator); setup, hours and run minutes are millionths."""
    if operation.supplier_id is not None:
        return operation.lead_time_days, 0, 1
    capacity = 60 * operation.hours_per_day * operation.machines  # minutes a day, millionths
    if capacity <= 0:
        return operation.queue_days, 0, MICRO
    fixed = operation.queue_days * capacity + operation.setup_minutes * MICRO
    return fixed, operation.run_minutes, capacity * MICRO


def operation_end(
    calendar: ShopCalendar, operations: Sequence[PlanOperation], sequence: int, start: int, due: int, quantity: int
) -> int:
    """The day on which an operation of a job that starts on `start` should end, never after the job's due day."""
    until = [operation for operation in operations if operation.sequence <= sequence]
    fixed, for_each, per_day = routing_days(until)
    return min(due, calendar.add(start, ceil_to(fixed + for_each * quantity, per_day)))


def arrival(calendar: ShopCalendar, today: int, article: Article) -> int:
    """The day on which goods ordered today come."""
    days = article.lead_time_days or 0
    if article.calendar_lead_time:
        return calendar.on_or_after(today + days)
    return calendar.add(today, days)


def order_by(calendar: ShopCalendar, today: int, due: int, article: Article) -> int:
    """The last day to order goods that are due on `due`, never before today."""
    days = article.lead_time_days or 0
    if article.calendar_lead_time:
        return max(today, calendar.on_or_before(due - days))
    return max(today, calendar.subtract(due, days))
