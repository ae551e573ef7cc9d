"""The right half of a page: links that keys open, tables that keep their height."""

from PySide6.QtCore import Qt

from pegboard.ui import theme
from pegboard.ui.columns import text_column
from pegboard.ui.detail import Fact, Facts, LinkLabel
from pegboard.ui.detail_table import MOST_ROWS, DetailTable

COLUMNS = (
    text_column("item", "Item", lambda row: row[0], width=200),
    text_column("words", "Words", lambda row: row[1], width=400),
)


def table(desk, qtbot, rows) -> DetailTable:
    made = DetailTable(desk, "test", "Parts", COLUMNS, key=lambda row: row[0])
    qtbot.addWidget(made)
    made.show_rows(rows)
    made.show()
    return made


def test_a_link_opens_with_enter_and_shows_its_text_as_it_is(qtbot, look) -> None:
    opened = []
    facts = Facts((Fact("Order", "Tide & <Timber>", link=lambda: opened.append("order")),))
    qtbot.addWidget(facts)
    facts.show()
    [link] = facts.findChildren(LinkLabel)
    assert link.accessibleName() == "Tide & <Timber>"
    assert "Tide &amp; &lt;Timber&gt;" in link.text()
    qtbot.keyClick(link, Qt.Key.Key_Return)
    assert opened == ["order"]


def test_a_table_is_as_high_as_its_rows_whatever_its_width(qtbot, desk) -> None:
    made = table(desk, qtbot, [(f"P{place}", "words") for place in range(5)])
    heights = set()
    for width in (120, 300, 500, 700, 1200):
        made.resize(width, made.height())
        heights.add(made.height())
    assert len(heights) == 1


def test_a_long_table_scrolls_within_itself(qtbot, desk) -> None:
    few = table(desk, qtbot, [("P1", "words")]).height()
    many = table(desk, qtbot, [(f"P{place}", "words") for place in range(500)]).height()
    assert many - few == (MOST_ROWS - 1) * theme.ROW_HEIGHT


def test_a_row_is_opened_with_enter(qtbot, desk) -> None:
    made = table(desk, qtbot, [("P1", "one"), ("P2", "two")])
    opened = []
    made.row_opened.connect(opened.append)
    qtbot.keyClick(made, Qt.Key.Key_Down)
    qtbot.keyClick(made, Qt.Key.Key_Return)
    assert opened == [("P2", "two")]
