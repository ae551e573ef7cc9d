"""The list of proposals under a line that takes codes."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QStringListModel, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit

from pegboard.ui.completion import Choice, certain, proposals

WIDTH = 360  # pixels at 100 %


class Proposals(QObject):
    """Proposes codes while a person types in `line`.

    What Enter would take is highlighted; only a choice that holds the text is, so that nobody gets what was not meant.
    `take_key` sees each key that the open list gets, and says whether it dealt with it.
    """

    def __init__(self, line: QLineEdit, take_key: Callable[[QKeyEvent], bool]) -> None:
        super().__init__(line)
        self._line = line
        self._take_key = take_key
        self._choices: tuple[Choice, ...] = ()
        self._shown: tuple[Choice, ...] = ()
        self._labels = QStringListModel(self)
        self._completer = QCompleter(self._labels, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(line)
        self._completer.setMaxVisibleItems(12)
        self._completer.activated.connect(self._take_label)
        self._popup.setObjectName("proposals")
        self._popup.setMinimumWidth(WIDTH)
        self._popup.installEventFilter(self)
        line.textEdited.connect(self.propose)

    @property
    def _popup(self) -> QAbstractItemView:
        popup = self._completer.popup()
        assert popup is not None
        return popup

    @property
    def is_open(self) -> bool:
        """Whether the list is on the screen."""
        return self._popup.isVisible()

    def set_choices(self, choices: tuple[Choice, ...]) -> None:
        """Propose these from now on."""
        self._choices = choices

    @Slot(str)
    def propose(self, text: str) -> None:
        """Show what `text` may mean."""
        self._shown = proposals(text, self._choices)
        self._labels.setStringList([choice.label for choice in self._shown])
        if not self._shown:
            self._popup.hide()
            return
        self._completer.complete()
        is_sure = bool(text.strip()) and bool(certain(text, self._shown))
        first = self._completer.completionModel().index(0, 0)
        self._popup.setCurrentIndex(first if is_sure else QModelIndex())

    def propose_all(self) -> None:
        """Show everything that can be chosen (F4)."""
        self.propose("")

    def accept(self) -> None:
        """Take what is highlighted, if the list is open, and close it."""
        if not self.is_open:
            return
        place = self._popup.currentIndex().row()
        if 0 <= place < len(self._shown):
            self._line.setText(self._shown[place].code)
        self._popup.hide()

    def eventFilter(self, _popup: QObject, event: QEvent) -> bool:
        """Qt: keys in the open list, before it sees them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(event)
        return False

    @Slot(str)
    def _take_label(self, label: str) -> None:
        code = next((choice.code for choice in self._shown if choice.label == label), None)
        if code is not None:
            self._line.setText(code)
