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
            return tr("make{amount}, done {day}", amount=amount, day=ready)
        steps = (
            tr(", {done} of {count} operations", done=cover.operations_done, count=cover.operations)
            if cover.operations
            else ""
        )
        return tr("{number}{amount}, done {day}{steps}", number=cover.number, amount=amount, day=ready, steps=steps)
    if not cover.number:
        return tr(
            "buy{amount} from {supplier} by {order_by}, here {day}",
            amount=amount,
            supplier=cover.supplier,
            order_by=formats.day(cover.order_by),
            day=ready,
        )
    return tr("{number}{amount} from {supplier}, here {day}", number=cover.number, amount=amount,
              supplier=cover.supplier, day=ready)  # fmt: skip


def latest_cause(pull: Pull) -> str:
    """Say what is there last below a need, as "CANOPY-100 from Tavares Wed 16 Dec"; "" where nothing waits."""
    found = _latest(pull.parts or (pull,))
    if found is None:
        return ""
    item, cover = found
    if cover.kind == "job":
        return tr("{item} is made by {day}", item=item, day=formats.day(cover.ready))
    return tr("{item} from {supplier} comes {day}", item=item, supplier=cover.supplier, day=formats.day(cover.ready))


def _latest(pulls: Sequence[Pull]) -> tuple[str, Cover] | None:
    """The supply at the end of the chain of latest days."""
    waiting = [(pull.item, cover) for pull in pulls for cover in pull.covers if cover.ready is not None]
    if not waiting:
        return None
    latest = max(waiting, key=lambda each: each[1].ready or datetime.date.min)
    return _latest(latest[1].pulls) or latest


def reason_word(reason: str) -> str:
    """Return the reason of a surplus as people say it."""
    return {
        "minimum": tr("minimum"),
        "multiple": tr("multiple"),
        "break": tr("price break"),
        "imported": tr("imported"),
    }.get(reason, reason)
