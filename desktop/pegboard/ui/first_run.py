"""The first page of the program when no workshop is open: three doors, and what was open before."""

import getpass
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.storage.store import is_address
from pegboard.ui import icons, theme
from pegboard.ui.button import Button
from pegboard.ui.detail import section_title
from pegboard.ui.message_bar import MessageBar, ProgressStrip
from pegboard.ui.messages import Messages
from pegboard.ui.runner import Runner


class Door(Button):
    """A large button: icon, what it does, and what follows."""

    def __init__(self, icon: str, title: str, text: str) -> None:
        super().__init__()
        self._icon = icon
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setProperty("door", True)
        self._picture = QLabel()
        name = QLabel(title, wordWrap=True)
        name.setObjectName("detail_title")
        words = QLabel(text, wordWrap=True, alignment=Qt.AlignmentFlag.AlignTop)
        words.setProperty("secondary", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.addWidget(self._picture)
        layout.addWidget(name)
        layout.addWidget(words, 1)
        for part in (self._picture, name, words):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.notice().changed.connect(self._redraw)
        self._redraw()

    @Slot()
    def _redraw(self) -> None:
        self._picture.setPixmap(icons.pixmap(self._icon, 28, theme.colours().accent))


def _words(name: str) -> str:
    """A path or an address as the list of those opened before has it."""
    if not is_address(name):
        return f"{Path(name).stem}   {Path(name).parent}"
    where, _slash, database = name.partition("?")[0].rpartition("/")
    return f"{database}   {where.partition('://')[2].rpartition('@')[2]}"


class FirstRun(QWidget):
    """Welcomes and asks for one thing: which workshop.

    Signals: sample_asked(), import_asked(), empty_asked(), open_asked(): a door was chosen; workshop_chosen(str path):
    one of those opened before, or the address of one on a server; first_painted(): it is on the screen.
    """

    sample_asked = Signal()
    import_asked = Signal()
    empty_asked = Signal()
    open_asked = Signal()
    workshop_chosen = Signal(str)
    first_painted = Signal()

    def __init__(self, recent: Sequence[str]) -> None:
        super().__init__()
        self.setWindowTitle("Pegboard")
        self.setAccessibleName(tr("Choose a workshop"))
        self.resize(900, 600)
        self._was_painted = False
        self.bar = MessageBar()
        self.messages = Messages(self, self.bar)
        self.progress = ProgressStrip()
        title = QLabel(tr("Welcome to Pegboard"))
        font = theme.body_font(theme.FIGURE)
        title.setFont(font)
        text = QLabel(
            tr(
                "An order goes in; pick lists, supplier orders, job travelers and a promise date come out."
                " Every part in the shop hangs on the order that needs it."
            ),
            wordWrap=True,
        )
        column = QVBoxLayout()
        column.setContentsMargins(48, 32, 48, 32)
        column.setSpacing(theme.MARGIN)
        column.addStretch(1)
        column.addWidget(title)
        column.addWidget(text)
        column.addLayout(self._doors())
        column.addLayout(self._others(recent))
        column.addWidget(self.progress)
        column.addStretch(2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.bar)
        whole.addLayout(column, 1)

    def _doors(self) -> QHBoxLayout:
        sample = Door(
            "sample",
            tr("Try the sample workshop"),
            tr("Harbor Lamps, a lamp maker with orders, parts and suppliers. In a file of its own."),
        )
        folder = Door(
            "import",
            tr("Import a folder or spreadsheet"),
            tr("Items, parts lists, stock, orders from CSV files or a workbook. All is checked first."),
        )
        empty = Door("empty", tr("Start empty"), tr("A new workshop file, ready for its first item and order."))
        row = QHBoxLayout()
        row.setSpacing(theme.MARGIN)
        for door, asked in ((sample, self.sample_asked), (folder, self.import_asked), (empty, self.empty_asked)):
            door.clicked.connect(asked)
            row.addWidget(door, 1)
        return row

    def _others(self, recent: Sequence[str]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        if recent:
            column.addWidget(section_title(tr("Opened before")))
        for name in recent[:5]:
            button = Button(_words(name))
            button.setProperty("link", True)
            button.setAccessibleName(tr("Open {file}", file=name))
            button.setObjectName(name)
            button.clicked.connect(self._choose)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        other = Button(tr("Open another workshop file…"))
        other.clicked.connect(self.open_asked)
        server = Button(tr("Open a workshop on a server…"))
        server.setAccessibleDescription(tr("One workshop at several seats, in PostgreSQL."))
        server.clicked.connect(self._ask_server)
        for button in (other, server):
            button.setProperty("link", True)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return column

    @Slot()
    def _ask_server(self) -> None:
        from pegboard.ui.moving import ask_server

        runner = Runner(None, actor=getpass.getuser(), parent=self)
        address = ask_server(self.messages, runner)
        runner.close()
        if address:
            self.workshop_chosen.emit(address)

    @Slot()
    def _choose(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.workshop_chosen.emit(sender.objectName())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: after the first painting it can be used."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.first_painted.emit()
