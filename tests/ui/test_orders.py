"""Orders: what a person sees of them, and how one is typed without the mouse."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from tests.builders import (
    add_bom,
    add_customer,
    add_item,
    add_operation,
    add_option,
    add_order,
    add_stock,
    add_supplier,
    add_supplier_item,
    add_work_center,
    day,
    doing,
    micro,
    reading,
)

from pegboard.domain.configuration import Rule
from pegboard.domain.configuration_draft import ChoiceDraft, OptionsDraft, RulesDraft
from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Price
from pegboard.domain.roles import Role, rights_of
from pegboard.queries.order_detail import order_detail
from pegboard.queries.order_papers import order_papers
from pegboard.services import explosion, orders
from pegboard.services.numbers import continue_above
from pegboard.services.options import save_options, save_rules
from pegboard.storage.bulk import fetch
from pegboard.ui import formats
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.consequences_form import ConsequencesForm
from pegboard.ui.orders.configure_form import ConfigureForm
from pegboard.ui.orders.entry import OrderEntry
from pegboard.ui.orders.forms import ChangeForm, DepositForm
from pegboard.ui.orders.line_changes import LineForm, options_of
from pegboard.ui.orders.workspace import OrdersPage, workspace

TODAY = day("2026-11-23")
Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def shop(workshop):
    """Lamps that are made of a tube that Kern sells and a bulb that lies here; three orders."""
    with doing(workshop, today=TODAY) as tx:
        add_item(tx, "LAMP-HB", "make", description="Harbor desk lamp", list_price=148, standard_cost=80)
        add_item(tx, "LAMP-FL", "make", description="Floor lamp", list_price=310, standard_cost=160)
        add_item(tx, "TUBE", description="Brass tube")
        add_item(tx, "BULB", description="Bulb, warm", list_price=9, standard_cost=4)
        add_option(tx, "LAMP-FL", "SHADE", ["WHITE", "RED"], default="WHITE")
        tx.connection.exec_driver_sql("UPDATE option_choice SET price_extra = 6000000 WHERE code = 'RED'")
        add_bom(tx, "LAMP-HB", {"TUBE": 1, "BULB": 1})
        add_bom(tx, "LAMP-FL", {"TUBE": 2, "BULB": 1})
        add_work_center(tx, "BENCH")
        for sequence in (10, 20):
            add_operation(tx, "LAMP-HB", sequence, work_center="BENCH")
        add_supplier(tx, "KERN", lead_time_days=5)
        add_supplier_item(tx, "KERN", "TUBE", 10)
        add_stock(tx, "BULB", 100)
        add_customer(tx, "ACME", name="Acme Interiors")
        add_customer(tx, "BAUER", name="Möbelhaus Bauer", deposit_percent=micro(30))
        add_order(tx, "SO-0001", [("LAMP-HB", 5, "2026-12-18")], customer="ACME")
        add_order(tx, "SO-0002", [("LAMP-HB", 2, "2026-12-11")], customer="ACME", status="quote")
        add_order(tx, "SO-0003", [("BULB", 4, None)], customer="BAUER")
        continue_above(tx)
        explosion.explode(tx)
    return workshop


@pytest.fixture
def page(qtbot, desk, shop, settle) -> OrdersPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 760)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    return made


def press(qtbot, *steps):
    """Press real keys on whatever has the focus; a text is typed letter by letter. Returns how many keys that were."""
    count = 0
    for step in steps:
        if isinstance(step, str):
            for letter in step:
                qtbot.keyClicks(QApplication.activePopupWidget() or QApplication.focusWidget(), letter)
            count += len(step)
        else:
            qtbot.keyClick(QApplication.activePopupWidget() or QApplication.focusWidget(), step)
            count += 1
    return count


def begin(page, settle) -> OrderEntry:
    page.enter()
    settle(page.desk)
    page.activateWindow()
    page.entry.customer.setFocus()
    return page.entry


def numbers(page):
    return [page.list.model.key_at(place) for place in range(page.list.model.rowCount())]


def run(page, name):
    command = next(command for command in page.commands() if command.id == name)
    assert command.enabled_when(), f"{name} cannot be run now"
    command.run()


def answering(monkeypatch, kind, fill=lambda _form: None):
    """Accept the dialogs of one kind after filling them."""

    def accept(dialog):
        assert isinstance(dialog, kind)
        fill(dialog)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", accept)


def test_the_list_shows_open_orders_by_due_date(page):
    assert numbers(page) == ["SO-0002", "SO-0001", "SO-0003"]
    assert page.pane.detail.row.number == "SO-0002"


def test_a_filter_tells_how_many_it_shows(page, settle):
    page.list.choose_chip("quotes")
    settle(page.desk)
    assert numbers(page) == ["SO-0002"]
    texts = [button.text() for button in page.list._chip_group.buttons()]
    assert texts == ["Open (3)", "Late", "Quotes (1)", "Deposit due (1)", "Drafts", "All (3)"]


def test_an_order_shows_what_hangs_on_it(page, settle):
    page.show_record("order", "SO-0001")
    settle(page.desk)
    line = page.pane.detail.lines[0]
    [lamp] = line.pulls
    [job] = lamp.covers
    assert (job.kind, job.state) == ("job", "planned")
    assert {(pull.item, pull.covers[0].kind) for pull in job.pulls} == {("TUBE", "purchase"), ("BULB", "stock")}


def test_five_known_lines_take_at_most_ninety_keys(qtbot, page, settle):
    entry = begin(page, settle)
    keys = press(qtbot, "acme", Key.Key_Tab, "PO 7781", Key.Key_Tab, "fri", Key.Key_Tab)
    for code, count in (("LAMP-HB", "12"), ("BULB", "4"), ("desk", "3"), ("LAMP-FL", "2"), ("BULB", "10")):
        keys += press(qtbot, code, Key.Key_Tab, count, Key.Key_Return)
    settle(page.desk)
    entry.confirm()
    keys += 1  # Ctrl+Return
    settle(page.desk)
    assert keys <= 90, keys
    with reading(page.desk.store, today=TODAY) as view:
        made = order_detail(view, "SO-0004")
    lines = [(line.item, str(line.quantity), str(line.price)) for line in made.lines]
    assert lines == [
        ("LAMP-HB", "12", "148"),
        ("BULB", "4", "9"),
        ("LAMP-HB", "3", "148"),
        ("LAMP-FL", "2", "310"),
        ("BULB", "10", "9"),
    ]
    assert made.row.reference == "PO 7781"
    assert {line.due for line in made.lines} == {day("2026-11-27")}
    assert all(line.is_exploded for line in made.lines)
    assert page.list.current().number == "SO-0004"
    assert page.list.chip == "open"
    assert numbers(page).count("SO-0004") == 1
    assert fetch_drafts(page) == []


def fetch_drafts(page):
    with reading(page.desk.store) as view:
        return [json.loads(cells) for (cells,) in fetch(view, "SELECT cells FROM order_draft")]


def test_every_committed_cell_is_kept(qtbot, page, settle):
    begin(page, settle)
    press(qtbot, "bauer", Key.Key_Tab, "X1", Key.Key_Tab, "4.12", Key.Key_Tab, "BULB", Key.Key_Tab)
    settle(page.desk)
    [cells] = fetch_drafts(page)
    assert cells == {
        "customer": "BAUER",
        "reference": "X1",
        "due": "2026-12-04",
        "lines": [{"item": "BULB", "price": "9.00"}],
    }


def test_escape_keeps_a_draft_which_is_offered_again(qtbot, page, settle):
    begin(page, settle)
    press(qtbot, "acme", Key.Key_Tab, Key.Key_Tab, Key.Key_Tab, "BULB", Key.Key_Tab, "3", Key.Key_Return)
    press(qtbot, Key.Key_Escape)
    settle(page.desk)
    assert not page.is_entering
    assert numbers(page)[0].startswith("draft:")
    assert page.list.current().state.value == "draft"
    run(page, "order.confirm")
    settle(page.desk)
    assert page.is_entering
    assert page.entry.customer.text() == "ACME"
    assert page.entry.grid.texts() == [{"item": "BULB", "quantity": "3", "price": "9.00"}]


def test_an_order_without_a_word_leaves_no_draft(qtbot, page, settle):
    begin(page, settle)
    press(qtbot, Key.Key_Escape)
    settle(page.desk)
    assert fetch_drafts(page) == []


def test_a_draft_that_was_thrown_away_comes_back(qtbot, page, settle, shell):
    begin(page, settle)
    press(qtbot, "acme", Key.Key_Tab)
    settle(page.desk)
    run(page, "order.discard_draft")
    settle(page.desk)
    assert fetch_drafts(page) == []
    shell.last_action()
    settle(page.desk)
    assert [cells["customer"] for cells in fetch_drafts(page)] == ["ACME"]


def test_unknown_items_of_a_pasted_block_stay_red_with_suggestions(page, settle):
    entry = begin(page, settle)
    QGuiApplication.clipboard().setText("SKU\tQty\tPrice\nLAMP-HB\t2\t140\nLAMP-HX\t1\t\nBULB\t6\t")
    entry.grid.view.setFocus()
    entry.grid.view.paste()
    rows = entry.grid.rows()
    assert [row.text("item") for row in rows] == ["LAMP-HB", "LAMP-HX", "BULB"]
    assert [row.text("price") for row in rows] == ["140.00", "", "9.00"]
    assert rows[1].cells["item"].problem.startswith("There is no item LAMP-HX.")
    assert "LAMP-HB" in rows[1].cells["item"].readings
    entry.customer.set_value("ACME")
    entry.confirm()
    assert entry._problem.text().startswith("There is no item LAMP-HX.")


def test_typing_what_no_item_is_called_takes_nothing_similar(qtbot, page, settle):
    entry = begin(page, settle)
    entry.grid.view.setFocus()
    press(qtbot, "XLAMP", Key.Key_Return)
    assert entry.grid.texts() == [{"item": "XLAMP"}]
    assert entry.grid.problems()


def test_the_preview_says_what_is_made_bought_and_late(qtbot, page, settle):
    entry = begin(page, settle)
    press(qtbot, "acme", Key.Key_Tab, Key.Key_Tab, "tomorrow", Key.Key_Tab, "LAMP-HB", Key.Key_Tab, "3", Key.Key_Return)
    settle(page.desk)
    qtbot.waitUntil(lambda: entry.panel.tree.model().rowCount() == 1, timeout=5000)
    settle(page.desk)
    assert "1 new job, buy 1 line, 30.00 EUR to buy" in entry.panel._summary.text()
    shown = entry.grid.rows()[0].computed["can_ship"]
    assert shown.mark.word == "late"
    assert "TUBE from KERN" in shown.text
    with reading(page.desk.store) as view:
        assert fetch(view, "SELECT count(*) FROM work_order")[0][0] == 1


def test_totals_tell_cost_margin_and_deposit(page, settle):
    entry = begin(page, settle)
    entry.start({"customer": "BAUER", "lines": [{"item": "LAMP-HB", "quantity": "2", "price": "148.00"}]})
    settle(page.desk)
    assert entry._totals.text() == "Total 296.00 EUR    cost 160.00    margin 46 %    deposit 30 % = 88.80"


def test_the_customers_last_price_comes_before_the_list(page, settle):
    with doing(page.desk.store, today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE order_line SET unit_price = 140000000")
    entry = begin(page, settle)
    entry.customer.set_value("ACME")
    entry._customer_known()
    settle(page.desk)
    entry.grid.model.change("Type", {(0, "item"): "LAMP-HB"})
    assert entry.grid.texts() == [{"item": "LAMP-HB", "price": "140.00"}]


def test_options_are_chosen_with_f4_and_change_the_price(qtbot, page, settle, monkeypatch):
    entry = begin(page, settle)
    entry.grid.set_texts([{"item": "LAMP-FL", "quantity": "1"}])
    assert entry.grid.texts()[0]["price"] == "310.00"
    entry.grid.view.setFocus()
    entry.grid.view.setCurrentIndex(entry.grid.model.index(0, 3))
    answering(monkeypatch, ConfigureForm, lambda form: form._pickers[0].box.setCurrentIndex(1))
    qtbot.keyClick(entry.grid.view, Key.Key_F4)
    assert entry.grid.texts() == [{"item": "LAMP-FL", "quantity": "1", "options": "SHADE=RED", "price": "316.00"}]


def test_an_order_without_lines_or_customer_is_told_so(page, settle):
    entry = begin(page, settle)
    entry.confirm()
    assert entry._problem.text() == "Customer is missing."
    entry.customer.set_value("ACME")
    entry.confirm()
    assert entry._problem.text() == "An order needs at least one line."


def test_a_quote_is_confirmed_and_pulls(page, settle):
    page.show_record("order", "SO-0002")
    settle(page.desk)
    run(page, "order.confirm")
    settle(page.desk)
    assert page.pane.detail.lines[0].status == "confirmed"
    assert page.pane.detail.lines[0].is_exploded


def test_a_deposit_that_is_paid_lets_the_order_pull(page, settle, monkeypatch):
    page.show_record("order", "SO-0003")
    settle(page.desk)
    assert page.pane.detail.row.state.value == "waiting_for_deposit"
    answering(monkeypatch, DepositForm)
    run(page, "order.deposit")
    settle(page.desk)
    assert page.pane.detail.deposit_paid_on == TODAY
    assert page.pane.detail.row.state.value == "ready"


def test_releasing_its_jobs_prints_their_travelers(page, settle, shell):
    page.show_record("order", "SO-0001")
    settle(page.desk)
    run(page, "order.release_jobs")
    settle(page.desk)
    assert [paper.kind for paper in shell.papers] == ["traveler"]
    assert page.pane.detail.planned_jobs == ()


def test_a_change_shows_its_consequences_first(page, settle, monkeypatch):
    page.show_record("order", "SO-0001")
    settle(page.desk)
    seen = []

    def answer(dialog):
        seen.append(dialog)
        if isinstance(dialog, ChangeForm):
            dialog.quantity.setText("3")
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", answer)
    run(page, "order.change")
    settle(page.desk)
    assert [type(dialog) for dialog in seen] == [ChangeForm, ConsequencesForm]
    assert str(page.pane.detail.lines[0].quantity) == "3"
    with reading(page.desk.store) as view:
        assert fetch(view, "SELECT quantity FROM work_order")[0][0] == 3_000_000


def test_a_duplicate_has_the_same_lines_and_no_dates(page, settle):
    page.show_record("order", "SO-0001")
    settle(page.desk)
    run(page, "order.duplicate")
    settle(page.desk)
    assert page.entry.cells()["customer"] == "ACME"
    assert page.entry.grid.texts() == [{"item": "LAMP-HB", "quantity": "5", "price": "148.00"}]


def test_its_history_names_who_did_what(page, settle):
    with doing(page.desk.store, today=TODAY) as tx:
        orders.confirm_quote(tx, "SO-0002")
    page.show_record("order", "SO-0002")
    settle(page.desk)
    entry = page.pane.detail.history[0]
    assert (entry.actor, entry.text) == ("Ann", "Confirmed SO-0002.")


def test_the_acknowledgement_is_shown(page, settle, shell):
    page.show_record("order", "SO-0001")
    settle(page.desk)
    run(page, "order.print")
    settle(page.desk)
    assert [(paper.kind, paper.number) for paper in shell.papers] == [("acknowledgement", "SO-0001")]


def test_the_commands_have_icons_help_and_keys_of_their_own(page):
    from pegboard.ui import window_commands  # noqa: F401

    assert problems(page.commands()) == ()


def cells_of(entry, key):
    return [row.text(key) for row in entry.grid.rows()]


def test_freight_tax_address_and_note_are_typed_and_reach_the_order(qtbot, page, settle):
    entry = begin(page, settle)
    press(qtbot, "acme", Key.Key_Tab, Key.Key_Tab, Key.Key_Tab)
    run(page, "order.more")
    press(qtbot, "12", Key.Key_Tab, "19", Key.Key_Tab, "25", Key.Key_Tab, "Pier 4", Key.Key_Tab, "Call first")
    press(qtbot, Key.Key_Tab, "BULB", Key.Key_Tab, "10", Key.Key_Return)
    settle(page.desk)
    assert entry._totals.text().startswith("Net 90.00    freight 12.00    tax 19 % = 17.10    Total 119.10 EUR")
    assert entry._totals.text().endswith("deposit 25 % = 29.78")
    entry.confirm()
    settle(page.desk)
    with reading(page.desk.store, today=TODAY) as view:
        made = order_detail(view, "SO-0004")
        [paper] = order_papers(view, ["SO-0004"])
    assert (str(made.freight), made.ship_to, made.note) == ("12", "Pier 4", "Call first")
    assert (str(made.own_deposit_percent), str(made.lines[0].tax_percent)) == ("25", "19")
    assert (paper.total.minor, paper.deposit.minor, paper.note) == (11910, 2978, "Call first")


def test_a_line_may_have_a_tax_of_its_own(page, settle):
    entry = begin(page, settle)
    entry.start({"customer": "ACME", "tax": "19", "lines": [{"item": "BULB", "quantity": "1", "tax": "7"},
                                                            {"item": "LAMP-HB", "quantity": "1"}]})  # fmt: skip
    settle(page.desk)
    assert not entry.grid.view.isColumnHidden(5)
    assert [str(line.tax_percent) for line in entry._draft().lines] == ["7", "19"]


def test_the_customers_last_tax_holds_until_another_is_typed(page, settle):
    with doing(page.desk.store, today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE order_line SET tax_percent = 19000000")
    entry = begin(page, settle)
    entry.start({"customer": "ACME", "lines": [{"item": "BULB", "quantity": "2"}]})
    settle(page.desk)
    assert "tax 19 % = 3.42" in entry._totals.text()
    assert entry.head.tax.placeholderText() == "19"
    entry.head.tax.setText("0")
    entry.head.tax.settle()
    assert "tax" not in entry._totals.text()
    assert str(entry._draft().lines[0].tax_percent) == "0"


def test_percentages_beyond_a_hundred_stay_red(page, settle):
    entry = begin(page, settle)
    entry.start({"customer": "ACME", "deposit": "120", "lines": [{"item": "BULB", "quantity": "1"}]})
    entry.confirm()
    assert entry._problem.text() == "Deposit percent is 0 to 100 percent."
    assert entry.head.has_more


def test_the_cost_is_rolled_up_from_supplier_prices(qtbot, page, settle):
    with doing(page.desk.store, today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE work_center SET hourly_rate = 60000000")
        tx.connection.exec_driver_sql("UPDATE routing_operation SET run_minutes = 5000000")
    entry = begin(page, settle)
    entry.start({"customer": "ACME", "lines": [{"item": "LAMP-HB", "quantity": "2", "price": "100"}]})
    settle(page.desk)
    qtbot.waitUntil(
        lambda: "cost 48.00" in entry._totals.text(), timeout=5000
    )  # tube 10, bulb 4, ten minutes at 60 an hour, twice
    assert "margin 76 %" in entry._totals.text()


@pytest.fixture
def configurable(page, settle):
    """LAMP-FL with a cord by the metre, extras of which several may be taken, and a rule."""
    lines = (
        ChoiceDraft(group="SHADE", choice="WHITE", is_default=True),
        ChoiceDraft(group="SHADE", choice="RED", extra=Price(6_000_000)),
        ChoiceDraft(group="CORD", choice="1..5/0.5", description="m", extra=Price(4_000_000)),
        ChoiceDraft(group="EXTRA", choice="*", required=False),
        ChoiceDraft(group="EXTRA", choice="USB", extra=Price(5_000_000), required=False),
        ChoiceDraft(group="EXTRA", choice="DIMMER", extra=Price(24_000_000), required=False),
    )
    with doing(page.desk.store, today=TODAY) as tx:
        save_options(tx, OptionsDraft(item="LAMP-FL", choices=lines))
        rule = Rule("excludes", "EXTRA", "DIMMER", "CORD", "4..5", "it hums")
        save_rules(tx, RulesDraft(item="LAMP-FL", rules=(rule,)))
    settle(page.desk)
    entry = begin(page, settle)
    entry.start({"customer": "ACME", "lines": [{"item": "LAMP-FL", "quantity": "2"}]})
    settle(page.desk)
    return entry


def form_of(entry):
    """The form that configures the line, not shown."""
    shown = []
    entry._desk.messages.run_dialog, kept = lambda form: shown.append(form) or False, entry._desk.messages.run_dialog
    entry.grid.view.setCurrentIndex(entry.grid.model.index(0, 3))
    assert entry.choose_options()
    entry._desk.messages.run_dialog = kept
    return shown[0]


def test_price_cost_and_day_follow_each_choice(qtbot, configurable, page, settle):
    form = form_of(configurable)
    shade, cord, extra = form._pickers
    assert form.figures.money.text() == "Price 310.00 EUR"
    shade.box.setCurrentIndex(1)
    cord.field.setText("2.5")
    extra.boxes[0].setChecked(True)
    assert form.figures.money.text() == "Price 331.00 EUR"  # 310 + 6 + 10 + 5
    form._work_out()
    settle(page.desk)
    assert form.figures.money.text() == "Price 331.00 EUR    cost 24.00    margin 93 %"
    assert form.figures.day.text().startswith("Can ship ")
    assert form.chosen() == (("SHADE", "RED"), ("CORD", "2.5"), ("EXTRA", "USB"))


def test_the_form_takes_only_what_can_be_made(configurable, page, settle):
    form = form_of(configurable)
    _shade, cord, extra = form._pickers
    assert form.problems() == ("Choose CORD: 1 to 5 in steps of 0.5.",)
    cord.field.setText("4.5")
    extra.boxes[1].setChecked(True)
    form._work_out()
    settle(page.desk)
    assert form.problems() == ("EXTRA DIMMER excludes CORD 4 to 5: it hums.",)
    cord.field.setText("4.7")
    assert form.problems()[0].startswith("CORD cannot be 4.7; it is 1 to 5 in steps of 0.5.")
    cord.field.setText("3")
    assert not form.problems()


def test_a_line_that_lacks_a_choice_says_so_and_is_not_entered(configurable, page, settle, qtbot):
    qtbot.waitUntil(lambda: "can_ship" in configurable.grid.rows()[0].computed, timeout=5000)
    shown = configurable.grid.rows()[0].computed["can_ship"]
    assert (shown.mark.word, shown.text) == ("choose", "Choose CORD: 1 to 5 in steps of 0.5.")
    configurable.confirm()
    settle(page.desk)
    assert configurable._problem.text().startswith("Choose CORD")


def test_options_can_be_typed_in_the_cell(configurable):
    configurable.grid.model.change("Type", {(0, "options"): "red; cord=2.5; usb; dimmer"})
    assert configurable.grid.rows()[0].value("options") == (
        ("SHADE", "RED"),
        ("CORD", "2.5"),
        ("EXTRA", "USB"),
        ("EXTRA", "DIMMER"),
    )
    assert cells_of(configurable, "price") == ["355.00"]
    configurable.grid.model.change("Type", {(0, "options"): "cord=9"})
    assert "has no option" in configurable.grid.rows()[0].problems[0][1]


def test_the_same_as_last_time_is_one_key(configurable, page, settle):
    configurable.grid.model.change("Type", {(0, "options"): "red; cord=2.5; usb", (0, "price"): "300"})
    configurable.confirm()
    settle(page.desk)
    entry = begin(page, settle)
    entry.start({"customer": "ACME", "lines": [{"item": "LAMP-FL", "quantity": "1"}]})
    settle(page.desk)
    entry.grid.view.setCurrentIndex(entry.grid.model.index(0, 0))
    run(page, "order.same_options")
    assert cells_of(entry, "options") == ["SHADE=RED; CORD=2.5; EXTRA=USB"]
    assert cells_of(entry, "price") == ["300.00"]


def test_a_quote_shows_cost_and_pulls_nothing(configurable, page, settle):
    configurable.grid.model.change("Type", {(0, "options"): "cord=2"})
    configurable.confirm(quote=True)
    settle(page.desk)
    detail = page.pane.detail
    assert detail.row.state.value == "quote"
    assert str(page.pane.cost.cost) == "48.00"
    assert not detail.lines[0].is_exploded


@pytest.fixture
def seat_without_money(desk):
    """A seat whose person may not see prices."""
    desk.runner.rights = rights_of(Role.OFFICE, office_sees_money=False)
    formats.hide_money(True)
    yield
    formats.hide_money(False)


def test_a_seat_that_sees_no_prices_enters_them_all_the_same(seat_without_money, page, settle):
    entry = begin(page, settle)
    entry.start({"customer": "ACME", "lines": [{"item": "LAMP-HB", "quantity": "2"}]})
    settle(page.desk)
    assert "cost" not in entry._totals.text()
    entry.confirm()
    settle(page.desk)
    with reading(page.desk.store, today=TODAY) as view:
        assert str(order_detail(view, "SO-0004").lines[0].price) == "148"


def test_a_quote_tells_when_it_could_ship_and_what_it_would_pull(qtbot, page, settle):
    page.show_record("order", "SO-0002")
    settle(page.desk)
    qtbot.waitUntil(lambda: page.pane.quoted is not None, timeout=5000)
    assert page.pane.tree.model().rowCount() == 1
    assert [pull.line for pull in page.pane.quoted.pulls] == [1]
    with reading(page.desk.store) as view:
        assert fetch(view, "SELECT count(*) FROM demand")[0][0] == 2
    page.show_record("order", "SO-0001")
    settle(page.desk)
    assert page.pane.quoted is None


def test_options_of_a_confirmed_line_change_after_a_look(configurable, page, settle, monkeypatch):
    configurable.grid.model.change("Type", {(0, "options"): "cord=2"})
    configurable.confirm()
    settle(page.desk)
    assert [str(line.price) for line in page.pane.detail.lines] == ["318"]
    page.pane.lines.setFocus()

    def fill(dialog):
        if isinstance(dialog, ConfigureForm):
            dialog._pickers[0].box.setCurrentIndex(1)

    answering(monkeypatch, (ConfigureForm, ConsequencesForm), fill)
    run(page, "order.options")
    settle(page.desk)
    page.refresh()
    settle(page.desk)
    old, new = page.pane.detail.lines
    assert (old.status, new.status) == ("cancelled", "confirmed")
    assert (new.options, str(new.price)) == ((("SHADE", "RED"), ("CORD", "2")), "324")
    assert new.is_exploded


def test_a_line_is_added_and_its_item_exchanged_after_a_look(page, settle, monkeypatch):
    page.show_record("order", "SO-0001")
    settle(page.desk)
    seen = []

    def answer(dialog):
        seen.append(type(dialog))
        if isinstance(dialog, LineForm):
            dialog.item.setText("LAMP-HB")
            dialog.quantity.setText("2")
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(messages_module, "run_modal", answer)
    run(page, "order.add_line")
    settle(page.desk)
    assert seen == [LineForm, ConsequencesForm]
    assert [(line.item, str(line.quantity)) for line in page.pane.detail.lines] == [("LAMP-HB", "5"), ("LAMP-HB", "2")]
    assert page.pane.detail.revision == 1


def test_options_are_read_as_they_are_typed():
    assert options_of("COLOUR=RED; CORD = 2.5") == (("COLOUR", "RED"), ("CORD", "2.5"))
    with pytest.raises(InvalidInput, match="is no option"):
        options_of("COLOUR")
