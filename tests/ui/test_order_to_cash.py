"""One order through the pages of the window: typed, changed, bought, built, shipped in two, returned in part, paid."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtTest import QTest
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_operation,
    add_stock,
    add_supplier,
    add_supplier_item,
    add_work_center,
    day,
    doing,
    quantity,
    reading,
)

from pegboard.queries.integrity import check
from pegboard.storage.rows import number, rows
from pegboard.ui import messages as messages_module
from pegboard.ui.consequences_form import ConsequencesForm
from pegboard.ui.desk import Desk
from pegboard.ui.money.workspace import workspace as money
from pegboard.ui.orders.forms import ChangeForm
from pegboard.ui.orders.shipping import BackForm, ShipForm
from pegboard.ui.orders.workspace import workspace as orders
from pegboard.ui.production.forms import CompleteForm
from pegboard.ui.production.workspace import workspace as production
from pegboard.ui.purchasing.forms import ReceiveForm
from pegboard.ui.purchasing.workspace import workspace as purchasing

TODAY = day("2026-11-23")


@pytest.fixture
def shop(workshop):
    """A lamp of a shade that Kern sells and a cord of which plenty lies here."""
    with doing(workshop, today=TODAY) as tx:
        add_item(tx, "LAMP", "make", list_price=100, standard_cost=30)
        add_item(tx, "SHADE", standard_cost=9)
        add_item(tx, "CORD", standard_cost=2)
        add_bom(tx, "LAMP", {"SHADE": 1, "CORD": 1})
        add_work_center(tx, "BENCH", 60)
        add_operation(tx, "LAMP", 10, work_center="BENCH", run_minutes=6)
        add_supplier(tx, "KERN", lead_time_days=2)
        add_supplier_item(tx, "KERN", "SHADE", 9)
        add_stock(tx, "CORD", 20, unit_cost=2)
        add_stock(tx, "SHADE", 1, unit_cost=9)
        add_customer(tx, "ACME", name="Acme Interiors")
    return workshop


class Window:
    """The pages on one desk, worked as a person works them."""

    def __init__(self, qtbot, desk: Desk, settle, monkeypatch) -> None:
        self.desk = desk
        self._qtbot = qtbot
        self._settle = settle
        self._monkeypatch = monkeypatch
        self.seen: list[str] = []

    def open(self, make: Callable[[Desk], Any]) -> Any:
        """Open a page."""
        page = make(self.desk)
        self._qtbot.addWidget(page)
        page.resize(1240, 900)
        with self._qtbot.waitExposed(page):
            page.show()
        page.refresh()
        self.rest()
        return page

    def rest(self) -> None:
        """Wait until every answer has come."""
        for _step in range(3):
            self._settle(self.desk)
            QTest.qWait(30)

    def go(self, page: Any, noun: str, name: str) -> None:
        """Go to a record."""
        page.show_record(noun, name)
        self.rest()

    def do(self, page: Any, name: str, **fills: Callable[[Any], None]) -> None:
        """Run a command; its dialogs are filled by their class's name and accepted."""

        def run(dialog: Any) -> int:
            kind = type(dialog).__name__
            self.seen.append(kind)
            fills.get(kind, lambda _form: None)(dialog)
            dialog.accept()
            assert not dialog.problems(), dialog.problems()
            return dialog.result()

        self._monkeypatch.setattr(messages_module, "run_modal", run)
        [command] = [each for each in page.commands() if each.id == name]
        assert command.enabled_when(), f"{name} cannot be run now"
        command.run()
        self.rest()

    def is_whole(self) -> None:
        """Prove the invariants."""
        with reading(self.desk.store, TODAY) as view:
            result = check(view)
        assert result.ok, [breach for each in result.invariants for breach in each.breaches]


@pytest.fixture
def window(qtbot, desk, shop, settle, monkeypatch) -> Window:
    return Window(qtbot, desk, settle, monkeypatch)


def test_one_order_from_the_first_key_to_the_last_cent(window: Window, shell) -> None:
    page = window.open(orders)
    _enter(window, page)
    _change_to_six(window, page)
    _buy(window)
    _build(window)
    _ship_in_two_and_take_one_back(window, page)
    _invoice_and_be_paid(window, page, shell)
    assert {"ChangeForm", "ConsequencesForm", "ReceiveForm", "CompleteForm", "ShipForm", "BackForm"} <= set(window.seen)


def _enter(window: Window, page: Any) -> None:
    page.enter()
    window.rest()
    page.entry.customer.set_value("ACME")
    page.entry.grid.model.change("Type", {(0, "item"): "LAMP", (0, "quantity"): "5", (0, "price"): "100"})
    window.rest()
    window.do(page, "order.confirm")
    window.go(page, "order", "SO-0001")
    [line] = page.pane.detail.lines
    assert (str(line.quantity), line.is_exploded) == ("5", True)
    window.is_whole()


def _change_to_six(window: Window, page: Any) -> None:
    def fill(form: Any) -> None:
        form.quantity.set_value(quantity(6))

    window.do(page, "order.change", ChangeForm=fill)
    assert str(page.pane.detail.lines[0].quantity) == "6"
    assert window.seen[-2:] == [ChangeForm.__name__, ConsequencesForm.__name__]
    window.is_whole()


def _buy(window: Window) -> None:
    page = window.open(purchasing)
    window.go(page, "purchase_order", "PO-0001")
    window.do(page, "purchase.send")
    window.go(page, "purchase_line", "PO-0001/1")

    def two_bad(form: Any) -> None:
        form.quantity.set_value(quantity(3))
        form.bad.set_value(quantity(1))
        form.reason.set_value("dented")

    window.do(page, "purchase.receive", **{ReceiveForm.__name__: two_bad})
    window.go(page, "purchase_line", "PO-0001/1")
    window.do(page, "purchase.receive")
    window.is_whole()
    with reading(window.desk.store, TODAY) as view:
        assert number(view, "SELECT sum(quantity) FROM stock s JOIN item i ON i.item_id = s.item_id"
                            " WHERE i.code = 'SHADE' AND s.status = 'available'") == 6_000_000  # fmt: skip


def _build(window: Window) -> None:
    page = window.open(production)
    window.go(page, "work_order", "WO-0001")
    window.do(page, "job.release")

    def five(form: Any) -> None:
        form.good.set_value(quantity(4))

    window.do(page, "job.complete", **{CompleteForm.__name__: five})
    window.do(page, "job.complete")
    assert page.pane.detail.job.state == "done"
    window.is_whole()


def _ship_in_two_and_take_one_back(window: Window, page: Any) -> None:
    window.go(page, "order", "SO-0001")

    def four(form: Any) -> None:
        form.amounts[0][1].set_value(quantity(4))

    window.do(page, "order.ship", **{ShipForm.__name__: four})
    window.do(page, "order.ship")

    def one(form: Any) -> None:
        form.quantity.set_value(quantity(1))
        form.reason.set_value("Broken")
        form.place.setCurrentIndex(form.place.findData("scrap"))

    page.pane.lines.select_place(0)
    window.do(page, "order.take_back", **{BackForm.__name__: one})
    window.is_whole()
    with reading(window.desk.store, TODAY) as view:
        assert [row.number for row in rows(view, "SELECT number FROM shipment ORDER BY 1")] == ["SHP-0001", "SHP-0002"]


def _invoice_and_be_paid(window: Window, page: Any, shell: Any) -> None:
    cash = window.open(money)
    cash._choose(0)
    window.rest()
    window.do(cash, "invoice.issue")
    window.go(cash, "invoice", "INV-0001")
    assert str(cash.invoice().row.open) == "500.00"
    window.do(cash, "payment.book")
    window.go(cash, "invoice", "INV-0001")
    assert str(cash.invoice().row.open) == "0.00"
    window.is_whole()
    with reading(window.desk.store, TODAY) as view:
        assert [row.status for row in rows(view, "SELECT status FROM order_line")] == ["closed"]
