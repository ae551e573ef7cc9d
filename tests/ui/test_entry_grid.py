"""The entry grid, driven by keys as an office drives it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from pegboard.domain.errors import InvalidInput
from pegboard.ui import formats
from pegboard.ui.completion import Choice, only_meaning
from pegboard.ui.entry_grid import Computed, EntryColumn, EntryGrid
from pegboard.ui.entry_text import parse_day, parse_quantity

from .conftest import TODAY

LAMPS = (Choice("LAMP-HB", "Harbor desk lamp"), Choice("LAMP-FL", "Floor lamp"), Choice("ARM-A", "Arm, brass"))
Key = Qt.Key


def parse_item(text, _row):
    found = only_meaning(text, LAMPS)
    if found is None:
        raise InvalidInput(f"There is no item {text}.", hint="Choose one with F4.")
    return found.code


@pytest.fixture
def grid(qtbot, look):
    columns = (
        EntryColumn("item", "Item", parse=parse_item, choices=lambda _row: LAMPS, required=True, aliases=("sku",)),
        EntryColumn(
            "quantity", "Qty", parse=lambda t, _r: parse_quantity(t, "de_DE"), show=formats.quantity, required=True
        ),
        EntryColumn(
            "due",
            "Due",
            parse=lambda t, _r: parse_day(t, TODAY, "de_DE"),
            show=formats.day,
            keep=lambda day: day.isoformat(),
            is_day=True,
        ),
        EntryColumn("can_ship", "Can ship"),
    )
    made = EntryGrid("lines", "Order lines", columns, today=lambda: TODAY)
    qtbot.addWidget(made)
    made.resize(700, 300)
    with qtbot.waitExposed(made):
        made.show()
    made.view.setFocus()
    QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    return made


def editor(grid):
    focused = QApplication.focusWidget()
    return focused if focused is not None and focused.objectName() == "cell_editor" else None


def target(grid):
    return editor(grid) or grid.view


def type_cells(qtbot, grid, *steps):
    """Type texts; a key between them is pressed."""
    for step in steps:
        if isinstance(step, str):
            qtbot.keyClicks(target(grid), step[:1])
            qtbot.keyClicks(target(grid), step[1:])
        else:
            qtbot.keyClick(target(grid), step)


def shown(grid):
    return [[grid.model.index(row, column).data() or "" for column in range(3)] for row in range(grid.model.rowCount())]


def place(grid):
    return grid.view.currentIndex().row(), grid.view.currentIndex().column()


def test_a_line_is_typed_from_cell_to_cell_and_a_new_line_waits(qtbot, grid):
    type_cells(qtbot, grid, "LAMP-HB", Key.Key_Tab, "12", Key.Key_Tab, "fri", Key.Key_Tab)
    assert grid.texts() == [{"item": "LAMP-HB", "quantity": "12", "due": "2026-11-27"}]
    assert place(grid) == (1, 0)
    assert grid.model.rowCount() == 2


def test_enter_goes_down_and_shift_enter_up(qtbot, grid):
    type_cells(qtbot, grid, "ARM-A", Key.Key_Return)
    assert place(grid) == (1, 0)
    type_cells(qtbot, grid, "LAMP-FL", Key.Key_Return)
    qtbot.keyClick(grid.view, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert place(grid) == (1, 0)
    assert [row["item"] for row in grid.texts()] == ["ARM-A", "LAMP-FL"]


def test_typing_replaces_and_escape_restores(qtbot, grid):
    grid.set_texts([{"item": "ARM-A", "quantity": "3"}])
    grid.view.setCurrentIndex(grid.model.index(0, 1))
    type_cells(qtbot, grid, "7", Key.Key_Escape)
    assert grid.texts()[0]["quantity"] == "3"
    type_cells(qtbot, grid, "7", Key.Key_Return)
    assert grid.texts()[0]["quantity"] == "7"


def test_words_of_a_part_are_completed_by_what_is_highlighted(qtbot, grid):
    type_cells(qtbot, grid, "desk", Key.Key_Tab)
    assert grid.texts() == [{"item": "LAMP-HB"}]


def test_an_unknown_part_stays_red_with_words(qtbot, grid):
    type_cells(qtbot, grid, "XYZ", Key.Key_Return)
    grid.view.setCurrentIndex(grid.model.index(0, 0))
    assert grid.rows()[0].problems[0] == ("item", "There is no item XYZ. Choose one with F4.")
    assert grid._problem.text().startswith("There is no item XYZ")
    assert grid.model.index(0, 0).data(Qt.ItemDataRole.BackgroundRole) is not None


def test_a_number_with_two_readings_is_refused_and_both_are_offered(qtbot, grid):
    grid.set_texts([{"item": "ARM-A", "quantity": "12.5"}])
    grid.view.setCurrentIndex(grid.model.index(0, 1))
    offered = [button.text() for button in grid._readings if not button.isHidden()]
    assert offered == ["12,5", "125"]
    qtbot.mouseClick(grid._readings[0], Qt.MouseButton.LeftButton)
    assert str(grid.rows()[0].value("quantity")) == "12.5"
    assert not grid.problems()


def test_a_block_with_heads_from_a_spreadsheet_is_one_step(qtbot, grid):
    QGuiApplication.clipboard().setText("Qty\tSKU\n12\tLAMP-HB\n3\tNEW-1\n1.234\tARM-A")
    qtbot.keyClick(grid.view, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [row.text("item") for row in grid.rows()] == ["LAMP-HB", "NEW-1", "ARM-A"]
    assert [len(row.problems) for row in grid.rows()] == [0, 1, 0]
    assert grid.rows()[2].value("quantity").micro == 1_234_000_000
    qtbot.keyClick(grid.view, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert grid.rows() == ()
    qtbot.keyClick(grid.view, Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(grid.rows()) == 3


def test_five_hundred_rows_are_pasted_within_a_second(qtbot, grid):
    import time

    QGuiApplication.clipboard().setText("\n".join(f"LAMP-HB\t{count}\t4.12" for count in range(1, 501)))
    start = time.perf_counter()
    grid.view.paste()
    assert time.perf_counter() - start < 1
    assert len(grid.rows()) == 500
    assert not grid.problems()


def test_fill_down_takes_the_cell_above(qtbot, grid):
    grid.set_texts([{"item": "ARM-A", "quantity": "3"}, {"item": "LAMP-HB"}])
    grid.view.setCurrentIndex(grid.model.index(1, 1))
    qtbot.keyClick(grid.view, Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert grid.texts()[1] == {"item": "LAMP-HB", "quantity": "3"}


def test_delete_empties_a_cell_and_with_control_the_line(qtbot, grid):
    grid.set_texts([{"item": "ARM-A", "quantity": "3"}, {"item": "LAMP-HB"}])
    grid.view.setCurrentIndex(grid.model.index(0, 1))
    qtbot.keyClick(grid.view, Key.Key_Delete)
    assert grid.texts()[0] == {"item": "ARM-A"}
    qtbot.keyClick(grid.view, Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert grid.texts() == [{"item": "LAMP-HB"}]


def test_tab_skips_what_the_program_fills(qtbot, grid):
    grid.set_texts([{"item": "ARM-A", "quantity": "3"}])
    grid.set_computed(grid.rows()[0].id, {"can_ship": Computed("Thu 3 Dec")})
    grid.view.setCurrentIndex(grid.model.index(0, 2))
    qtbot.keyClick(grid.view, Key.Key_Tab)
    assert place(grid) == (1, 0)
    assert grid.model.index(0, 3).data() == "Thu 3 Dec"


def test_control_semicolon_types_today(qtbot, grid):
    grid.view.setCurrentIndex(grid.model.index(0, 2))
    qtbot.keyClick(grid.view, Key.Key_Semicolon, Qt.KeyboardModifier.ControlModifier)
    assert grid.texts() == [{"due": "2026-11-23"}]


def test_the_star_of_the_number_pad_repeats_the_last_line(qtbot, grid):
    grid.set_texts([{"item": "ARM-A", "quantity": "3"}])
    qtbot.keyClick(grid.view, Key.Key_Asterisk, Qt.KeyboardModifier.KeypadModifier)
    assert grid.texts() == [{"item": "ARM-A", "quantity": "3"}] * 2


def test_what_is_missing_is_red_only_once_it_is_asked_for(qtbot, grid):
    grid.set_texts([{"item": "ARM-A"}])
    red = grid.model.index(0, 1)
    assert red.data(Qt.ItemDataRole.BackgroundRole) is None
    assert grid.show_first_problem()
    assert red.data(Qt.ItemDataRole.BackgroundRole) is not None
    assert place(grid) == (0, 1)


def test_what_is_being_typed_counts_when_the_page_goes_on(qtbot, grid):
    type_cells(qtbot, grid, "ARM-A")
    grid.finish_edit()
    assert grid.texts() == [{"item": "ARM-A"}]


def test_tab_stays_in_the_grid_though_other_fields_follow(qtbot, look):
    from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

    window = QWidget()
    columns = tuple(EntryColumn(key, key, parse=lambda text, _row: text) for key in ("one", "two", "three"))
    grid = EntryGrid("lines", "Lines", columns, today=lambda: TODAY)
    layout = QVBoxLayout(window)
    layout.addWidget(grid)
    after = QLineEdit()
    layout.addWidget(after)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    grid.set_texts([{"one": "1"}])
    grid.view.setCurrentIndex(grid.model.index(0, 0))
    grid.view.setFocus()
    for _press in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert place(grid) == (0, 2)
    for _press in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert after.hasFocus()
