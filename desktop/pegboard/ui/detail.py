"""The right half of a page: what there is to know of one record, and the verbs that move it on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QByteArray, Qt, Slot
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.button import Button
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.flow import FlowLayout
from pegboard.ui.marks import Mark, mark_pixmap

PICTURE_HEIGHT = 56  # pixels, beside the heading


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the facts about a record.

    Attributes: label: what it is, such as "Customer reference"; text: its value as shown; link: opens what it names;
    mark: the state mark before the text; tip: how it came about.
    """

    label: str
    text: str
    link: Callable[[], None] | None = None
    mark: Mark | None = None
    tip: str = ""


class MarkLabel(QWidget):
    """A state mark: shape and word."""

    def __init__(self, mark: Mark | None = None) -> None:
        super().__init__()
        self._mark = mark
        self._shape = QLabel()
        self._word = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.STEP)
        layout.addWidget(self._shape)
        layout.addWidget(self._word)
        layout.addStretch(1)
        theme.notice().changed.connect(self._paint)
        self._paint()

    def show_mark(self, mark: Mark | None) -> None:
        """Show another mark, or none."""
        self._mark = mark
        self._paint()

    @Slot()
    def _paint(self) -> None:
        # The parts, not itself: shown before it has a parent, it would open a window of its own for a moment.
        self._shape.setVisible(self._mark is not None)
        self._word.setVisible(self._mark is not None)
        if self._mark is not None:
            self._shape.setPixmap(mark_pixmap(self._mark.state))
            self._word.setText(self._mark.word)


class CommandButton(Button):
    """A button that runs a command and shows its key; `refresh` asks whether it can be run."""

    def __init__(self, command: Command) -> None:
        key = (
            QKeySequence(command.shortcuts[0]).toString(QKeySequence.SequenceFormat.NativeText)
            if command.shortcuts
            else ""
        )
        super().__init__(f"{command.title}   {key}" if key else command.title)
        self.command = command
        self.setProperty("primary", command.primary)
        self.setToolTip(command.help)
        self.setAccessibleName(command.title)
        self.setAccessibleDescription(command.help)
        self.clicked.connect(self._run)
        self.setEnabled(False)  # until `refresh`: the page that answers may still be in the making

    def refresh(self) -> None:
        """Ask the command whether it can be run."""
        self.setEnabled(self.command.enabled_when())

    @Slot()
    def _run(self) -> None:
        if self.command.enabled_when():
            self.command.run()


class Facts(QWidget):
    """Labels and values in two columns."""

    def __init__(self, facts: Sequence[Fact] = ()) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.MARGIN)
        self._grid.setVerticalSpacing(theme.STEP)
        self._grid.setColumnStretch(1, 1)
        self.show_facts(facts)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these lines; those without a text are left out."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, fact in enumerate(fact for fact in facts if fact.text or fact.mark):
            label = QLabel(fact.label)
            label.setProperty("secondary", True)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(_value(fact), row, 1, Qt.AlignmentFlag.AlignTop)


class LinkLabel(QLabel):
    """A text that opens what it names, by a click or by Tab and Enter; unlike a button it wraps."""

    def __init__(self, text: str, opens: Callable[[], None], tip: str = "") -> None:
        super().__init__(f'<a href="#" style="text-decoration: none">{escape(text)}</a>', wordWrap=True)
        self._opens = opens
        self.setTextFormat(Qt.TextFormat.RichText)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.LinksAccessibleByMouse | flags.LinksAccessibleByKeyboard)
        self.setAccessibleName(text)
        self.setToolTip(tip)
        self.linkActivated.connect(self._open)

    @Slot()
    def _open(self) -> None:
        self._opens()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter and Space open it, however it got the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self._opens()
        else:
            super().keyPressEvent(event)


def _value(fact: Fact) -> QWidget:
    if fact.mark is not None:
        return MarkLabel(fact.mark)
    if fact.link is not None:
        return LinkLabel(fact.text, fact.link, fact.tip)
    text = QLabel(fact.text, wordWrap=True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setToolTip(fact.tip)
    return text


class DetailPane(QWidget):
    """Heading, sections, and a bar of verbs at the foot.

    Sections are widgets made once by the page and fed again for each record; `show_nothing` stands there without one.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self._buttons: list[CommandButton] = []
        self._nothing = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._nothing.setProperty("secondary", True)
        self._title = QLabel(wordWrap=True)
        self._title.setObjectName("detail_title")
        self._title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._subtitle = QLabel(wordWrap=True)
        self._subtitle.setProperty("secondary", True)
        self._mark = MarkLabel()
        self._picture = QLabel()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._build_record())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.show_nothing(tr("Choose a line on the left."))

    def _build_record(self) -> QWidget:
        record = QWidget()
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        body = QWidget()
        self._sections = QVBoxLayout(body)
        self._sections.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        self._sections.setSpacing(theme.GAP)
        self._sections.addLayout(head)
        self._sections.addWidget(self._subtitle)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        self._bar = QWidget()
        self._verbs = FlowLayout(self._bar, theme.GAP)
        self._verbs.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        self._bar.hide()
        layout = QVBoxLayout(record)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addWidget(line())
        layout.addWidget(self._bar)
        return record

    def add(self, title: str, widget: QWidget, stretch: int = 0) -> QWidget:
        """Add a section under the earlier ones; "" adds it without a title. Hide the widget returned to hide both."""
        section = QWidget()
        layout = QVBoxLayout(section)
        layout.setContentsMargins(0, theme.GAP, 0, 0)
        layout.setSpacing(theme.STEP)
        if title:
            layout.addWidget(section_title(title))
        layout.addWidget(widget, 1)
        self._sections.addWidget(section, stretch)
        return section

    def end(self) -> None:
        """Push the sections to the top; call it after the last `add` where none of them stretches."""
        self._sections.addStretch(1)

    def set_verbs(self, commands: Sequence[Command]) -> None:
        """Put these commands as buttons at the foot, the primary one first."""
        for command in commands:
            button = CommandButton(command)
            self._buttons.append(button)
            self._verbs.addWidget(button)
        self._bar.setVisible(bool(self._buttons))

    def refresh_verbs(self) -> None:
        """Ask the verbs again whether they can be run."""
        for button in self._buttons:
            button.refresh()

    def show_heading(self, title: str, subtitle: str = "", mark: Mark | None = None) -> None:
        """Show a record: its number or code, what it is in words, its state."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self._mark.show_mark(mark)
        self._stack.setCurrentIndex(1)
        self.refresh_verbs()

    def show_picture(self, small: bytes, name: str = "") -> None:
        """Show a picture beside the heading; b"" shows none."""
        shown = QPixmap()
        if small and shown.loadFromData(small):
            high = min(PICTURE_HEIGHT, shown.height())
            self._picture.setPixmap(shown.scaledToHeight(high, Qt.TransformationMode.SmoothTransformation))
            self._picture.setAccessibleName(name)
        else:
            self._picture.clear()

    def show_nothing(self, text: str) -> None:
        """Show a sentence in place of a record."""
        self._nothing.setText(text)
        self._stack.setCurrentIndex(0)
        self.refresh_verbs()


class Split(QSplitter):
    """List left, detail right; the share of each is remembered under `name`."""

    def __init__(self, desk: Desk, name: str, left: QWidget, right: QWidget, shares: tuple[int, int] = (3, 2)) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._desk = desk
        self._name = f"split.{name}"
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(left)
        self.addWidget(right)
        for place, share in enumerate(shares):
            self.setStretchFactor(place, share)
        self.setSizes([share * 200 for share in shares])
        saved = desk.state.get(self._name)
        if isinstance(saved, str):
            self.restoreState(QByteArray.fromBase64(saved.encode("ascii")))
        self.splitterMoved.connect(self._save)

    @Slot()
    def _save(self) -> None:
        self._desk.state.set(self._name, bytes(self.saveState().toBase64().data()).decode("ascii"))


def line() -> QFrame:
    """Return a 1 px line."""
    frame = QFrame()
    frame.setObjectName("line")
    frame.setFixedHeight(1)
    return frame


def section_title(text: str) -> QLabel:
    """Return the title of a section."""
    label = QLabel(text)
    label.setProperty("section", True)
    return label


def figure(text: str) -> QLabel:
    """Return a large figure for a tile."""
    label = QLabel(text)
    label.setProperty("figure", True)
    label.setFont(QFont(theme.body_font(theme.FIGURE)))
    return label
