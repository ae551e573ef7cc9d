"""Changes and cancels order lines that were exploded: supply follows down to the leaves, in one transaction.

First a change is worked out, then it is either kept, or taken back: for a look at its consequences, or because a person
must decide about something that was sent, released, started or received.
"""

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row

from pegboard.domain.configuration import joined
from pegboard.domain.errors import ChangedMeanwhile, InvalidInput, Refused
from pegboard.domain.gross import bom_on, gross
from pegboard.domain.lots import price_at
from pegboard.domain.order import OrderLineState, can_move
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.snapshot import OpenDemand
from pegboard.i18n import tr
from pegboard.queries.lookups import order_line_named, order_lines_named
from pegboard.queries.settings import settings
from pegboard.services.arrivals import close_demand_when_done
from pegboard.services.cascade import Cascade, change_components, grow, open_cascade, serve_helped, settle, shrink
from pegboard.services.consequences import ChangeResult, DecisionNeeded, Touched, told
from pegboard.services.decisions import KEEP, Choices, apply, undecided
from pegboard.services.explosion import explode, without_collector
from pegboard.services.money.settling import mark_order_lines
from pegboard.services.redating import draw_back, redate
from pegboard.services.seats import who_changed
from pegboard.storage.rows import add, change, first, rows, run
from pegboard.storage.snapshots import Scope, planning_snapshot
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.demand import Demand
from pegboard.storage.tables.orders import OrderLine, OrderRevision

__all__ = ["KEEP", "UNCHANGED", "ChangeResult", "DecisionNeeded", "cancel", "change_line"]

Cut = frozenset[str]  # numbers of jobs that are cut by a person's decision


@dataclass(frozen=True, slots=True)
class _Unchanged:
    """Stands for a due date that stays, as None means as soon as possible."""


UNCHANGED: Final = _Unchanged()


def change_line(
    tx: Transaction,
    name: str,
    *,
    quantity: Quantity | None = None,
    due: datetime.date | _Unchanged | None = UNCHANGED,
    decide: str | Mapping[str, str] = "",
    dry_run: bool = False,
    seen: tuple[Quantity, datetime.date | None] | None = None,
) -> ChangeResult:
    """Change quantity or due date of ORDER/LINE; return the consequences. With `dry_run` nothing stays written.

    `seen` is what whoever changes it saw: where another seat has changed the line since, it is Refused.

    Raises DecisionNeeded, with the whole result, where a person must decide first: `decide` says what, for all ("keep")
    or by number; see `decisions`. Refused below what has shipped and for a line that is not open. The same change
    twice does nothing.
    """
    chosen = Choices(decide)
    line = order_line_named(tx, name)
    _require_changeable(line)
    _require_as_seen(tx, name, line, seen)
    wanted = line.quantity if quantity is None else _checked_quantity(line, quantity)
    day = day_of(line.due_date) if isinstance(due, _Unchanged) else due
    if wanted == line.quantity and day == day_of(line.due_date):
        return ChangeResult()
    return _worked_out(
        tx,
        [line],
        lambda scratch: _change(scratch, line, wanted, day, chosen.cut),
        chosen,
        dry_run=dry_run,
        said=tr("Changed {name}: {before} to {after}.", name=name, before=_words(line), after=_said(wanted, day)),
    )


def _require_as_seen(
    tx: Transaction, name: str, line: Row[Any], seen: tuple[Quantity, datetime.date | None] | None
) -> None:
    now = (Quantity(line.quantity), day_of(line.due_date))
    if seen is not None and now != seen:
        who = who_changed(tx, "order", name) or tr("Another seat")
        raise ChangedMeanwhile(
            tr("{who} changed {name} meanwhile: it is {now} now.", who=who, name=name, now=_words(line)),
            hint=tr("Nothing of yours was kept yet. Look at it again, then change it."),
            who=who,
            now=now,
        )


def lines_as_they_stand(reading: Reading, order: str) -> tuple[tuple[Any, ...], ...]:
    """What a person looks at before changing an order, to tell whether another seat changed it meanwhile."""
    return tuple(
        (line.line, line.item, line.quantity, line.shipped_quantity, line.due_date, line.status, line.hold)
        for line in order_lines_named(reading, order)
    )


def require_lines_as(tx: Transaction, order: str, seen: tuple[tuple[Any, ...], ...]) -> None:
    """Refuse a change whose consequences were shown for an order that another seat has changed since."""
    now = lines_as_they_stand(tx, order)
    if now != seen:
        who = who_changed(tx, "order", order) or tr("Another seat")
        raise ChangedMeanwhile(
            tr("{who} changed {name} while you looked at the consequences.", who=who, name=order),
            hint=tr("Nothing of yours was kept yet. Look at it again, then change it."),
            who=who,
            now=now,
        )


def cancel(tx: Transaction, name: str, *, decide: str | Mapping[str, str] = "", dry_run: bool = False) -> ChangeResult:
    """Cancel what is still to be shipped of ORDER or ORDER/LINE; return the consequences.

    Of a line that has shipped in part the rest is cancelled. With `dry_run` nothing stays written. Raises
    DecisionNeeded as `change_line` does, Refused where all of it has shipped. Cancelling twice does nothing.
    """
    chosen = Choices(decide)
    named = [line for line in order_lines_named(tx, name) if line.status != OrderLineState.CANCELLED]
    lines = [line for line in named if can_move(line.status, OrderLineState.CANCELLED)]
    if named and not lines:
        _refuse_shipped(named[0])
    if not lines:
        return ChangeResult()
    return _worked_out(
        tx,
        lines,
        lambda scratch: _cancel(scratch, lines, chosen.cut),
        chosen,
        dry_run=dry_run,
        said=tr("Cancelled {name}.", name=name),
    )


def _worked_out(
    tx: Transaction,
    lines: Sequence[Row[Any]],
    work: Callable[[Transaction], Touched],
    choices: Choices,
    *,
    dry_run: bool,
    said: str,
) -> ChangeResult:
    """Do the work within a save point; keep it only where it is wanted and nothing is left to decide."""
    scratch = Transaction(tx.connection, tx.command, today=tx.today, now=tx.now, actor=tx.actor)
    before = [_as_json(line) for line in lines]
    with without_collector(), tx.connection.begin_nested() as save_point:
        touched = work(scratch)
        serve_helped(scratch, touched)
        result = told(scratch, touched, settings(tx).currency)
        is_open = bool(undecided(result.decisions, choices))
        if dry_run or is_open:
            save_point.rollback()
        else:
            _decide(tx, result, choices, said)
    if dry_run:
        return result
    if is_open:
        raise DecisionNeeded(result)
    keep_history(tx, lines, before)
    mark_order_lines(tx, {line.order_id for line in lines})
    tx.changed("order", "demand", "requirement", "peg", "work_order", "purchase_order", "stock")
    tx.note(said)
    return result


def _decide(tx: Transaction, result: ChangeResult, choices: Choices, cause: str) -> None:
    for decision in result.decisions:
        choice = choices.of(decision)
        assert choice is not None
        apply(tx, decision, choice, cause)


def _change(tx: Transaction, line: Row[Any], quantity: int, due: datetime.date | None, cut: Cut) -> Touched:
    change(tx, OrderLine, line.order_line_id, quantity=quantity, due_date=due)
    demand = _open_demand(tx, line)
    more = quantity - line.quantity
    if demand is not None:
        change(tx, Demand, demand.demand_id, quantity=demand.quantity + more, need_date=due)
    if demand is None or not _is_exploded(tx, demand):
        return Touched()
    cascade = _cascade(tx, [(line, demand)], cut)
    if due != day_of(line.due_date):
        redate(cascade, demand.demand_id, due)
    if more:
        _change_need(cascade, line, demand, more, due)
        settle(cascade)
    if more < 0 and due == day_of(line.due_date):
        draw_back(cascade, demand.demand_id, due)
    cascade.standing.write()
    _explode_rest(cascade, line.number)
    _close_when_shipped(tx, line, quantity, demand)
    return cascade.touched


def _change_need(cascade: Cascade, line: Row[Any], demand: Row[Any], more: int, due: datetime.date | None) -> None:
    """Change the requirement of the ordered item, or those of a kit's components."""
    tx, item = cascade.tx, cascade.snapshot.items[line.item_id]
    if item.source == "phantom":
        day = tx.today.toordinal() if due is None else max(tx.today, due).toordinal()
        bom = bom_on(cascade.snapshot, item.item_id, day)
        if bom is not None:
            choices = cascade.snapshot.demands[0].choices
            before = gross(cascade.snapshot, item.item_id, bom, choices, day, demand.quantity)
            after = gross(cascade.snapshot, item.item_id, bom, choices, day, demand.quantity + more)
            change_components(cascade, "demand_id", demand.demand_id, before, after)
        return
    needs = cascade.standing.of_owner["demand_id", demand.demand_id]
    need = min(needs, key=lambda need: (need.alternate_for_id is not None, need.key))
    if more > 0:
        grow(cascade, need, more)
    else:
        shrink(cascade, need, -more)


def _explode_rest(cascade: Cascade, order: str) -> None:
    """Let the explosion cover what is left, and keep what it adds apart; draft lines may grow."""
    touched = cascade.touched
    plan = explode(cascade.tx, [order], master=cascade.snapshot).plan
    touched.new_jobs += [job.job_id for job in plan.jobs]
    touched.new_lines += [bought.line_id for bought in plan.lines if not bought.grown]
    for bought in plan.lines:
        if bought.grown:
            before = bought.quantity - bought.added
            price = price_at(bought.article, before) if bought.article is not None else bought.unit_price
            touched.lines.setdefault(bought.line_id, (before, price))


def _cancel(tx: Transaction, lines: Sequence[Row[Any]], cut: Cut) -> Touched:
    """Cancel lines; of one that has shipped in part, the rest."""
    exploded = []
    shipped = []
    for line in lines:
        demand = _open_demand(tx, line)
        if line.shipped_quantity:
            change(tx, OrderLine, line.order_line_id, quantity=line.shipped_quantity)
            if demand is not None:
                left = demand.quantity - (line.quantity - line.shipped_quantity)
                change(tx, Demand, demand.demand_id, quantity=left)
                shipped.append((line, demand))
        else:
            change(tx, OrderLine, line.order_line_id, status=OrderLineState.CANCELLED.value)
            if demand is not None:
                change(tx, Demand, demand.demand_id, state="cancelled")
        if demand is not None and _is_exploded(tx, demand):
            exploded.append((line, demand))
    touched = _freed(tx, exploded, cut)
    for line, demand in shipped:
        _close_when_shipped(tx, line, line.shipped_quantity, demand)
    return touched


def _freed(tx: Transaction, exploded: Sequence[tuple[Row[Any], Row[Any]]], cut: Cut) -> Touched:
    """Let go of all that the demands of cancelled lines have pegged and not used."""
    if not exploded:
        return Touched()
    cascade = _cascade(tx, exploded, cut)
    for _line, demand in exploded:
        for need in tuple(cascade.standing.of_owner["demand_id", demand.demand_id]):
            shrink(cascade, need, need.quantity)
    settle(cascade)
    cascade.standing.write()
    return cascade.touched


def _cascade(tx: Transaction, exploded: Sequence[tuple[Row[Any], Row[Any]]], cut: Cut) -> Cascade:
    """Read the items and BOMs at and below order lines, and what stands for them."""
    snapshot = planning_snapshot(
        tx,
        Scope(frozenset(), tuple(_asked(tx, line, demand) for line, demand in exploded)),
        combining_days=settings(tx).combining_days,
        deposit_gates_pull=False,
    )
    since = min(str(demand.raised_at) for _line, demand in exploded)
    cascade = open_cascade(tx, snapshot, since, demands=[demand.demand_id for _line, demand in exploded])
    cascade.cut = cut
    return cascade


def _asked(tx: Transaction, line: Row[Any], demand: Row[Any]) -> OpenDemand:
    chosen = rows(
        tx,
        "SELECT option_group, option_choice FROM order_line_option WHERE order_line_id = ? ORDER BY option_group",
        line.order_line_id,
    )
    return OpenDemand(
        demand_id=-line.order_line_id,
        kind="order",
        name=demand.name,
        item_id=line.item_id,
        quantity=line.quantity,
        due=None,
        given_due=None,
        order_date=0,
        entry=line.order_line_id,
        choices=joined([(row.option_group, row.option_choice) for row in chosen]),
    )


def _open_demand(tx: Transaction, line: Row[Any]) -> Row[Any] | None:
    return first(tx, "SELECT * FROM demand WHERE order_line_id = ? AND state = 'open'", line.order_line_id)


def _is_exploded(tx: Transaction, demand: Row[Any]) -> bool:
    return first(tx, "SELECT 1 FROM requirement WHERE demand_id = ? LIMIT 1", demand.demand_id) is not None


def _close_when_shipped(tx: Transaction, line: Row[Any], quantity: int, demand: Row[Any]) -> None:
    if line.shipped_quantity and line.shipped_quantity >= quantity:
        change(tx, OrderLine, line.order_line_id, status=OrderLineState.SHIPPED.value, shipped_on=tx.today)
        close_demand_when_done(tx, demand.demand_id)


def _require_changeable(line: Row[Any]) -> None:
    if not can_move(line.status, OrderLineState.CANCELLED):
        words = {"shipped": tr("shipped"), "closed": tr("closed"), "cancelled": tr("cancelled")}
        raise Refused(
            tr("{number}/{line} is {state}.", number=line.number, line=line.line, state=words[line.status]),
            hint=tr("Take goods back with a return, or enter a new order."),
        )


def _checked_quantity(line: Row[Any], quantity: Quantity) -> int:
    name = f"{line.number}/{line.line}"
    if quantity.micro <= 0:
        raise InvalidInput(tr("The quantity must be above 0."), hint=tr("Cancel the line instead."))
    if line.whole_units and quantity.micro % MICRO:
        raise InvalidInput(tr("{item} is counted in whole units.", item=line.item), hint=tr("Give a whole number."))
    if quantity.micro < line.shipped_quantity:
        raise Refused(
            tr(
                "{shipped} of {name} have shipped already, more than {quantity}.",
                shipped=Quantity(line.shipped_quantity),
                name=name,
                quantity=quantity,
            ),
            hint=tr("Book the return of {count} first.", count=Quantity(line.shipped_quantity) - quantity),
        )
    return quantity.micro


def _refuse_shipped(line: Row[Any]) -> None:
    raise Refused(
        tr(
            "{shipped} of {number}/{line} have shipped already.",
            shipped=Quantity(line.shipped_quantity or line.quantity),
            number=line.number,
            line=line.line,
        ),
        hint=tr("Book their return first."),
    )


def keep_history(tx: Transaction, lines: Sequence[Row[Any]], before: Sequence[dict[str, Any]]) -> None:
    """Keep what the order was, under the next revision of its number."""
    order_id = lines[0].order_id
    run(
        tx,
        "UPDATE customer_order SET revision = revision + 1, row_version = row_version + 1 WHERE order_id = ?",
        order_id,
    )
    revision = first(tx, "SELECT revision FROM customer_order WHERE order_id = ?", order_id)
    assert revision is not None
    after = [
        _as_json(row)
        for line in lines
        for row in rows(tx, "SELECT * FROM order_line WHERE order_line_id = ?", line.order_line_id)
    ]
    add(
        tx,
        OrderRevision,
        order_id=order_id,
        revision=revision.revision,
        changed_at=tx.now,
        changed_by=tx.actor,
        before=json.dumps(before),
        after=json.dumps(after),
    )


def _as_json(line: Row[Any]) -> dict[str, Any]:
    return {key: getattr(line, key) for key in ("line", "item_id", "quantity", "due_date", "status", "unit_price")}


def day_of(text: str | None) -> datetime.date | None:
    """A day as it lies in the file."""
    return None if text is None else datetime.date.fromisoformat(text)


def _words(line: Row[Any]) -> str:
    return _said(line.quantity, day_of(line.due_date))


def _said(quantity: int, due: datetime.date | None) -> str:
    return tr("{quantity} due {due}", quantity=Quantity(quantity), due=due or tr("as soon as possible"))
