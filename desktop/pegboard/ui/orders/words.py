"""How orders, their lines and what they pull are said on the screen."""

import datetime
from collections.abc import Iterable, Sequence

from pegboard.i18n import tr
from pegboard.queries.order_detail import OrderLineRow
from pegboard.queries.order_pulls import Cover, Pull
from pegboard.queries.orders import OrderRow, OrderState
from pegboard.ui import formats
from pegboard.ui.marks import Mark, State


def state_mark(state: OrderState) -> Mark:
    """Return shape and word of an order's state."""
    shape, word = {
        OrderState.DRAFT: (State.DECISION, tr("draft")),
        OrderState.LATE: (State.LATE, tr("late")),
        OrderState.SHORT: (State.SHORT, tr("short")),
        OrderState.DEPOSIT: (State.WAITING, tr("waits for deposit")),
        OrderState.READY: (State.READY, tr("ready to ship")),
        OrderState.IN_PROGRESS: (State.IN_PROGRESS, tr("in progress")),
        OrderState.WAITING: (State.WAITING, tr("planned")),
        OrderState.UNPLANNED: (State.DECISION, tr("not exploded")),
        OrderState.HOLD: (State.WAITING, tr("on hold")),
        OrderState.QUOTE: (State.WAITING, tr("quote")),
        OrderState.SHIPPED: (State.DONE, tr("shipped")),
        OrderState.CLOSED: (State.DONE, tr("closed")),
        OrderState.CANCELLED: (State.DONE, tr("cancelled")),
    }[state]
    return Mark(shape, word)


def progress_text(row: OrderRow) -> str:
    """Say how far its jobs are, as "3 of 5 operations"."""
    if not row.operations:
        return ""
    return tr("{done} of {count} operations", done=row.operations_done, count=row.operations)


def short_progress(row: OrderRow) -> str:
    """Say how far its jobs are, as "3 of 5"."""
    return tr("{done} of {count}", done=row.operations_done, count=row.operations) if row.operations else ""


def options_text(options: Iterable[tuple[str, str]]) -> str:
    """Say choices as "shade: brass, cord: 3 m"."""
    return ", ".join(f"{group.lower()}: {choice.lower()}" for group, choice in options)


def line_mark(line: OrderLineRow) -> Mark:
    """Return the state of an order line."""
    ended = {"shipped": tr("shipped"), "closed": tr("closed"), "cancelled": tr("cancelled")}
    if line.status in ended:
        return Mark(State.DONE, ended[line.status])
    if line.status == "quote":
        return Mark(State.WAITING, tr("quote"))
    if line.hold:
        return Mark(State.WAITING, tr("on hold"))
    if line.is_late:
        return Mark(State.LATE, tr("late"))
    if not line.is_exploded:
        return Mark(State.WAITING, tr("pulls nothing yet"))
    if any(pull.is_short for pull in line.pulls):
        return Mark(State.SHORT, tr("short"))
    if all(pull.is_here for pull in line.pulls):
        return Mark(State.READY, tr("in stock"))
    if any(cover.state == "in_progress" for pull in line.pulls for cover in pull.covers):
        return Mark(State.IN_PROGRESS, tr("in progress"))
    return Mark(State.WAITING, tr("on its way"))


def pull_mark(pull: Pull) -> Mark | None:
    """Return the state of a need: the worst of what covers it."""
    if not pull.covers:
        return None
    if any(cover.kind == "short" for cover in pull.covers):
        return Mark(State.SHORT, tr("short"))
    if pull.need is not None and any(cover.ready is not None and cover.ready > pull.need for cover in pull.covers):
        return Mark(State.LATE, tr("late"))
    if all(cover.kind == "stock" for cover in pull.covers):
        return Mark(State.READY, tr("on hand"))
    if any(cover.state == "in_progress" for cover in pull.covers):
        return Mark(State.IN_PROGRESS, tr("in progress"))
    return Mark(State.WAITING, tr("on its way"))


def pull_text(pull: Pull) -> str:
    """Say where a need is served from, as "on hand 4, buy 2 from Kern by Fri 27 Nov"."""
    is_single = len(pull.covers) == 1
    text = ", ".join(cover_text(cover, with_quantity=not is_single) for cover in pull.covers)
    if pull.operation is not None:
        return tr("operation {sequence}: {supply}", sequence=pull.operation, supply=text)
    return text


def cover_text(cover: Cover, *, with_quantity: bool) -> str:
    """Say one supply of a need."""
    amount = f" {formats.quantity(cover.quantity)}" if with_quantity else ""
    ready = formats.day(cover.ready)
    if cover.kind == "stock":
        return tr("on hand") + amount
    if cover.kind == "short":
        return tr("short") + amount
    if cover.kind == "job":
        if not cover.number:
            return tr("make{amount} by {day}", amount=amount, day=ready)
        steps = (
            tr(", {done} of {count} operations", done=cover.operations_done, count=cover.operations)
            if cover.operations
            else ""
        )
        return tr("{number}{amount}, done {day}{steps}", number=cover.number, amount=amount, day=ready, steps=steps)
    if not cover.number:
        return tr(
            "buy{amount} by {order_by}, {supplier}",
            amount=amount,
            supplier=cover.supplier,
            order_by=formats.day(cover.order_by),
        )
    return tr("{number}{amount} from {supplier}, here {day}", number=cover.number, amount=amount,
              supplier=cover.supplier, day=ready)  # fmt: skip


def pull_tip(pull: Pull) -> str:
    """Say it all: the item in words, when it is needed, where it comes from."""
    need = tr("needed {day}", day=formats.day(pull.need)) if pull.need else ""
    return "\n".join(part for part in (pull.description, need, pull_text(pull)) if part)


def latest_cause(pull: Pull) -> str:
    """Say what is there last below a need, as "CANOPY-100 from SPIN comes Wed 16 Dec"; "" where nothing waits."""
    chain = latest_chain(pull.parts or (pull,))
    return _link(*chain[-1]) if chain else ""


def chain_text(pull: Pull) -> str:
    """Say what a need waits for, from itself down to what comes last."""
    return " ← ".join(_link(item, cover) for item, cover in latest_chain(pull.parts or (pull,)))


def latest_chain(pulls: Sequence[Pull]) -> list[tuple[str, Cover]]:
    """The supply that comes last, and below it what that one waits for."""
    waiting = [(pull.item, cover) for pull in pulls for cover in pull.covers if cover.ready is not None]
    if not waiting:
        return []
    item, cover = max(waiting, key=lambda each: each[1].ready or datetime.date.min)
    return [(item, cover), *latest_chain(cover.pulls)]


def _link(item: str, cover: Cover) -> str:
    day = formats.day(cover.ready)
    if cover.kind == "job":
        return tr("{item} {number} done {day}", item=item, number=cover.number, day=day).replace("  ", " ")
    return tr("{item} from {supplier} comes {day}", item=item, supplier=cover.supplier, day=day)


def urgency(pull: Pull) -> int:
    """Order needs: short, late, what is made or comes, and last what lies here."""
    mark = pull_mark(pull)
    order = {State.SHORT: 0, State.LATE: 1, State.READY: 3}
    return 2 if mark is None else order.get(mark.state, 2)


def reason_word(reason: str) -> str:
    """Return the reason of a surplus as people say it."""
    return {
        "minimum": tr("minimum"),
        "multiple": tr("multiple"),
        "break": tr("price break"),
        "imported": tr("imported"),
    }.get(reason, reason)
