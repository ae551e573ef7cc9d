"""The head of the window: the page's title, the search button, and what the page puts there."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from pegboard.i18n import tr
from pegboard.ui import icons, theme
from pegboard.ui.button import Button


class Header(QFrame):
    """Title left, search in the middle, the page's buttons right.

    Signals: search_asked(): the search button was pressed.
    """

    search_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("header")
        self._buttons: list[QWidget] = []
        self.title = QLabel()
        self.title.setObjectName("page_title")
        self._search = Button(tr("Search everything   {key}", key="Ctrl+K"))
        self._search.setAccessibleName(tr("Search everything"))
        self._search.setMinimumWidth(300)
        self._search.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._search.clicked.connect(self.search_asked)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        self._row.addWidget(self.title, 1)
        self._row.addWidget(self._search)
        self._row.addStretch(1)
        theme.notice().changed.connect(self._redraw)
        self._redraw()

    def show_buttons(self, actions: Sequence[QAction]) -> None:
        """Put these actions at the right, in place of the last page's."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = [self._button(action) for action in actions]

    def _button(self, action: QAction) -> QWidget:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setText(action.iconText())
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._row.addWidget(button)
        return button

    @Slot()
    def _redraw(self) -> None:
        self._search.setIcon(icons.icon("search"))
