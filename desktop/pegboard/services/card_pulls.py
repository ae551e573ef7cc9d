"""Pulls with a card so that its order stands at once: for people who stand before the empty container."""

from dataclasses import dataclass, replace

from pegboard.domain.kanban import CardState
from pegboard.i18n import tr
from pegboard.progress import UNWATCHED, Progress
from pegboard.queries.kanban import supply_of_card
from pegboard.services.explosion import explode_demand
from pegboard.services.kanban import Scanned, scan
from pegboard.services.kanban_loops import add_extra_card
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Transaction


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a scan did, and what its explosion made: jobs and purchase lines, lines of drafts that grew among them."""

    scanned: Scanned
    jobs: int = 0
    lines: int = 0

    @property
    def has_made(self) -> bool:
        """Whether anything new was ordered."""
        return bool(self.jobs or self.lines)

    @property
    def text(self) -> str:
        """What to say to whoever scanned it."""
        scanned = self.scanned
        if scanned.did != "pulled" or not scanned.supply:
            return scanned.text
        if scanned.due is None:
            return tr("{text} It lies at {place}.", text=scanned.text, place=scanned.supply)
        return tr("{text} {supply} brings it on {due}.", text=scanned.text, supply=scanned.supply, due=scanned.due)


def pull(tx: Transaction, name: str, progress: Progress = UNWATCHED) -> Pulled:
    """Scan KANBAN:ITEM:CARD; where it pulls, or nothing covers it yet, explode its demand and no other.

    Raises as `scan` does.
    """
    scanned = scan(tx, name)
    if scanned.state is not CardState.EMPTY:
        return Pulled(scanned)
    rows = fetch(
        tx,
        "SELECT demand_id, kanban_card_id FROM demand WHERE name = ? AND kind = 'kanban' AND state = 'open'",
        (scanned.name,),
    )
    plan = explode_demand(tx, [row[0] for row in rows], progress).plan
    supply, due = supply_of_card(tx, rows[0][1]) if rows else ("", None)
    return Pulled(replace(scanned, supply=supply, due=due), len(plan.jobs), len(plan.lines))


def pull_extra(tx: Transaction, loop_id: int) -> Pulled:
    """Add a card that goes round once, and order its container. Raises NotFound for a loop that is no more."""
    return pull(tx, add_extra_card(tx, loop_id))
