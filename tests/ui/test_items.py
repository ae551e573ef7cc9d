"""Items: what a person sees of them, and what is kept as it is typed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.builders import (
    add_bom,
    add_item,
    add_operation,
    add_option,
    add_supplier,
    add_supplier_item,
    add_work_center,
    day,
    doing,
)

from pegboard.services.items import load_bom, load_routing
from pegboard.storage.bulk import fetch
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.items.bom_tab import BomTab
from pegboard.ui.items.forms import RevisionForm
from pegboard.ui.items.workspace import ItemsPage, workspace

TODAY = day("2026-11-23")
Key = Qt.Key


@pytest.fixture
def shop(workshop):
    """LAMP of 2 BASE and a BULB, BASE of SHEET; SHEET is bought from KERN."""
    with doing(workshop, today=TODAY) as tx:
        for code, source in (("LAMP", "make"), ("BASE", "make"), ("BULB", "buy"), ("SHEET", "buy"), ("SCREW", "buy")):
            add_item(tx, code, source, description=f"{code.title()}, brass")
        add_option(tx, "LAMP", "LIGHT", ["LED", "NONE"], default="LED")
        add_bom(tx, "LAMP", {"BASE": 2, "BULB": 1})
        add_bom(tx, "BASE", {"SHEET": "0.5"})
        add_supplier(tx, "KERN", name="Kern & Sons")
        add_supplier(tx, "VOSS", name="Voss Metals")
        add_supplier_item(tx, "KERN", "SHEET", breaks={0: "9", 10: "8"}, supplier_sku="S1")
        add_supplier_item(tx, "KERN", "BULB", "2")
        add_work_center(tx, "PRESS", 60)
        add_operation(tx, "BASE", 10, work_center="PRESS", run_minutes=6)
    return workshop


@pytest.fixture
def page(qtbot, desk, shop, settle) -> ItemsPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    with qtbot.waitExposed(made):
        made.show()
    go_to(made, "LAMP", settle)
    return made


def go_to(page: ItemsPage, code: str, settle) -> None:
    page.show_record("item", code)
    rest(page, settle)


def rest(page: ItemsPage, settle) -> None:
    for _round in range(4):
        settle(page.desk)


def run(page: ItemsPage, name: str, settle) -> None:
    assert page._by_id[name].enabled_when(), name
    page._by_id[name].run()
    rest(page, settle)


def texts(view) -> list[list[str]]:
    model = view.model()
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def value(store, statement: str):
    with store.read(today=TODAY) as view:
        found = fetch(view, statement)
        return found[0][0] if found else None


def type_keys(qtbot, keys: str) -> None:
    """Type into whatever has the focus: words, and keys in angle brackets."""
    for part in keys.split():
        focused = QApplication.focusWidget()
        if part.startswith("<"):
            qtbot.keyClick(focused, getattr(Key, f"Key_{part.strip('<>')}"))
        else:
            qtbot.keyClicks(focused, part.replace("_", " "))


def type_cell(page, grid, row: int, key: str, text: str, qtbot, settle) -> None:
    """Type into a cell of a grid and commit it with Tab."""
    column = next(place for place, each in enumerate(grid.model.columns) if each.key == key)
    page.window().activateWindow()
    grid.view.setFocus()
    grid.view.setCurrentIndex(grid.model.index(row, column))
    qtbot.keyClick(grid.view, Key.Key_F2)
    qtbot.waitUntil(lambda: grid.view.open_editor() is not None)
    editor = grid.view.open_editor()
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Key.Key_Tab)
    rest(page, settle)


def bom_of(store, code: str, revision: str = ""):
    with store.read(today=TODAY) as view:
        return load_bom(view, code, revision)


# --- the list and the item's own fields


def test_the_list_names_what_is_wrong(page: ItemsPage, settle) -> None:
    page.list.choose_chip("problem")
    rest(page, settle)
    assert [row[:4] for row in texts(page.list.view)] == [["SCREW", "Screw, brass", "buy", "no supplier"]]


def test_a_field_is_kept_when_it_is_left(page: ItemsPage, shop, qtbot, settle) -> None:
    field = page.pane.form.by_name["description"]
    field.setFocus()
    field.selectAll()
    type_keys(qtbot, "Harbor_lamp <Tab>")
    rest(page, settle)
    assert value(shop, "SELECT description FROM item WHERE code = 'LAMP'") == "Harbor lamp"
    assert page.list.current().description == "Harbor lamp"
    assert value(shop, "SELECT count(*) FROM audit_entry WHERE command = 'item.change'") == 1


def test_what_is_wrong_stands_in_the_field_and_in_words(page: ItemsPage, shop, qtbot, settle) -> None:
    form = page.pane.form
    for name, text, words in (
        ("loss_percent", "100", "Loss, %: A loss is 0 to under 100 percent."),
        ("code", "BASE", "Code: There is an item BASE already."),
        ("standard_cost", "cheap", "Standard cost: "),
    ):
        field = form.by_name[name]
        field.setFocus()
        field.selectAll()
        type_keys(qtbot, f"{text} <Tab>")
        rest(page, settle)
        assert words in form.problem.text()
        assert field.property("problem") is True
        field.setFocus()
        field.selectAll()
        type_keys(qtbot, "<Backspace> " + ("LAMP" if name == "code" else "") + " <Tab>")
        rest(page, settle)
        assert form.problem.isHidden(), form.problem.text()
    assert value(shop, "SELECT count(*) FROM item WHERE loss_percent > 0") == 0


def test_an_item_gets_another_code(page: ItemsPage, shop, qtbot, settle) -> None:
    form = page.pane.form
    form.by_name["code"].setFocus()
    type_keys(qtbot, "<End> -X <Tab>")
    rest(page, settle)
    assert value(shop, "SELECT count(*) FROM item WHERE code = 'LAMP-X'") == 1
    assert page.pane.detail.row.code == "LAMP-X"


def test_ctrl_n_makes_an_item_as_soon_as_it_has_a_code(page: ItemsPage, shop, qtbot, settle) -> None:
    run(page, "item.new", settle)
    assert page.pane.form.by_name["code"].hasFocus()
    assert not page.pane.tabs.isTabEnabled(1)
    type_keys(qtbot, "NUT-M4 <Tab>")
    rest(page, settle)
    assert value(shop, "SELECT source FROM item WHERE code = 'NUT-M4'") == "buy"
    assert page.pane.detail.row.code == "NUT-M4"
    assert page.list.current().code == "NUT-M4"
    type_keys(qtbot, "Nut_M4 <Tab>")
    rest(page, settle)
    assert value(shop, "SELECT description FROM item WHERE code = 'NUT-M4'") == "Nut M4"
    assert page.pane.tabs.isTabEnabled(1)


def test_a_choice_is_kept_at_once(page: ItemsPage, shop, qtbot, settle) -> None:
    field = page.pane.form.by_name["tracking"]
    field.setFocus()
    qtbot.keyClick(field, Key.Key_Down)
    rest(page, settle)
    assert value(shop, "SELECT tracking FROM item WHERE code = 'LAMP'") == "lot"


# --- the BOM


def test_the_bom_shows_its_lines_and_the_tree_below(page: ItemsPage, settle) -> None:
    run(page, "item.tab_bom", settle)
    assert [row[:4] for row in texts(page.pane.bom.kept.grid.view)] == [
        ["BASE", "Base, brass", "2", "ea"],
        ["BULB", "Bulb, brass", "1", "ea"],
        ["", "", "", ""],
    ]
    tree = page.pane.bom.tree
    below = tree.model().index(0, 0)
    assert [tree.model().index(0, column, below).data() for column in (0, 2, 3)] == ["SHEET", "0.5 ea", "1 ea"]


def test_a_line_is_kept_as_soon_as_it_is_complete(page: ItemsPage, shop, qtbot, settle) -> None:
    run(page, "item.tab_bom", settle)
    bom = page.pane.bom
    type_cell(page, bom.kept.grid, 2, "component", "scr", qtbot, settle)
    assert len(bom_of(shop, "LAMP").lines) == 2
    assert "Line 3, Qty: Give a quantity" in bom.kept.note.text().replace("Line 3: Qty", "Line 3, Qty")
    type_cell(page, bom.kept.grid, 2, "quantity", "4", qtbot, settle)
    assert [(line.component, str(line.quantity)) for line in bom_of(shop, "LAMP").lines][2] == ("SCREW", "4")
    assert bom.kept.note.isHidden()
    assert texts(bom.kept.grid.view)[2][1] == "Screw, brass"


def test_all_that_a_line_can_say_is_kept(page: ItemsPage, shop, qtbot, settle) -> None:
    run(page, "item.tab_bom", settle)
    grid = page.pane.bom.kept.grid
    for key, text in (
        ("scrap_percent", "2.5"),
        ("per_batch", "b"),
        ("setup_quantity", "1"),
        ("rounding_multiple", "10"),
        ("operation", "20"),
        ("position", "left"),
        ("option", "LED"),
        ("alternates", "SCREW; SHEET"),
        ("valid_from", "2026-12-01"),
    ):
        type_cell(page, grid, 1, key, text, qtbot, settle)
    line = bom_of(shop, "LAMP").lines[1]
    assert (str(line.scrap_percent), line.per_batch, str(line.setup_quantity), str(line.rounding_multiple)) == (
        *("2.5", True, "1", "10"),
    )
    assert (line.operation, line.position, line.option_group, line.option_choice) == (20, "left", "LIGHT", "LED")
    assert (line.alternates, line.valid_from) == (("SCREW", "SHEET"), day("2026-12-01"))


def test_a_cycle_is_refused_in_the_cell_that_would_close_it(page: ItemsPage, shop, qtbot, settle) -> None:
    go_to(page, "BASE", settle)
    run(page, "item.tab_bom", settle)
    grid = page.pane.bom.kept.grid
    type_cell(page, grid, 1, "component", "LAMP", qtbot, settle)
    [(_row, key, words)] = grid.problems()
    assert key == "component"
    assert "The BOM is cyclic: BASE > LAMP > BASE." in words
    type_cell(page, grid, 0, "alternates", "LAMP", qtbot, settle)
    assert any("BASE > LAMP > BASE" in words for _row, _key, words in grid.problems())
    assert [line.component for line in bom_of(shop, "BASE").lines] == ["SHEET"]


def test_what_is_not_complete_waits_while_others_are_shown(page: ItemsPage, qtbot, settle) -> None:
    run(page, "item.tab_bom", settle)
    bom = page.pane.bom
    type_cell(page, bom.kept.grid, 2, "component", "SCREW", qtbot, settle)
    go_to(page, "BASE", settle)
    assert texts(bom.kept.grid.view)[0][0] == "SHEET"
    go_to(page, "LAMP", settle)
    assert [row[0] for row in texts(bom.kept.grid.view)] == ["BASE", "BULB", "SCREW", ""]
    assert bom.kept.is_unfinished
    later = BomTab(page.desk)
    qtbot.addWidget(later)
    later.show_item(page.pane.detail, page.pane.choices)
    rest(page, settle)
    assert texts(later.kept.grid.view)[2][0] == "SCREW", "the program was closed meanwhile"


def test_a_kept_line_can_be_undone(page: ItemsPage, shop, qtbot, settle) -> None:
    run(page, "item.tab_bom", settle)
    grid = page.pane.bom.kept.grid
    type_cell(page, grid, 0, "quantity", "5", qtbot, settle)
    assert str(bom_of(shop, "LAMP").lines[0].quantity) == "5"
    qtbot.keyClick(grid.view, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    rest(page, settle)
    assert str(bom_of(shop, "LAMP").lines[0].quantity) == "2"


def test_a_new_revision_is_a_copy_that_is_shown(page: ItemsPage, shop, settle, monkeypatch) -> None:
    run(page, "item.tab_bom", settle)
    dialogs = []

    def accept(form: RevisionForm) -> int:
        dialogs.append(form.name.text())
        form.day.set_value(day("2027-01-01"))
        form.accept()
        return form.result()

    monkeypatch.setattr(messages_module, "run_modal", accept)
    run(page, "item.new_revision", settle)
    assert dialogs == ["A"]
    assert page.pane.bom.revision == "A"
    assert bom_of(shop, "LAMP", "A").lines == bom_of(shop, "LAMP").lines
    assert bom_of(shop, "LAMP").valid_to == day("2026-12-31")


def test_validity_is_kept_and_two_revisions_on_one_day_are_refused(page, shop, qtbot, settle) -> None:
    run(page, "item.tab_bom", settle)
    bom = page.pane.bom
    bom.valid_to.setFocus()
    type_keys(qtbot, "2026-12-31 <Tab>")
    rest(page, settle)
    assert bom_of(shop, "LAMP").valid_to == day("2026-12-31")
    bom.output.setFocus()
    bom.output.selectAll()
    type_keys(qtbot, "4 <Tab>")
    rest(page, settle)
    assert str(bom_of(shop, "LAMP").output_quantity) == "4"


# --- routing, suppliers, trees


def test_a_routing_step_is_numbered_and_kept(page: ItemsPage, shop, qtbot, settle) -> None:
    go_to(page, "BASE", settle)
    run(page, "item.tab_routing", settle)
    grid = page.pane.routing.kept.grid
    type_cell(page, grid, 1, "supplier", "voss", qtbot, settle)
    type_cell(page, grid, 1, "price", "1.25", qtbot, settle)
    with shop.read(today=TODAY) as view:
        steps = load_routing(view, "BASE")
    assert [(step.sequence, step.work_center, step.supplier, str(step.price)) for step in steps] == [
        (10, "PRESS", "", "None"),
        (20, "", "VOSS", "1.25"),
    ]
    type_cell(page, grid, 0, "supplier", "VOSS", qtbot, settle)
    assert "at a work center or at a supplier" in grid.problems()[0][2]


def test_suppliers_are_kept_with_their_price_breaks(page: ItemsPage, shop, qtbot, settle) -> None:
    go_to(page, "SHEET", settle)
    run(page, "item.tab_suppliers", settle)
    grid = page.pane.suppliers.kept.grid
    assert texts(grid.view)[0][:4] == ["KERN", "S1", "1", "9.00; 10: 8.00"]
    type_cell(page, grid, 1, "supplier", "voss", qtbot, settle)
    type_cell(page, grid, 1, "breaks", "8.5; 100: 7.25", qtbot, settle)
    type_cell(page, grid, 1, "rank", "2", qtbot, settle)
    assert (
        value(shop, "SELECT count(*) FROM price_break p JOIN supplier_item USING (supplier_item_id) WHERE rank = 2")
        == 2
    )
    grid.view.setCurrentIndex(grid.model.index(0, 0))
    qtbot.keyClick(grid.view, Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    rest(page, settle)
    assert value(shop, "SELECT count(*) FROM supplier_item JOIN item USING (item_id) WHERE code = 'SHEET'") == 1


def test_where_used_and_cost_are_trees(page: ItemsPage, shell, settle) -> None:
    go_to(page, "SHEET", settle)
    run(page, "item.tab_uses", settle)
    uses = page.pane.uses
    assert uses.model.index(0, 0).data() == "BASE"
    uses.tree.opened.emit(uses.model.row_of(uses.model.index(0, 0, uses.model.index(0, 0))))
    assert shell.asked[-1] == ("record", "item", "LAMP")
    go_to(page, "LAMP", settle)
    run(page, "item.tab_cost", settle)
    cost = page.pane.cost
    assert [cost.model.index(0, column).data() for column in (0, 2, 3, 5)] == ["BASE", "9.00", "12.00", "21.00"]


def test_keys_go_through_items_and_tabs(page: ItemsPage, qtbot, settle) -> None:
    run(page, "item.tab_bom", settle)
    assert page.pane.bom.kept.grid.view.hasFocus()
    run(page, "item.next", settle)
    assert page.pane.detail.row.code == "SCREW"
    assert page.pane.tabs.currentWidget() is page.pane.bom
    run(page, "item.previous", settle)
    assert page.pane.detail.row.code == "LAMP"
    page.list.view.setFocus()
    qtbot.keyClick(page.list.view, Key.Key_Return)
    assert page.pane.bom.kept.grid.view.hasFocus()


def test_commands_are_well_declared(page: ItemsPage) -> None:
    assert problems(page.commands()) == ()
