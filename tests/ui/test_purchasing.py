"""Buy: what a person sees of purchase orders, and what the keys do."""

import email
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from tests.builders import (
    add_bom,
    add_item,
    add_order,
    add_purchase,
    add_supplier,
    add_supplier_item,
    add_work_order,
    day,
    demand_of,
    doing,
    need,
    peg,
)

from pegboard.queries.pegging import why
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import add
from pegboard.storage.tables.workshop import Decision
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.purchasing import afterwards as afterwards_module
from pegboard.ui.purchasing.forms import PromiseForm, QuantityForm, ReceiveForm
from pegboard.ui.purchasing.served_table import carried
from pegboard.ui.purchasing.workspace import PurchasingPage, workspace

TODAY = day("2026-11-23")


@pytest.fixture
def purchases(workshop):
    """A draft at Kern (7 tubes of which a job wants 5; bulbs in lots) and a sent order of 4 tubes at Voss."""
    with doing(workshop, today=TODAY) as tx:
        add_item(tx, "LAMP", "make")
        add_item(tx, "TUBE", description="Brass tube")
        add_item(tx, "BULB", tracking="lot")
        add_bom(tx, "LAMP", {"TUBE": 1})
        add_supplier(tx, "VOSS", name="Voss Metals")
        add_supplier(tx, "KERN", name="Kern & Sons", email="orders@kern.example", contact="Eva Kern")
        add_supplier_item(tx, "KERN", "TUBE", breaks={0: "1.50", 10: "1.00"}, minimum_quantity=7)
        lines = [("TUBE", 7, "1.50"), ("BULB", 3, "2")]
        [tube, _bulb] = add_purchase(tx, "PO-0001", "KERN", lines, state="draft", order_by_date=TODAY)
        add_purchase(tx, "PO-0002", "VOSS", [("TUBE", 4, "2"), ("BULB", 2, "2")])
        add_order(tx, "SO-0001", [("LAMP", 5, "2026-12-04")])
        add_work_order(tx, "WO-0001", "LAMP", 5)
        peg(tx, demand_of(tx, "SO-0001"), 5, work_order="WO-0001")
        peg(tx, need(tx, "WO-0001", "TUBE", 5, need_date=day("2026-12-01")), 5, purchase_line=tube)
        tx.connection.exec_driver_sql("UPDATE purchase_line SET surplus_reason = 'minimum'")
    return workshop


@pytest.fixture
def opened(monkeypatch) -> list[Path]:
    """Files that were given to the computer to open."""
    seen: list[Path] = []

    def remember(path: Path) -> bool:
        seen.append(path)
        return True

    monkeypatch.setattr(afterwards_module, "open_outside", remember)
    return seen


@pytest.fixture
def page(qtbot, desk, purchases, settle) -> PurchasingPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    with qtbot.waitExposed(made):
        made.show()
    go_to(made, "PO-0001/1", settle)
    return made


def go_to(page: PurchasingPage, number: str, settle) -> None:
    page.show_record("purchase_line" if "/" in number else "purchase_order", number)
    for _round in range(3):
        settle(page.desk)


def run(page: PurchasingPage, name: str, settle) -> None:
    assert page._by_id[name].enabled_when(), name
    page._by_id[name].run()
    for _round in range(3):
        settle(page.desk)


def answer(monkeypatch, fill) -> list:
    """Let the next dialog be filled by `fill` and accepted."""
    seen = []

    def accept(dialog) -> int:
        seen.append(dialog)
        fill(dialog)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", accept)
    return seen


def shown(pane) -> list[list[str]]:
    model = pane.model
    return [
        [str(model.index(row, column).data() or "") for column in pane.view.visible_sections()]
        for row in range(model.rowCount())
    ]


def value(store, statement: str):
    with store.read(today=TODAY) as view:
        return fetch(view, statement)[0][0]


def test_drafts_come_first_with_their_last_day_to_send(page: PurchasingPage) -> None:
    assert shown(page.list) == [
        ["PO-0001", "Kern & Sons", "draft", "16.50 EUR", "order by 23 Nov"],
        ["PO-0002", "Voss Metals", "sent", "12.00 EUR", "due 30 Nov"],
    ]


def test_a_line_says_who_wants_it_and_what_nobody_wants(page: PurchasingPage) -> None:
    assert shown(page.pane.lines)[0] == [
        *("1", "TUBE", "7 ea", "1.50", "10.50", "WO-0001", "2", "30 Nov", "23 Nov"),
    ]
    assert page.why_number() == "PO-0001/1"


def test_f8_sends_the_draft_with_its_pdf_and_a_mail_draft(page, purchases, settle, shell, opened) -> None:
    run(page, "purchase.send", settle)
    assert value(purchases, "SELECT state FROM purchase_order WHERE number = 'PO-0001'") == "sent"
    assert ("preview", "Purchase order PO-0001") in shell.asked
    [draft] = opened
    mail = email.message_from_bytes(draft.read_bytes(), policy=email.policy.default)
    assert (mail["To"], mail["Subject"], mail["X-Unsent"]) == ("orders@kern.example", "Purchase order PO-0001", "1")
    assert "Dear Eva Kern," in mail.get_body().get_content()
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == "PO-0001.pdf"
    kept = value(purchases, "SELECT pdf FROM print WHERE kind = 'purchase-order'")
    assert attached.get_content() == bytes(kept), "what is mailed is what is kept"
    assert not page._by_id["purchase.send"].enabled_when()


def test_the_mail_draft_opens_again_with_the_same_pdf(page, purchases, settle, opened) -> None:
    run(page, "purchase.send", settle)
    run(page, "purchase.mail", settle)
    assert len(opened) == 2
    assert value(purchases, "SELECT count(*) FROM print") == 1


def test_a_part_of_a_line_is_received(page, purchases, settle, shell, monkeypatch) -> None:
    go_to(page, "PO-0002/1", settle)
    forms = answer(monkeypatch, lambda form: form.quantity.setText("3"))
    run(page, "purchase.receive", settle)
    assert isinstance(forms[0], ReceiveForm)
    assert shell.notices[-1] == ("good", "REC-0001: PO-0002/1 received, 1 still to come.")
    assert page.pane.line.row.received.micro == 3_000_000
    assert [receipt.number for receipt in page.pane.line.receipts] == ["REC-0001"]


def test_too_much_is_refused_in_words_before_anything_is_booked(qtbot, page, settle) -> None:
    go_to(page, "PO-0002/1", settle)
    form = ReceiveForm(page.pane.line, page.desk.today)
    qtbot.addWidget(form)
    form.quantity.setText("5")
    assert form.problems() == ("Only 4 may come. Send the rest back, or say that more is welcome.",)
    form.surplus.setChecked(True)
    assert not form.problems()


def test_a_lot_is_asked_for_where_the_item_is_tracked(qtbot, page, settle) -> None:
    go_to(page, "PO-0002/2", settle)
    form = ReceiveForm(page.pane.line, page.desk.today)
    qtbot.addWidget(form)
    assert form.problems() == ("Lot is missing.",)


def test_all_lines_are_received_at_once_but_those_with_lots(page, purchases, settle, shell, monkeypatch) -> None:
    go_to(page, "PO-0002", settle)
    monkeypatch.setattr(page.desk.messages, "confirm", lambda _title, _text, _verb, then: then())
    run(page, "purchase.receive_all", settle)
    assert shell.notices[-1] == ("plain", "1 lines received. PO-0002/2 need a lot or serials: receive them one by one.")


def test_the_next_price_break_is_offered_and_taken(page, purchases, settle) -> None:
    assert page.pane.line.cheaper is not None
    page._commands.take_break()
    for _round in range(3):
        settle(page.desk)
    line = page.pane.line.row
    assert (str(line.quantity), str(line.unit_price), line.surplus_reason, line.set_by) == ("10", "1", "break", "MK")


def test_a_person_decides_how_much_is_bought(page, purchases, settle, shell, monkeypatch) -> None:
    forms = answer(monkeypatch, lambda form: form.quantity.setText("3"))
    run(page, "purchase.set_quantity", settle)
    assert isinstance(forms[0], QuantityForm)
    assert value(purchases, "SELECT quantity_set_by FROM purchase_line WHERE quantity = 3000000") == "MK"
    [(kind, text)] = shell.notices
    assert (kind, text) == ("plain", "PO-0001/1 buys 3 now; 1 who wanted more are short until the next explosion.")


def test_the_suppliers_date_is_noted(page, purchases, settle, monkeypatch) -> None:
    forms = answer(monkeypatch, lambda form: form.day.line.setText("2026-12-10"))
    run(page, "purchase.promise", settle)
    assert isinstance(forms[0], PromiseForm)
    assert page.pane.line.row.promised == day("2026-12-10")
    assert shown(page.pane.lines)[0][7] == "10 Dec promised"


def test_a_line_is_closed_short_after_a_question(page, purchases, settle, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(page.desk.messages, "confirm", lambda title, _text, _verb, then: (asked.append(title), then()))
    run(page, "purchase.close_short", settle)
    assert asked == ["Close PO-0001/1 short?"]
    assert value(purchases, "SELECT state FROM purchase_line WHERE purchase_line_id = 1") == "closed"


def test_enter_goes_to_the_lines_and_enter_there_opens_the_form(qtbot, page, settle, monkeypatch) -> None:
    forms = answer(monkeypatch, lambda form: None)
    page.list.view.setFocus()
    qtbot.keyClick(page.list.view, Qt.Key.Key_Return)
    assert page.focusWidget() is page.pane.lines.view
    qtbot.keyClick(page.pane.lines.view, Qt.Key.Key_Return)
    for _round in range(3):
        settle(page.desk)
    assert isinstance(forms[0], QuantityForm)


def test_the_commands_are_in_order(page: PurchasingPage) -> None:
    assert problems(page.commands()) == ()


def test_a_receipt_is_taken_back(page, settle, monkeypatch):
    go_to(page, "PO-0002/1", settle)
    answer(monkeypatch, lambda form: None)
    run(page, "purchase.receive", settle)
    go_to(page, "PO-0002/1", settle)
    run(page, "purchase.undo_receipt", settle)
    with page.desk.store.read() as view:
        assert fetch(view, "SELECT sum(quantity) FROM stock")[0][0] == 0
        assert [row[0] for row in fetch(view, "SELECT quantity FROM receipt")] == [4_000_000, -4_000_000]
    assert not page._by_id["purchase.undo_receipt"].enabled_when()


def test_surplus_is_listed_and_given_to_who_waits_for_it(page, settle):
    page.show_record("orphans", "")
    settle(page.desk)
    numbers = [row[0] for row in shown(page.orphans.list)]
    assert numbers == ["PO-0002/1", "PO-0001/2", "PO-0002/2", "PO-0001/1"]
    page.orphans.list.select(_key(page, "PO-0002/1"))
    settle(page.desk)
    assert page.orphans.can_give()
    page.orphans.give_first()
    settle(page.desk)
    with page.desk.store.read() as view:
        found = fetch(
            view,
            "SELECT o.number, sum(p.quantity) FROM peg p"
            " JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id"
            " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id GROUP BY 1 ORDER BY 1",
        )
    assert [tuple(row) for row in found] == [("PO-0001", 1_000_000), ("PO-0002", 4_000_000)]


def test_a_supply_dragged_onto_a_demand_belongs_to_it(page: PurchasingPage, settle) -> None:
    page.resize(1240, 800)
    page.show_record("orphans", "")
    settle(page.desk)
    page.orphans.list.select(_key(page, "PO-0002/1"))
    settle(page.desk)
    table = page.orphans.serves
    assert table.isVisible()
    [first, *_others] = [table.table.row_at(place).demand for place in range(table.table.rowCount())]
    point = QPointF(20, table.rowViewportPosition(0) + table.rowHeight(0) / 2)
    flags = (Qt.DropAction.CopyAction, carried("PO-0002/1"), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    move = QDragMoveEvent(point.toPoint(), *flags)
    table.dragMoveEvent(move)
    assert move.isAccepted()
    table.dropEvent(QDropEvent(point, *flags))
    settle(page.desk)
    settle(page.desk)
    with page.desk.store.read() as reading:
        assert first in {hop.demand for hop in why(reading, "PO-0002/1").up}


def _key(page, number):
    return next((row.column, row.key) for row in page.orphans.list.model.all_rows if row.number == number)


def test_a_question_is_mailed_and_its_answer_booked(page, settle, monkeypatch, opened):
    with doing(page.desk.store, today=TODAY) as tx:
        add(
            tx,
            Decision,
            kind="change_after_sent",
            number="PO-0002/1",
            quantity=3_000_000,
            raised_at=tx.now,
            outcome="asked",
        )
    go_to(page, "PO-0002/1", settle)
    run(page, "purchase.ask", settle)
    assert "we no longer need 3 TUBE" in opened[0].read_text()
    answer(monkeypatch, lambda form: None)
    run(page, "purchase.answer", settle)
    with page.desk.store.read() as view:
        assert fetch(view, "SELECT quantity FROM purchase_line WHERE purchase_line_id = 3")[0][0] == 1_000_000
