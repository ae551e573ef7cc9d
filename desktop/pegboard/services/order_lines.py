"""Adds a line to an order that stands, or puts another item or other options on one: a change under the same number."""

from dataclasses import replace

from pegboard.domain.configuration import settled
from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.order import OrderDraft, OrderLineDraft, OrderLineState, check
from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import order_line_named, order_lines_named, order_numbered
from pegboard.queries.order_facts import order_facts
from pegboard.queries.settings import settings
from pegboard.services.changes import cancel, day_of, keep_history
from pegboard.services.consequences import ChangeResult, Touched, told
from pegboard.services.demand import raise_order_demand
from pegboard.services.explosion import explode
from pegboard.services.orders import write_line
from pegboard.storage.rows import first, number, rows
from pegboard.storage.store import Transaction


def add_line(tx: Transaction, order: str, line: OrderLineDraft, *, dry_run: bool = False) -> ChangeResult:
    """Add a line to a confirmed order and explode it; return what that adds. With `dry_run` nothing stays written.

    Raises InvalidInput with all that is wrong with the line, Refused where the order is only a quote.
    """
    if all(each.status == OrderLineState.QUOTE for each in order_lines_named(tx, order)):
        raise Refused(tr("{order} is a quote.", order=order), hint=tr("Confirm it first."))
    with tx.connection.begin_nested() as save_point:
        name, result = _add(tx, order, line)
        if dry_run:
            save_point.rollback()
    if not dry_run:
        tx.note(tr("Added {name}: {quantity} {item}.", name=name, quantity=line.quantity, item=line.item))
    return result


def exchange_line(
    tx: Transaction,
    name: str,
    *,
    item: str = "",
    options: tuple[tuple[str, str], ...] | None = None,
    unit_price: Price | None = None,
    decide: str | dict[str, str] = "",
    dry_run: bool = False,
) -> ChangeResult:
    """Put another item or other options on ORDER/LINE: what has not shipped is cancelled, a new line takes its place.

    The price stays unless another is given. Raises what `changes.cancel` and `add_line` raise. With `dry_run` nothing
    stays written.
    """
    old = order_line_named(tx, name)
    wanted = _draft_of(tx, name)
    wanted = replace(wanted, item=item or wanted.item, options=wanted.options if options is None else options)
    if (wanted.item, wanted.options) == (old.item, _draft_of(tx, name).options):
        return ChangeResult()
    if unit_price is not None:
        wanted = replace(wanted, unit_price=unit_price)
    with tx.connection.begin_nested() as save_point:
        freed = cancel(tx, name, decide="keep" if dry_run else decide)
        new, added = _add(tx, old.number, wanted)
        if dry_run:
            save_point.rollback()
    if not dry_run:
        tx.note(tr("{new} takes the place of {old}.", new=new, old=name))
    return ChangeResult(freed.consequences + added.consequences, freed.decisions, freed.serves)


def _draft_of(tx: Transaction, name: str) -> OrderLineDraft:
    """What of a line is still to be shipped, as it would be typed."""
    line = order_line_named(tx, name)
    chosen = rows(
        tx,
        "SELECT option_group, option_choice FROM order_line_option WHERE order_line_id = ?"
        " ORDER BY order_line_option_id",
        line.order_line_id,
    )
    return OrderLineDraft(
        item=line.item,
        quantity=Quantity(line.quantity - line.shipped_quantity),
        due_date=day_of(line.due_date),
        unit_price=None if line.unit_price is None else Price(line.unit_price),
        tax_percent=None if line.tax_percent is None else Quantity(line.tax_percent),
        options=tuple((row.option_group, row.option_choice) for row in chosen),
        description=line.description,
    )


def _add(tx: Transaction, order: str, line: OrderLineDraft) -> tuple[str, ChangeResult]:
    known = order_numbered(tx, order)
    customer = first(tx, "SELECT code FROM customer WHERE customer_id = ?", known.customer_id)
    assert customer is not None
    draft = OrderDraft(customer.code, (line,))
    facts = order_facts(tx, draft)
    problems = check(draft, facts)
    if problems:
        raise InvalidInput(" ".join(problem.message for problem in problems), hint=tr("Correct the line first."))
    place = number(tx, "SELECT max(line) FROM order_line WHERE order_id = ?", known.order_id) + 1
    options = settled(facts.items[line.item, line.options].options, line.options)
    write_line(tx, known.order_id, place, line, options, quote=False)
    raise_order_demand(tx, [known.order_id])
    plan = explode(tx, [order]).plan
    touched = Touched(new_jobs=[job.job_id for job in plan.jobs])
    touched.new_lines = [bought.line_id for bought in plan.lines if not bought.grown]
    for bought in plan.lines:
        if bought.grown:
            touched.lines.setdefault(bought.line_id, (bought.quantity - bought.added, bought.unit_price))
    keep_history(tx, [order_line_named(tx, f"{order}/{place}")], [])
    tx.changed("order", "demand", "requirement", "peg", "work_order", "purchase_order", "stock")
    return f"{order}/{place}", told(tx, touched, settings(tx).currency)
