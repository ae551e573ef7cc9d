"""The one table model, the one tree model and the paged one: rows change in place, selection stays by key."""

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from pegboard.domain.quantity import Quantity
from pegboard.ui.columns import Align, Column, natural, quantity_column, text_column
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.marks import Mark, State
from pegboard.ui.paged import PAGE, PagedListPane, PagedTableModel
from pegboard.ui.table_model import TableModel
from pegboard.ui.tree_model import TreeModel
from pegboard.ui.tree_view import TreeView
from pegboard.ui.window_state import WindowState

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@dataclass(frozen=True)
class Job:
    number: str
    item: str
    quantity: Quantity
    is_late: bool = False


JOBS = tuple(Job(f"WO-{at}", item, Quantity.of(at)) for at, item in ((10, "LAMP"), (9, "ARM"), (2, "BASE")))
COLUMNS = (
    text_column("number", "Number", lambda job: job.number),
    text_column(
        "item", "Item", lambda job: job.item, mark=lambda job: Mark(State.LATE, "late") if job.is_late else None
    ),
    quantity_column("quantity", "Quantity", lambda job: job.quantity),
)


@pytest.fixture
def model(qapp, look):
    made = TableModel(COLUMNS, lambda job: job.number)
    QAbstractItemModelTester(made, FATAL, made)
    made.show(JOBS)
    return made


def numbers(model):
    return [job.number for job in model.rows]


def test_numbers_sort_by_number():
    assert sorted(["WO-10", "WO-9", "wo-1", "PO-2"], key=natural) == ["PO-2", "wo-1", "WO-9", "WO-10"]


def test_a_click_on_a_head_sorts_and_unknown_values_come_last(model):
    model.sort(0)
    assert numbers(model) == ["WO-2", "WO-9", "WO-10"]
    model.sort(2, Qt.SortOrder.DescendingOrder)
    assert numbers(model) == ["WO-10", "WO-9", "WO-2"]
    model.sort(-1)
    assert numbers(model) == ["WO-10", "WO-9", "WO-2"]
    column = Column("day", "Day", str, sort=lambda value: value)
    assert sorted([3, None, 1], key=column.sort_key) == [1, 3, None]


def test_rows_with_the_same_keys_change_in_place(model, qtbot):
    changed = []
    model.dataChanged.connect(lambda top, _bottom: changed.append(top.row()))
    with qtbot.assertNotEmitted(model.modelReset):
        model.show((JOBS[0], replace(JOBS[1], item="ARM-B"), JOBS[2]))
    assert changed == [1]
    assert model.index(1, 1).data() == "ARM-B"


def test_other_rows_start_anew(model, qtbot):
    with qtbot.waitSignal(model.modelReset):
        model.show(JOBS[:2])
    assert model.rowCount() == 2


def test_a_filter_hides_rows_and_lets_them_back(model):
    model.set_filter(lambda job: job.item == "ARM")
    assert numbers(model) == ["WO-9"]
    model.set_filter(None)
    assert model.rowCount() == 3


def test_a_state_is_word_and_shape_and_quantities_stand_right(model):
    model.show((replace(JOBS[0], is_late=True),))
    assert model.index(0, 1).data(Qt.ItemDataRole.DecorationRole) is not None
    assert COLUMNS[2].align is Align.RIGHT
    assert model.headerData(2, Qt.Orientation.Horizontal) == "Quantity"


@dataclass(frozen=True)
class Node:
    name: str
    below: tuple["Node", ...] = ()


TREE = (Node("LAMP", (Node("ARM", (Node("TUBE"),)), Node("BULB"))), Node("BASE"))


@pytest.fixture
def tree(qapp, look):
    made = TreeModel((text_column("name", "Name", lambda n: n.name),), lambda n: n.name, lambda n: n.below)
    QAbstractItemModelTester(made, FATAL, made)
    made.show(TREE)
    return made


def test_a_tree_shows_what_hangs_on_what(tree):
    lamp = tree.index(0, 0)
    arm = tree.index(0, 0, lamp)
    assert [tree.rowCount(), tree.rowCount(lamp), tree.rowCount(arm)] == [2, 2, 1]
    assert tree.parent(arm) == lamp
    assert tree.path_of(tree.index(0, 0, arm)) == ("LAMP", "ARM", "TUBE")
    assert tree.index_of(("LAMP", "BULB")).data() == "BULB"
    assert not tree.index_of(("LAMP", "NONE")).isValid()


def test_a_tree_keeps_what_was_open_and_chosen(qtbot, tree):
    view = TreeView("test", "Tree", WindowState(None), tree.columns, open_levels=1)
    qtbot.addWidget(view)
    view.show_model(tree)
    arm = tree.index_of(("LAMP", "ARM"))
    view.setExpanded(arm, True)
    view.setCurrentIndex(tree.index_of(("LAMP", "ARM", "TUBE")))
    tree.show((Node("NEW"), *TREE))
    assert view.isExpanded(tree.index_of(("LAMP", "ARM")))
    assert view.current_row().name == "TUBE"


@pytest.fixture
def pane(qtbot, desk):
    made = ListPane(
        desk,
        "jobs",
        "Jobs",
        COLUMNS,
        lambda job: job.number,
        query=lambda _reading: JOBS,
        chips=(Chip("all", "All"), Chip("arms", "Arms", lambda job: job.item == "ARM")),
        empty=Empty("Jobs stand here.", "Release one", lambda: None),
    )
    qtbot.addWidget(made)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: made.model.rowCount() == 3)
    return made


def test_the_first_row_is_chosen_and_chips_count(pane):
    assert pane.current() == JOBS[0]
    assert [button.text() for button in pane._chip_group.buttons()] == ["All (3)", "Arms (1)"]


def test_selection_stays_with_its_row_when_others_come(qtbot, pane):
    pane.select("WO-2")
    pane.show_rows((Job("WO-99", "NEW", Quantity.of(1)), *JOBS))
    assert pane.current().number == "WO-2"


def test_the_find_box_keeps_rows_with_all_words(qtbot, pane):
    qtbot.keyClicks(pane.find_box, "wo ar")
    qtbot.keyClick(pane.find_box, Qt.Key.Key_Return)
    assert numbers(pane.model) == ["WO-9"]
    qtbot.keyClick(pane.find_box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: pane.model.rowCount() == 3)


def test_a_record_behind_a_filter_is_shown_when_it_is_asked_for(pane):
    pane.choose_chip("arms")
    assert numbers(pane.model) == ["WO-9"]
    pane.select("WO-10")
    assert pane.current().number == "WO-10"


def test_a_record_asked_for_before_its_rows_came_is_chosen_then(pane):
    pane.select("WO-77")
    pane.show_rows((*JOBS, Job("WO-77", "LAMP", Quantity.of(1))))
    assert pane.current().number == "WO-77"


def test_an_empty_list_says_what_belongs_there_and_a_filtered_one_what_hides_it(pane):
    pane.show_rows(())
    assert pane._note._text.text() == "Jobs stand here."
    pane.show_rows(JOBS[:1])
    pane.choose_chip("arms")
    assert pane._note._text.text() == "Nothing here with this filter."
    assert pane._stack.currentWidget() is pane._note


def test_widths_order_and_sorting_are_remembered(qtbot, desk, pane):
    head = pane.view.horizontalHeader()
    pane.view.setColumnWidth(0, 222)
    head.moveSection(1, 0)
    pane.view.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    pane.view.setColumnHidden(0, False)
    qtbot.waitUntil(lambda: desk.state.get("list.jobs") is not None)
    again = ListPane(desk, "jobs", "Jobs", COLUMNS, lambda job: job.number)
    qtbot.addWidget(again)
    again.show_rows(JOBS)
    assert again.view.columnWidth(0) == 222
    assert [column.key for column in again.view.visible_columns] == ["item", "number", "quantity"]
    assert numbers(again.model) == ["WO-10", "WO-9", "WO-2"]


def test_rows_are_copied_as_a_spreadsheet_takes_them(qtbot, pane):
    from PySide6.QtGui import QGuiApplication

    pane.view.selectAll()
    pane.view.copy()
    assert QGuiApplication.clipboard().text().split("\n")[:2] == ["Number\tItem\tQuantity", "WO-10\tLAMP\t10"]


def test_what_is_shown_is_exported(qtbot, desk, pane, tmp_path, settle, monkeypatch):
    from openpyxl import load_workbook

    from pegboard.ui import list_export

    pane.choose_chip("arms")
    path = tmp_path / "jobs.xlsx"
    monkeypatch.setattr(desk.messages, "save_file", lambda *_: path)
    list_export.export_list(desk, pane)
    settle(desk)
    rows = [[cell.value for cell in row] for row in load_workbook(path).active]
    assert rows == [["Number", "Item", "Quantity"], ["WO-9", "ARM", 9]]
    list_export.write(tmp_path / "jobs.csv", COLUMNS, (Job("=1+1", "A", Quantity.parse("1.5")),))
    assert (tmp_path / "jobs.csv").read_text("utf-8-sig").splitlines()[1] == "'=1+1,A,1.5"


class Numbers:
    """Two thousand rows in the file's order."""

    def __init__(self):
        self.asked = []

    def keys(self, _reading, chip, words, sort_key, descending):
        keys = [key for key in range(2_000) if not words or words[0] in str(key)]
        return keys[::-1] if descending and sort_key else keys

    def rows(self, _reading, keys):
        self.asked.append(len(keys))
        return [Job(f"WO-{key}", "LAMP", Quantity.of(key + 1)) for key in keys]


def key_of(job):
    return int(job.number[3:])


def test_a_long_list_reads_only_the_pages_that_are_looked_at(qtbot, desk):
    source = Numbers()
    pane = PagedListPane(desk, "long", "Long", COLUMNS, key_of, source=source)
    qtbot.addWidget(pane)
    pane.resize(600, 400)
    pane.show()
    pane.refresh()
    qtbot.waitUntil(lambda: pane.current() is not None)
    assert pane.model.rowCount() == 2_000
    assert source.asked == [PAGE]
    pane.select(1_999)
    qtbot.waitUntil(lambda: pane.current() is not None and pane.current().number == "WO-1999")
    assert sum(source.asked) <= 3 * PAGE


def test_a_long_list_is_sorted_and_searched_by_the_file(qtbot, desk):
    pane = PagedListPane(desk, "long", "Long", COLUMNS, key_of, source=Numbers())
    qtbot.addWidget(pane)
    pane.show()
    pane.view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: pane.model.key_at(0) == 1_999)
    qtbot.keyClicks(pane.find_box, "77")
    qtbot.waitUntil(lambda: pane.model.key_at(0) == 1_977)


def test_the_paged_model_keeps_its_word_to_views(qapp, look):
    model = PagedTableModel(COLUMNS, key_of)
    QAbstractItemModelTester(model, FATAL, model)
    model.show_keys(range(500))
    assert model.index(3, 0).data() is None
    assert model.take_missing() == (0,)
    model.show_page(0, model.page_keys(0), [Job(f"WO-{key}", "A", Quantity.of(1)) for key in range(PAGE)])
    assert model.index(3, 0).data() == "WO-3"
    model.show_keys(range(100, 500))
    assert model.place_of(150) == 50
    assert model.rowCount(QModelIndex()) == 400


def test_a_record_that_does_not_exist_is_looked_for_once(qtbot, desk, settle):
    source = Numbers()
    chips = (Chip("some", "Some"), Chip("all", "All"))
    pane = PagedListPane(desk, "long", "Long", COLUMNS, key_of, source=source, chips=chips)
    qtbot.addWidget(pane)
    pane.show()
    pane.refresh()
    pane.select(77_777)
    settle(desk)
    assert pane.chip == "all"
    qtbot.wait(50)
    assert desk.runner.is_idle


def test_a_record_that_never_came_does_not_take_the_selection_later(pane):
    pane.select("WO-77")
    pane.show_rows(JOBS)
    pane.show_rows(JOBS)
    pane.show_rows((*JOBS, Job("WO-77", "LAMP", Quantity.of(1))))
    assert pane.current().number == "WO-10"
