"""Signing in at a seat, and the lock that closes it when nobody touches it."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.ui.form import Form

LOOK = 5_000  # milliseconds between two looks at the clock
_TOUCHES = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin})


class SignInForm(Form):
    """Asks for a name and a PIN; `verify` raises PegboardError where they do not fit."""

    def __init__(self, names: tuple[str, ...], usual: str, verify: Callable[[str, str], None], *, locked: bool) -> None:
        explain = tr("This seat is locked.") if locked else tr("Everything is done in your name.")
        super().__init__(tr("Sign in"), tr("Unlock") if locked else tr("Sign in"), explain=explain, check=self._verify)
        self._try = verify
        self._name = QComboBox(editable=not names)
        self._name.addItems(names)
        self._name.setCurrentText(usual)
        self._pin = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.add(tr("Name"), self._name)
        self.add(tr("PIN"), self._pin)
        self._knows_name = usual in names or len(names) == 1

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: where the name is right already, the keys go to the PIN."""
        super().showEvent(event)
        if self._knows_name:
            self._pin.setFocus()

    @property
    def person(self) -> str:
        """Who signed in."""
        return self._name.currentText()

    def _verify(self) -> str:
        """What is wrong, or "" once the PIN is right."""
        try:
            self._try(self.person, self._pin.text())
        except PegboardError as error:
            self._pin.clear()
            self._pin.setFocus()
            return str(error)
        return ""


class SeatLock(QObject):
    """Says when nobody has touched the program for so many minutes; 0 is never.

    Signals: idle(): it is time to lock.
    """

    idle = Signal()

    def __init__(self, minutes: int, parent: QObject, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.minutes = minutes
        self._seconds = 60 * minutes
        self._clock = clock
        self._touched = clock()
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self.look)
        application = QApplication.instance()
        if minutes and application is not None:
            application.installEventFilter(self)
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: every key, click and touch counts; none is taken away."""
        if event.type() in _TOUCHES:
            self._touched = self._clock()
        return False

    @Slot()
    def look(self) -> None:
        """Lock once nobody has touched anything for long enough."""
        if self._clock() - self._touched >= self._seconds:
            self._touched = self._clock()
            self.idle.emit()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
