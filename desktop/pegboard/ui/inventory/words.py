"""Words and marks for stock: states, movements, who claims what."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.counts import CountRow
from pegboard.queries.genealogy import Link
from pegboard.queries.inventory import LotRow, StockRow
from pegboard.queries.pulled_by import Puller
from pegboard.queries.stock_movements import ClaimRow, MovementRow, SupplyRow
from pegboard.ui import formats
from pegboard.ui.marks import Mark, State
from pegboard.ui.reasons import surplus_reason


def stock_mark(row: StockRow) -> Mark | None:
    """Return what is wrong with an item's stock: short before what cannot be used."""
    if row.short:
        return Mark(State.SHORT, tr("{quantity} short", quantity=formats.quantity(row.short)))
    if row.blocked:
        return Mark(State.DECISION, tr("{quantity} blocked", quantity=formats.quantity(row.blocked)))
    if row.unknown:
        return Mark(State.DECISION, tr("no cost"))
    return None


ALL = 0  # the key of the row for all lots together


def together(lots: Sequence[LotRow], free: Quantity) -> LotRow:
    """Sum up lots in a row of their own; `free` is what a new demand could take of them."""
    worth = [lot.value for lot in lots if lot.value is not None]
    return replace(
        lots[0],
        key=ALL,
        name="",
        location=tr("All"),
        lot="",
        quantity=Quantity(sum(lot.quantity.micro for lot in lots)),
        pegged=Quantity(sum(lot.pegged.micro for lot in lots)),
        free=free,
        value=sum(worth[1:], worth[0]) if worth else None,
        unit_cost=None,
        received=min((lot.received for lot in lots if lot.received is not None), default=None),
        expires=None,
    )


def lot_mark(lot: LotRow) -> Mark | None:
    """Return whether a lot can be used."""
    if lot.key == ALL:
        return None
    if lot.status == "quarantine":
        return Mark(State.DECISION, tr("quarantine"))
    if lot.is_expired:
        return Mark(State.LATE, tr("expired"))
    if lot.keeps_level:
        return Mark(State.WAITING, tr("for sale here"))
    if lot.free:
        return Mark(State.READY, tr("free") if not lot.pegged else tr("part free"))
    return Mark(State.IN_PROGRESS, tr("allocated"))


def age_text(received: datetime.date | None, today: datetime.date) -> str:
    """Say how long something has been lying."""
    if received is None:
        return ""
    days = (today - received).days
    return tr("1 day") if days == 1 else tr("{count} days", count=days)


def movement_word(movement: MovementRow) -> str:
    """Return what a movement was."""
    return {
        "count": tr("count"),
        "receipt": tr("received"),
        "reject": tr("rejected"),
        "issue": tr("issued to a job"),
        "return": tr("returned"),
        "completion": tr("made"),
        "scrap": tr("scrapped"),
        "ship": tr("shipped"),
        "sale": tr("sold"),
        "transfer": tr("moved"),
        "adjust": tr("corrected"),
    }.get(movement.kind, movement.kind)


def place_text(location: str, lot: str) -> str:
    """Return location and lot in one."""
    return f"{location} {lot}".strip()


def claim_text(claim: ClaimRow) -> str:
    """Say which demands at the top a claim is for."""
    if not claim.tops:
        return ""
    first = puller_text(claim.tops[0])
    return tr("{demand} and {count} more", demand=first, count=len(claim.tops) - 1) if claim.tops[1:] else first


def puller_text(puller: Puller) -> str:
    """Name a demand with its customer."""
    return " ".join(filter(None, (puller.name, puller.customer)))


def supply_mark(supply: SupplyRow) -> Mark:
    """Return how far a supply is."""
    if supply.is_late:
        return Mark(State.LATE, tr("overdue"))
    return {
        "draft": Mark(State.WAITING, tr("to order")),
        "sent": Mark(State.IN_PROGRESS, tr("on its way")),
        "planned": Mark(State.WAITING, tr("planned")),
        "released": Mark(State.READY, tr("released")),
        "in_progress": Mark(State.IN_PROGRESS, tr("in progress")),
    }[supply.state]


def surplus_text(supply: SupplyRow) -> str:
    """Say how much of a supply nobody claims, and why it comes all the same."""
    if not supply.surplus:
        return ""
    reason = surplus_reason(supply.reason)
    return f"{formats.quantity(supply.surplus)}: {reason}" if reason else formats.quantity(supply.surplus)


def all_surplus(row: StockRow, to_come: Sequence[tuple[str, Quantity]], today: datetime.date) -> str:
    """Say what no demand wants: how much lies there and for how long, how much is to come and why."""
    parts = []
    if row.free:
        text = tr("{quantity} free", quantity=formats.quantity(row.free))
        age = age_text(row.oldest, today)
        parts.append(tr("{free}, the oldest {age} old", free=text, age=age) if age else text)
    for reason, quantity in to_come:
        parts.append(
            tr("{quantity} to come: {reason}", quantity=formats.quantity(quantity), reason=surplus_reason(reason))
        )
    return "; ".join(parts)


def link_text(link: Link) -> str:
    """Name a lot, set in by its level."""
    name = f"{link.lot.item}  {link.lot.lot}".rstrip()
    if link.kind != "job":
        name = tr("received") if link.kind == "receipt" else tr("shipped")
    return "\u2003" * (link.level - 1) + name


def link_mark(link: Link) -> Mark | None:
    """Say whether a lot certainly went there: not where an untracked heap lies between."""
    return None if link.is_certain else Mark(State.WAITING, tr("possible"))


def count_mark(count: CountRow) -> Mark:
    """Return how far a count is."""
    if count.state == "cancelled":
        return Mark(State.DONE, tr("cancelled"))
    if count.state == "done":
        return Mark(State.DONE, tr("booked"))
    if count.counted == count.places:
        return Mark(State.READY, tr("all counted"))
    return Mark(State.IN_PROGRESS if count.counted else State.WAITING, tr("to count"))


def counted_text(count: CountRow) -> str:
    """Say how many places are counted."""
    return tr("{done} of {all}", done=count.counted, all=count.places)
