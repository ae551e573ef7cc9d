"""What is shown where another seat changed the same meanwhile: its words, and a choice between theirs and mine."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.errors import ChangedMeanwhile, PegboardError, WorkshopFileError
from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.button import Button
from pegboard.ui.messages import Messages


def tell(messages: Messages, error: PegboardError, keep_mine: Callable[[], None]) -> None:
    """Say why what a form asked for was refused; where another seat was first, it can be kept all the same."""
    if isinstance(error, ChangedMeanwhile):
        messages.warn(str(error), tr("Keep mine"), keep_mine)
    else:
        messages.error(error)


class ProblemLine(QWidget):
    """Says what is wrong; where another seat was first or the connection is lost, buttons stand below. Else hidden.

    `keep_mine` is called to keep what was typed over theirs, `take_theirs` to show what the workshop has.
    """

    def __init__(self, keep_mine: Callable[[], None], take_theirs: Callable[[], None]) -> None:
        super().__init__()
        self._keep_mine, self._take_theirs = keep_mine, take_theirs
        self.label = QLabel(wordWrap=True)
        self.label.setProperty("problem", True)
        self.keep_button = Button(tr("Keep mine"))
        self.keep_button.clicked.connect(self._keep)
        self.take_button = Button(tr("Take theirs"))
        self.take_button.clicked.connect(self._take)
        self._choice = QWidget(self)
        buttons = QHBoxLayout(self._choice)
        buttons.setContentsMargins(0, theme.STEP, 0, theme.STEP)
        buttons.setSpacing(theme.GAP)
        buttons.addWidget(self.keep_button)
        buttons.addWidget(self.take_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.label)
        layout.addWidget(self._choice)
        self._choice.hide()
        self.hide()

    def text(self) -> str:
        """What is said; "" while all is well."""
        return self.label.text()

    @property
    def asks(self) -> bool:
        """Whether something typed waits for a person's word."""
        return not self._choice.isHidden()

    def say(self, text: str) -> None:
        """Say what is wrong; "" takes it back."""
        self.label.setText(text)
        self._choice.hide()
        self.setVisible(bool(text))

    def tell(self, error: PegboardError) -> None:
        """Say why something was refused, with the choice where another seat was first."""
        if isinstance(error, ChangedMeanwhile):
            self.ask(str(error))
        elif isinstance(error, WorkshopFileError):  # such as a lost connection: the same step may do in a moment
            self._offer(str(error), tr("Try again"), with_theirs=False)
        else:
            self.say(str(error))

    def ask(self, text: str) -> None:
        """Say it, and let a person choose between the two versions."""
        self._offer(text, tr("Keep mine"), with_theirs=True)

    def _offer(self, text: str, verb: str, *, with_theirs: bool) -> None:
        self.say(text)
        self.keep_button.setText(verb)
        self.take_button.setVisible(with_theirs)
        self._choice.show()

    @Slot()
    def _keep(self) -> None:
        self.say("")
        self._keep_mine()

    @Slot()
    def _take(self) -> None:
        self.say("")
        self._take_theirs()
