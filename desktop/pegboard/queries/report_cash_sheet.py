"""Everything that the owner's page says, on the screen and on its one sheet of paper."""

from dataclasses import dataclass
from datetime import date

from pegboard.domain.cash_cycle import Effect, effects
from pegboard.domain.period import Period
from pegboard.queries.backup_state import BackupState, backup_state
from pegboard.queries.report_cash_causes import NamedCause, top_causes
from pegboard.queries.report_cash_cycle import CycleHistory, cycle_history
from pegboard.queries.report_cash_lists import Concern, cash_stuck, promises_at_risk, supply_at_risk
from pegboard.storage.store import Reading

TOP = 5  # causes
LINES = 6  # of each list


@dataclass(frozen=True, slots=True)
class ShortList:
    """The first lines of a list, and how many it has."""

    lines: tuple[Concern, ...]
    count: int


@dataclass(frozen=True, slots=True)
class CashSheet:
    """The page.

    Attributes: history: the cycle now, before and over time; effects: what moved it, by part; causes: who moved it
    most; stuck, promises, supply: the three lists, of `today`; backup: when all of this was last copied away.
    """

    today: date
    history: CycleHistory
    effects: tuple[Effect, ...]
    causes: tuple[NamedCause, ...]
    stuck: ShortList
    promises: ShortList
    supply: ShortList
    backup: BackupState


def cash_sheet(reading: Reading, period: Period) -> CashSheet:
    """Read the page of a period; the lists say what is so today."""
    history = cycle_history(reading, period)
    is_known = history.now.days is not None and history.before.days is not None
    return CashSheet(
        reading.today,
        history,
        effects(history.before, history.now) if is_known else (),
        top_causes(reading, history, TOP),
        _short(cash_stuck(reading)),
        _short(promises_at_risk(reading)),
        _short(supply_at_risk(reading)),
        backup_state(reading),
    )


def _short(found: tuple[Concern, ...]) -> ShortList:
    return ShortList(found[:LINES], len(found))
