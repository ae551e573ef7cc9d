"""Takes scans from a wedge scanner, which types like a keyboard, wherever the focus is.

A scan is a text that frames: the company's prefix at its start, a check character at its end, as printed on our paper.
Speed alone never makes a scan; it only decides whether keys are held back from the field that has the focus. Enter or
Tab after a scan is swallowed, and the same code within a moment counts once.
"""

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from pegboard.domain.codes import COMMAND, KINDS, parse_code
from pegboard.domain.errors import InvalidInput

FAST = 0.035  # seconds between two keys; a person is slower
REPEAT = 0.8  # seconds within which the same code is the scanner stuttering
LONGEST = 64  # characters of a code
GROUP_SEPARATOR = "\x1d"  # the one control character that codes may hold (GS1)
ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
FIRST_HOLD = 40  # milliseconds that a first letter of the prefix waits for the second


class ScanFilter(QObject):
    """Installed on the application; holds back keys that come fast and start like one of our codes.

    `is_code` says whether a whole text is one of ours: prefix and check character are right. What was held back and
    turns out to be typing is given to the field it was meant for.

    Signals: scanned(str code): a code came in, without control characters; unknown(str text): it started like one of
    ours and came as fast as a scan, but its check character is wrong.
    """

    scanned = Signal(str)
    unknown = Signal(str)

    def __init__(
        self,
        prefix: str,
        is_code: Callable[[str], bool],
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._is_code = is_code
        self._clock = clock
        self._held: list[QKeyEvent] = []
        self._text = ""
        self._target: QWidget | None = None
        self._last_key = 0.0
        self._last_scan = ("", 0.0)
        self._swallow_until = 0.0
        self._is_giving_back = False
        self._timer = QTimer(self, singleShot=True, interval=FIRST_HOLD)
        self._timer.timeout.connect(self._settle)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: every key press of the application."""
        if self._is_giving_back or event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            return False
        return self._take(watched, event)

    def _take(self, target: QWidget, event: QKeyEvent) -> bool:
        now = self._clock()
        is_fast = now - self._last_key <= FAST
        self._last_key = now
        if Qt.Key(event.key()) in ENDS:
            return self._end(now, is_fast)
        letter = event.text()
        if not letter or event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return bool(self._text) and event.key() == Qt.Key.Key_Shift  # a scanner presses Shift for capitals
        if letter < " " and letter != GROUP_SEPARATOR:
            return False
        if self._text and not is_fast:
            self._give_back()
        return self._hold(target, event, letter)

    def _hold(self, target: QWidget, event: QKeyEvent, letter: str) -> bool:
        text = self._text + letter
        if not could_begin_code(text, self._prefix) or len(text) > LONGEST:
            self._give_back()
            return False
        self._text = text
        self._target = target
        self._held.append(event.clone())
        self._timer.start()
        return True

    def _end(self, now: float, is_fast: bool) -> bool:
        if self._text and is_fast:
            self._settle()
            return now < self._swallow_until
        if self._text:
            self._give_back()
        return now < self._swallow_until

    @Slot()
    def _settle(self) -> None:
        """Decide what was held: a code, something that looks like one, or typing."""
        self._timer.stop()
        text = self._text
        if self._is_code(text):
            self._forget()
            self._tell(text)
        elif len(text) > len(self._prefix) + 2 and text.startswith(self._prefix):
            self._forget()
            self._swallow_until = self._clock() + REPEAT / 4
            self.unknown.emit(text)
        else:
            self._give_back()

    def _tell(self, code: str) -> None:
        now = self._clock()
        self._swallow_until = now + REPEAT / 4
        previous, at = self._last_scan
        self._last_scan = (code, now)
        if code != previous or now - at > REPEAT or is_number(code, self._prefix):
            self.scanned.emit(code)

    def _forget(self) -> None:
        self._held = []
        self._text = ""
        self._target = None

    def _give_back(self) -> None:
        """Let the field have what a person typed after all."""
        self._timer.stop()
        held, target = self._held, self._target
        self._forget()
        self._is_giving_back = True
        try:
            for event in held:
                if target is not None:
                    QCoreApplication.sendEvent(target, event)
        finally:
            self._is_giving_back = False


def could_begin_code(text: str, prefix: str) -> bool:
    """Whether what came so far may go on to be one of our codes: prefix, then a kind of paper."""
    return any(f"{prefix}{kind}".startswith(text) or text.startswith(f"{prefix}{kind}") for kind in KINDS)


NOUNS = {"WO": "work_order", "PO": "purchase_order", "SO": "order", "IT": "item", "BN": "location", "KB": "kanban_card"}


def record_of(code: str, prefix: str) -> tuple[str, str]:
    """Return noun and number of what a code of ours names, the noun "" where no page shows it."""
    found = parse_code(code, prefix)
    return NOUNS.get(found.kind, ""), found.number


def print_of(code: str, prefix: str) -> str:
    """Return the print that a code of ours stands on, "" where it stands on a lasting label."""
    return parse_code(code, prefix).print_code


def is_number(code: str, prefix: str) -> bool:
    """Whether a code stands for a number: scanning one twice means it twice."""
    return code.upper().startswith(f"{prefix}{COMMAND}:+")


def is_code(text: str, prefix: str) -> bool:
    """Whether a text frames: our prefix and the right check character."""
    try:
        parse_code(text, prefix)
    except InvalidInput:
        return False
    return True


def install(application: QApplication, prefix: str, parent: QObject, scanned: Callable[[str], None]) -> ScanFilter:
    """Listen for scans in the whole program, as long as `parent` lives."""
    made = ScanFilter(prefix, partial(is_code, prefix=prefix), parent)
    made.scanned.connect(scanned)
    application.installEventFilter(made)
    return made
