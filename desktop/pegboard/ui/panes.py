"""The parts of the window that F6 visits, and the list that commands mean."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from pegboard.ui import theme
from pegboard.ui.list_view import ListPane
from pegboard.ui.workspace import Workspace


def go(panes: Sequence[QWidget], step: int) -> None:
    """Put the focus into the next (1) or previous (-1) visible pane, round the end."""
    visible = [pane for pane in panes if pane.isVisible()]
    focused = QApplication.focusWidget()
    holding = [pane for pane in visible if focused and (pane is focused or pane.isAncestorOf(focused))]
    at = visible.index(holding[0]) if holding else 0
    if visible:
        pane = visible[(at + step) % len(visible)]
        focus_first(pane)
        bring_into_view(pane)


def bring_into_view(pane: QWidget) -> None:
    """Scroll what a pane lies in until it is seen, its beginning first."""
    area = pane.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    inside = area.widget() if isinstance(area, QScrollArea) else None
    if isinstance(area, QScrollArea) and inside is not None:
        at = pane.mapTo(inside, QPoint(0, 0))
        area.ensureVisible(at.x(), at.y() + min(pane.height(), area.viewport().height()), 0, 0)
        area.ensureVisible(at.x(), at.y(), 0, theme.MARGIN)


def enter(page: Workspace) -> None:
    """Put the focus into a page: where the page says, else into its first pane."""
    if page.focusProxy() is not None:
        page.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return
    own = [pane for pane in page.panes() if pane.isVisibleTo(page)]
    focus_first(own[0] if own else page)


def focus_first(pane: QWidget) -> None:
    """Put the focus into a pane: its proxy, itself, or the first of its children that takes it."""
    if pane.focusProxy() is not None or pane.focusPolicy() != Qt.FocusPolicy.NoFocus:
        pane.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return
    for child in pane.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled():
            child.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return


def active_list(page: QWidget) -> ListPane[Any] | None:
    """Return the list on a page that has the focus, else its first visible one, None where it has none."""
    lists = [each for each in page.findChildren(ListPane) if each.isVisible()]
    focused = QApplication.focusWidget()
    return next((each for each in lists if focused and each.isAncestorOf(focused)), lists[0] if lists else None)
