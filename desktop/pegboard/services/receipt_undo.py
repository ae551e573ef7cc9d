"""Takes a receipt back while nothing of it was used: counter entries in the ledger, its pegs back on the line."""

from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.portions import value_of
from pegboard.i18n import tr
from pegboard.services import pegs
from pegboard.services.movements import average_cost
from pegboard.services.numbers import take
from pegboard.storage.rows import add, change, first, number, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.inventory import LedgerEntry
from pegboard.storage.tables.purchasing import PurchaseLine, Receipt


def undo_receipt(tx: Transaction, receipt: str) -> str:
    """Take a receipt back, rejects included; return the number of the counter receipt.

    Raises NotFound for an unknown receipt, Refused where it was taken back already, billed, or something has happened
    to the goods since.
    """
    row = _receipt(tx, receipt)
    entries = [_entry(tx, row, "receipt", row.stock_id, row.quantity)] if row.quantity else []
    if row.rejected_quantity:
        entries.append(_entry(tx, row, "reject", None, row.rejected_quantity))
    line = first(tx, "SELECT * FROM purchase_line WHERE purchase_line_id = ?", row.purchase_line_id)
    assert line is not None
    for entry in entries:
        _require_unused(tx, entry, receipt)
    back = _pegs_back(tx, row, line)
    for entry in entries:
        _reverse(tx, entry, receipt)
    _reopen(tx, line, row.quantity)
    for requirement_id, quantity in back:
        pegs.put(tx, requirement_id, pegs.purchase(line.purchase_line_id), quantity)
    pegs.surplus_needs_reason(tx, pegs.purchase(line.purchase_line_id), "cancelled demand")
    counter = _counter(tx, row)
    tx.changed("receipt", "purchase_order", "stock", "peg")
    tx.note(tr("Took receipt {receipt} back: {counter}.", receipt=receipt, counter=counter))
    return counter


def _receipt(tx: Transaction, receipt: str) -> Row[Any]:
    row = first(tx, "SELECT * FROM receipt WHERE number = ?", receipt)
    if row is None:
        raise NotFound(
            tr("There is no receipt {receipt}.", receipt=receipt), hint=tr("The purchase line lists its own.")
        )
    if row.reverses_id is not None or number(tx, "SELECT count(*) FROM receipt WHERE reverses_id = ?", row.receipt_id):
        raise Refused(
            tr("Receipt {receipt} was taken back already.", receipt=receipt), hint=tr("There is nothing to undo.")
        )
    if number(tx, "SELECT count(*) FROM bill_line WHERE receipt_id = ?", row.receipt_id):
        raise Refused(tr("Receipt {receipt} was billed.", receipt=receipt), hint=tr("Correct the bill first."))
    if row.stock_id is None:
        raise Refused(
            tr("Receipt {receipt} ended an operation.", receipt=receipt), hint=tr("Report the operation on its job.")
        )
    return row


def _entry(tx: Transaction, receipt: Row[Any], kind: str, stock_id: int | None, quantity: int) -> Row[Any]:
    """The ledger entry of a receipt that no counter entry has reversed."""
    row = first(
        tx,
        "SELECT e.* FROM ledger_entry e WHERE e.purchase_line_id = ? AND e.kind = ? AND e.quantity >= ?"
        " AND (e.stock_id = ? OR ? = 0) AND NOT EXISTS"
        " (SELECT 1 FROM ledger_entry back WHERE back.reverses_id = e.ledger_entry_id) ORDER BY e.ledger_entry_id DESC",
        receipt.purchase_line_id,
        kind,
        quantity,
        stock_id or 0,
        stock_id or 0,
    )
    if row is None or row.quantity != quantity:
        raise Refused(
            tr("What came with {receipt} cannot be told apart any more.", receipt=receipt.number),
            hint=tr("Book what is there by a count."),
        )
    return row


def _require_unused(tx: Transaction, entry: Row[Any], receipt: str) -> None:
    later = first(
        tx,
        "SELECT * FROM ledger_entry WHERE stock_id = ? AND ledger_entry_id > ? ORDER BY ledger_entry_id",
        entry.stock_id,
        entry.ledger_entry_id,
    )
    handed_out = number(
        tx,
        "SELECT count(*) FROM requirement r JOIN demand d ON d.demand_id = r.demand_id"
        " JOIN stock s ON s.item_id = r.item_id AND s.location_id = d.location_id"
        " WHERE s.stock_id = ? AND r.issued_quantity > 0",
        entry.stock_id,
    )
    if later is not None or handed_out:
        raise Refused(
            tr("Something has happened to what came with {receipt}.", receipt=receipt),
            hint=tr("Take back what came after it first, or book what is there by a count."),
        )


def _pegs_back(tx: Transaction, receipt: Row[Any], line: Row[Any]) -> list[tuple[int, int]]:
    """Take the newest pegs off the goods, as many as came: they wait for the line again."""
    left = min(receipt.quantity, line.quantity - max(0, line.received_quantity - receipt.quantity))
    stock = pegs.stock(receipt.stock_id)
    on_hand = number(tx, "SELECT quantity FROM stock WHERE stock_id = ?", receipt.stock_id)
    if pegs.pegged(tx, stock) - (on_hand - receipt.quantity) > left:
        raise Refused(
            tr("What came beyond the order with {receipt} was given to somebody.", receipt=receipt.number),
            hint=tr("Book what is there by a count."),
        )
    back = []
    for peg in rows(tx, "SELECT * FROM peg WHERE stock_id = ? ORDER BY peg_id DESC", receipt.stock_id):
        part = min(left, peg.quantity)
        if part <= 0:
            break
        pegs.take(tx, peg.peg_id, part)
        back.append((peg.requirement_id, part))
        left -= part
    return back


def _reverse(tx: Transaction, entry: Row[Any], receipt: str) -> None:
    """Book a counter entry, and take the layers away that the entry made: the newest ones of the row."""
    left, value = entry.quantity, 0
    for layer in rows(tx, "SELECT * FROM cost_layer WHERE stock_id = ? ORDER BY cost_layer_id DESC", entry.stock_id):
        part = min(left, layer.remaining_quantity)
        if part <= 0:
            break
        rest = layer.remaining_quantity - part
        run(tx, "UPDATE cost_layer SET remaining_quantity = ? WHERE cost_layer_id = ?", rest, layer.cost_layer_id)
        if layer.unit_cost is not None:
            value += value_of(layer.remaining_quantity, layer.unit_cost) - value_of(rest, layer.unit_cost)
        left -= part
    add(
        tx,
        LedgerEntry,
        stock_id=entry.stock_id,
        at=tx.now,
        kind=entry.kind,
        quantity=-entry.quantity,
        value=None if entry.value is None else -value,
        document=entry.document,
        reason=tr("receipt {receipt} taken back", receipt=receipt),
        actor=tx.actor,
        purchase_line_id=entry.purchase_line_id,
        reverses_id=entry.ledger_entry_id,
    )
    lying = [
        (row.remaining_quantity, row.unit_cost)
        for row in rows(tx, "SELECT * FROM cost_layer WHERE stock_id = ? AND remaining_quantity > 0", entry.stock_id)
    ]
    run(
        tx,
        "UPDATE stock SET quantity = quantity - ?, unit_cost = coalesce(?, unit_cost) WHERE stock_id = ?",
        entry.quantity,
        average_cost(lying),
        entry.stock_id,
    )


def _reopen(tx: Transaction, line: Row[Any], quantity: int) -> None:
    received = line.received_quantity - quantity
    change(
        tx,
        PurchaseLine,
        line.purchase_line_id,
        received_quantity=received,
        state="open" if received < line.quantity else line.state,
        surplus_reason=line.surplus_reason or "cancelled demand",
    )
    run(
        tx,
        "UPDATE purchase_order SET state = 'sent', row_version = row_version + 1 WHERE purchase_order_id = ?"
        " AND state = 'closed'",
        line.purchase_order_id,
    )


def _counter(tx: Transaction, receipt: Row[Any]) -> str:
    [counter] = take(tx, "REC", 1)
    add(
        tx,
        Receipt,
        number=counter,
        purchase_line_id=receipt.purchase_line_id,
        stock_id=receipt.stock_id,
        quantity=-receipt.quantity,
        rejected_quantity=-receipt.rejected_quantity,
        reason=tr("{receipt} taken back", receipt=receipt.number),
        received_on=tx.today,
        received_by=tx.actor,
        reverses_id=receipt.receipt_id,
    )
    return counter
