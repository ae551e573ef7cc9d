"""The help pages that ship with the program, read inside the window (F1)."""

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTextBrowser, QWidget

from pegboard.i18n import tr
from pegboard.resources import resource
from pegboard.ui import theme
from pegboard.ui.overlay import Overlay

START = "index.md"
LINE_HEIGHT = 120  # per cent
OF_PAGE = {  # where the window's pages are explained, by their ids
    "today": "first-steps.md",
    "orders": "orders.md",
    "production": "make.md",
    "purchasing": "buy.md",
    "inventory": "stock.md",
    "items": "items.md",
    "signals": "signals.md",
    "kanban": "kanban.md",
    "cash": "reports.md",
    "money": "money.md",
    "pos": "shops.md",
    "setup": "setup.md",
}


class HelpPages(Overlay):
    """Shows a help page; links lead to the others, Alt+Left goes back."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, width=860, height=720)
        title = QLabel(tr("Help"))
        title.setObjectName("detail_title")
        self._contents = QPushButton(tr("&Contents"))
        self._back = QPushButton(tr("&Back"))
        self._pages = QTextBrowser()
        self._pages.setAccessibleName(tr("Help page"))
        self._pages.setSearchPaths([str(resource("help"))])
        self._pages.setOpenExternalLinks(True)
        self._pages.document().setDocumentMargin(theme.MARGIN)
        self._pages.sourceChanged.connect(self._set_type)
        self._contents.clicked.connect(self._show_contents)
        self._back.clicked.connect(self._pages.backward)
        self._pages.backwardAvailable.connect(self._back.setEnabled)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._back)
        head.addWidget(self._contents)
        self.card_layout.addLayout(head)
        self.card_layout.addWidget(self._pages, 1)

    def open_page(self, page: str = START) -> None:
        """Show a page by its file name."""
        self._pages.setSource(QUrl(page), QTextDocument.ResourceType.MarkdownResource)
        self._back.setEnabled(self._pages.isBackwardAvailable())
        self.open()
        self._pages.setFocus()

    @Slot()
    def _set_type(self) -> None:
        """Give a page the program's own sizes and room between its paragraphs: Markdown comes in with neither."""
        block = self._pages.document().begin()
        while block.isValid():
            _set_block(block)
            block = block.next()

    @Slot()
    def _show_contents(self) -> None:
        self._pages.setSource(QUrl(START), QTextDocument.ResourceType.MarkdownResource)


def _set_block(block: QTextBlock) -> None:
    cursor, usual = QTextCursor(block), block.blockFormat()
    level = usual.headingLevel()
    is_row = cursor.currentTable() is not None or usual.hasProperty(QTextFormat.Property.BlockCodeLanguage)
    form = QTextBlockFormat()
    form.setTopMargin(theme.MARGIN if level > 1 else 0)
    form.setBottomMargin(0 if is_row else theme.STEP if block.textList() else theme.GAP)
    form.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(form)
    if level:
        font = theme.body_font(theme.FIGURE if level == 1 else theme.TITLE)
        font.setWeight(QFont.Weight.DemiBold)
        letters = QTextCharFormat()
        letters.setFont(font)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(letters)  # set, not merged: the size of Markdown's headings would win
