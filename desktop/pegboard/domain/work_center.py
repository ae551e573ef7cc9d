"""A work center as it is typed, and what must hold before it is kept."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pegboard.domain.problem import Problem
from pegboard.domain.quantity import MICRO, Price, Quantity
from pegboard.domain.record_checks import MOST, code_problems
from pegboard.i18n import tr

NONE = Quantity(0)
EIGHT = Quantity(8 * MICRO)
DAY = Quantity(24 * MICRO)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCenterDraft:
    """Where operations are done.

    Attributes: hours_per_day: of each machine; hourly_rate: in the shop's currency, None where it is not known;
    queue_days: how long a job waits there before it is begun.
    """

    code: str
    description: str = ""
    hours_per_day: Quantity = EIGHT
    machines: int = 1
    hourly_rate: Price | None = None
    queue_days: Quantity = NONE


def check_work_center(draft: WorkCenterDraft, taken: AbstractSet[str] = frozenset()) -> tuple[Problem, ...]:
    """All that is wrong with a work center; `taken` are codes that other work centers have."""
    return (*code_problems(draft.code, taken), *_capacity_problems(draft))


def _capacity_problems(draft: WorkCenterDraft) -> Iterator[Problem]:
    if not NONE < draft.hours_per_day <= DAY:
        yield Problem("hours_per_day", tr("A day has more than 0 and at most 24 hours."))
    if not 1 <= draft.machines <= MOST:
        yield Problem("machines", tr("There is at least one machine."))
    if draft.hourly_rate is not None and draft.hourly_rate.micro < 0:
        yield Problem("hourly_rate", tr("A rate cannot be negative."))
    if draft.queue_days < NONE:
        yield Problem("queue_days", tr("Days are 0 or more."))
