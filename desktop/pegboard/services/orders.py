"""Enters customer orders: drafts while they are typed, quotes, confirmation, deposits, call-offs."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from pegboard.domain.configuration import Chosen, refusals, settled
from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.order import OrderDraft, OrderLineDraft, OrderLineState, check
from pegboard.i18n import tr
from pegboard.queries.lookups import item_named, order_lines_named, order_numbered
from pegboard.queries.order_facts import item_facts, order_facts
from pegboard.services.demand import raise_order_demand
from pegboard.services.money.deposits import deposit_missing, receive_deposit
from pegboard.services.numbers import take
from pegboard.storage.rows import add, change, first, number, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.orders import CustomerOrder, OrderLine, OrderLineOption
from pegboard.storage.tables.orders import OrderDraft as DraftRow


def save_draft(
    tx: Transaction,
    cells: Mapping[str, Any],
    draft_id: int | None = None,
    seen: Mapping[str, Any] | None = None,
) -> int:
    """Keep the cells of an order that is still being typed, so that a crash loses none; return the draft's id.

    `seen` are the cells as the typist knows the draft. Where another seat typed on it since, both stay: these cells
    become a draft of their own.
    """
    text = _draft_text(cells)
    values = {"cells": text, "changed_at": tx.now, "changed_by": tx.actor}
    there = first(tx, "SELECT cells FROM order_draft WHERE order_draft_id = ?", draft_id) if draft_id else None
    if there is not None and draft_id is not None and (seen is None or there.cells in (text, _draft_text(seen))):
        change(tx, DraftRow, draft_id, **values)
    else:
        draft_id = add(tx, DraftRow, **values)
    tx.changed("order_draft")
    return draft_id


def require_own_draft(tx: Transaction, draft_id: int, seen: Mapping[str, Any]) -> None:
    """Refuse to enter a draft that another seat changed, entered or threw away since its cells were as `seen`."""
    there = first(tx, "SELECT cells, changed_by FROM order_draft WHERE order_draft_id = ?", draft_id)
    if there is None:
        raise Refused(
            tr("This draft was entered or thrown away at another seat."),
            hint=tr("Look for its order in the list; entering it once more enters yours as well."),
        )
    if there.cells != _draft_text(seen):
        raise Refused(
            tr("{person} changed this draft at another seat.", person=there.changed_by or tr("Somebody")),
            hint=tr("Both are in the list now; entering it once more enters yours."),
        )


def _draft_text(cells: Mapping[str, Any]) -> str:
    return json.dumps(cells, ensure_ascii=False, sort_keys=True)


def delete_draft(tx: Transaction, draft_id: int) -> None:
    """Throw a draft away, or forget it once its order is entered."""
    run(tx, "DELETE FROM order_draft WHERE order_draft_id = ?", draft_id)
    tx.changed("order_draft")


def confirm(tx: Transaction, draft: OrderDraft) -> str:
    """Enter a draft as a confirmed order, raise its demand, and return its number.

    Raises InvalidInput with all that is wrong. Nothing is exploded yet.
    """
    return enter_order(tx, draft)


def enter_order(tx: Transaction, draft: OrderDraft, *, quote: bool = False) -> str:
    """Enter a draft as an order, or as a quote that pulls nothing; return its number.

    Raises InvalidInput with all that is wrong with it.
    """
    facts = order_facts(tx, draft)
    problems = check(draft, facts)
    if problems:
        raise InvalidInput(
            " ".join(problem.message for problem in problems), hint=tr("Correct the order, then enter it again.")
        )
    order_number = draft.number or take(tx, "SO", 1)[0]
    order_id = _write_order(tx, draft, order_number)
    for place, line in enumerate(draft.lines, 1):
        options = settled(facts.items[line.item, line.options].options, line.options)
        write_line(tx, order_id, place, line, options, quote=quote)
    if not quote:
        raise_order_demand(tx)
    tx.changed("order")
    tx.note(
        tr("Entered quote {number}.", number=order_number)
        if quote
        else tr("Entered order {number}.", number=order_number)
    )
    return order_number


def confirm_quote(tx: Transaction, order_number: str) -> None:
    """Confirm the quoted lines of an order and raise their demand.

    Raises Refused where nothing is quoted or an item can no longer be ordered, InvalidInput where a choice is missing.
    """
    quoted = [line for line in order_lines_named(tx, order_number) if line.status == OrderLineState.QUOTE]
    if not quoted:
        raise Refused(
            tr("Order {number} has no quoted line.", number=order_number), hint=tr("There is nothing to confirm.")
        )
    for line in quoted:
        _require_orderable(tx, line.item, f"{line.number}/{line.line}", line.order_line_id)
        run(tx, "UPDATE order_line SET status = 'confirmed' WHERE order_line_id = ?", line.order_line_id)
    raise_order_demand(tx)
    tx.changed("order")
    tx.note(tr("Confirmed {number}.", number=order_number))


def record_deposit(tx: Transaction, order_number: str, paid_on: datetime.date) -> None:
    """Book that all that is still asked of an order's deposit was paid, so that it may pull.

    Raises Refused where it asks for none or has it already, or the books of that day are closed.
    """
    order = order_numbered(tx, order_number)
    percent = order.deposit_percent
    if percent is None:
        percent = number(tx, "SELECT deposit_percent FROM customer WHERE customer_id = ?", order.customer_id)
    if not percent:
        raise Refused(
            tr("Order {number} asks for no deposit.", number=order_number), hint=tr("Book the money as a payment.")
        )
    if order.deposit_paid_on is not None:
        raise Refused(
            tr("The deposit of {number} was paid on {date}.", number=order_number, date=order.deposit_paid_on),
            hint=tr("Book more money as a payment."),
        )
    if deposit_missing(tx, order_number) > 0:
        receive_deposit(tx, order_number, paid_on=paid_on)
    change(tx, CustomerOrder, order.order_id, deposit_paid_on=paid_on)
    tx.changed("order", "payment")
    tx.note(tr("Deposit of {number} paid on {date}.", number=order_number, date=paid_on))


def hold(tx: Transaction, name: str) -> None:
    """Hold ORDER or ORDER/LINE back: it pulls nothing until it is released.

    Raises Refused where it has been exploded already: then it can be changed or cancelled.
    """
    for line in order_lines_named(tx, name):
        if line.hold or line.status not in (OrderLineState.QUOTE, OrderLineState.CONFIRMED):
            continue
        if number(
            tx,
            "SELECT count(*) FROM demand d JOIN requirement r ON r.demand_id = d.demand_id WHERE d.order_line_id = ?",
            line.order_line_id,
        ):
            raise Refused(
                tr("{number}/{line} has been exploded already.", number=line.number, line=line.line),
                hint=tr("Change its quantity or cancel it."),
            )
        run(tx, "DELETE FROM demand WHERE order_line_id = ?", line.order_line_id)
        change(tx, OrderLine, line.order_line_id, hold=True)
    tx.changed("order", "demand")
    tx.note(tr("Holding {name}.", name=name))


def release_call_off(tx: Transaction, name: str, due_date: datetime.date | None = None) -> None:
    """Release the held lines of ORDER or ORDER/LINE, with a new due date where one is given: they pull from now on."""
    held = [line for line in order_lines_named(tx, name) if line.hold]
    if not held:
        raise Refused(tr("Nothing of {name} is on hold.", name=name), hint=tr("There is nothing to release."))
    for line in held:
        values: dict[str, object] = {"hold": False}
        if due_date is not None:
            values["due_date"] = due_date
        change(tx, OrderLine, line.order_line_id, **values)
    raise_order_demand(tx)
    tx.changed("order")
    tx.note(tr("Released {name}.", name=name))


def _write_order(tx: Transaction, draft: OrderDraft, order_number: str) -> int:
    customer = first(tx, "SELECT * FROM customer WHERE code = ?", draft.customer)
    if customer is None:
        raise NotFound(tr("There is no customer {code}.", code=draft.customer), hint=tr("Enter the customer first."))
    due = [line.due_date for line in draft.lines if line.due_date is not None]
    return add(
        tx,
        CustomerOrder,
        number=order_number,
        customer_id=customer.customer_id,
        order_date=draft.order_date or min([tx.today, *due]),
        customer_reference=draft.customer_reference,
        ship_to=draft.ship_to,
        freight=draft.freight.micro if draft.freight is not None else None,
        deposit_percent=draft.deposit_percent.micro if draft.deposit_percent is not None else None,
        note=draft.note,
    )


def write_line(
    tx: Transaction, order_id: int, place: int, line: OrderLineDraft, options: Chosen, *, quote: bool
) -> None:
    """Write one line of an order; `options` with the defaults filled in."""
    line_id = add(
        tx,
        OrderLine,
        order_id=order_id,
        line=place,
        item_id=item_named(tx, line.item).item_id,
        quantity=line.quantity.micro,
        due_date=line.due_date,
        unit_price=line.unit_price.micro if line.unit_price is not None else None,
        tax_percent=line.tax_percent.micro if line.tax_percent is not None else None,
        description=line.description,
        status=(OrderLineState.QUOTE if quote else OrderLineState.CONFIRMED).value,
        hold=line.hold,
    )
    for group, choice in options:
        add(tx, OrderLineOption, order_line_id=line_id, option_group=group, option_choice=choice)


def _require_orderable(tx: Transaction, item: str, name: str, order_line_id: int) -> None:
    chosen = [
        (row.option_group, row.option_choice)
        for row in rows(
            tx, "SELECT * FROM order_line_option WHERE order_line_id = ? ORDER BY order_line_option_id", order_line_id
        )
    ]
    facts = item_facts(tx, item, chosen)
    assert facts is not None
    if not facts.active:
        raise Refused(
            tr("{name}: {item} is inactive and can no longer be ordered.", name=name, item=item),
            hint=tr("Put another item on the line."),
        )
    wrong = [refusal.message for refusal in refusals(item, facts.options, facts.rules, chosen)]
    if wrong:
        raise InvalidInput(f"{name}: {' '.join(wrong)}", hint=tr("Choose the options of the line first."))
