"""The floor station: one full screen for the workshop, worked by scanner, touch or keyboard, open all day.

It shows what changes elsewhere by itself, survives errors, signs people out who have gone, and never shows money.
"""

import datetime
import time

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.storage.store import Reading, Transaction
from pegboard.ui import scan
from pegboard.ui.change_bus import ChangeBus
from pegboard.ui.floor.face import FaceView
from pegboard.ui.floor.session import Session
from pegboard.ui.floor.state import Face, Mode, Result, Tone
from pegboard.ui.runner import Runner
from pegboard.ui.window_state import WindowState

SIGN_OUT_AFTER = 180_000  # milliseconds without a scan or touch: the next one is somebody else
REFRESH_AFTER = 300  # milliseconds: several commits in a row are read once
CLOCK = 20_000  # milliseconds between two looks at the clock on the screen
LONGEST_TYPED = 200  # characters; our longest codes are far shorter
SILENCE = 400  # milliseconds after which a whole code counts without Enter
AFTER_SCAN = 0.3  # seconds within which an Enter belongs to the scan before it
BEFORE_SCAN = 90  # milliseconds within which an Enter belongs to the scan behind it
NOUNS = frozenset(
    {"work_order", "requirement", "peg", "stock", "purchase_order", "floor_report", "item", "kanban_card", "order"}
)
_TARGET_KEYS = (Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_F4, Qt.Key.Key_F5, Qt.Key.Key_F6)


class FloorStation(QWidget):
    """The screen of the workshop.

    Signals: first_painted(): the first face is on the screen.
    """

    first_painted = Signal()

    def __init__(self, runner: Runner, bus: ChangeBus, state: WindowState) -> None:
        super().__init__()
        self._runner = runner
        self._state = state
        self._typed = ""
        self._is_painted = False
        self._has_face = False
        self._prefix = ""
        self._last_scan = ("", 0.0)
        self.setWindowTitle(tr("Floor station"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.session = Session(runner, self)
        self.view = FaceView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self._idle = QTimer(self, singleShot=True, interval=SIGN_OUT_AFTER)
        self._again = QTimer(self, singleShot=True, interval=REFRESH_AFTER)
        self._clock = QTimer(self, interval=CLOCK)
        self._silence = QTimer(self, singleShot=True, interval=SILENCE)
        self._agree = QTimer(self, singleShot=True, interval=BEFORE_SCAN)
        self._connect(bus)
        runner.read("floor.name", _house, self._show_house)
        self.session.begin()

    def _connect(self, bus: ChangeBus) -> None:
        self.session.shown.connect(self._show)
        self.session.sounded.connect(self._sound)
        self.session.print_asked.connect(self._print)
        self.view.pressed.connect(self._press)
        self._idle.timeout.connect(self._sign_out)
        self._again.timeout.connect(self._refresh)
        self._clock.timeout.connect(self._show_time)
        self._silence.timeout.connect(self._take_silence)
        self._agree.timeout.connect(self._agree_now)
        self._clock.start()
        bus.changed.connect(self._note_changes)
        self._runner.refused.connect(self._refuse)
        self._runner.broke.connect(self._say_fault)
        self._runner.day_changed.connect(self._note_day)

    # --- what is shown

    def _show_house(self, house: tuple[str, str]) -> None:
        self._name, self._prefix = house
        self._show_time()

    _name = ""

    @Slot()
    def _show_time(self) -> None:
        now = self._runner.now().astimezone()
        self.view.house.setText(f"{self._name}   {now:%H:%M}".strip())

    @Slot(object)
    def _show(self, face: Face) -> None:
        self._has_face = True
        self.view.show_face(face)
        self.update()

    @Slot(object)
    def _sound(self, tone: Tone) -> None:
        if tone is not Tone.PLAIN:
            QApplication.beep()

    def say_fault(self) -> None:
        """Say that the program made a mistake, and go on."""
        self.session.fault()

    @Slot(str, object)
    def _say_fault(self, name: str, error: object) -> None:
        self.session.fault(name, error)

    @Slot(object)
    def _refuse(self, error: PegboardError) -> None:
        self.session.refuse(error)

    # --- what changes

    @Slot(object)
    def _note_changes(self, nouns: frozenset[str]) -> None:
        if nouns & NOUNS:
            self._again.start()

    @Slot(object)
    def _note_day(self, _day: datetime.date) -> None:
        self._again.start()

    @Slot()
    def _refresh(self) -> None:
        self.session.refresh()

    @Slot()
    def _sign_out(self) -> None:
        self.session.sign_out()

    # --- scans, touches, keys

    def _scanned(self, code: str) -> None:
        """Take a code; the same one within a moment is the scanner stuttering, unless it is a number."""
        now = time.monotonic()
        previous, at = self._last_scan
        self._last_scan = (code, now)
        if code != previous or now - at > scan.REPEAT or scan.is_number(code, self._prefix):
            self.session.scan(code)

    @Slot(str)
    def _press(self, code: str) -> None:
        self._idle.start()
        self.session.press(code)

    def _take_typed(self) -> str:
        typed, self._typed = self._typed, ""
        self._silence.stop()
        self.view.show_typed("")
        return typed

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: a scanner types like a person; there is no field here, so that no key need be fast to be part of a scan.

        Digits go into the number that is asked for; anything else is a code once Enter or silence ends it.
        """
        self._idle.start()
        self._agree.stop()
        key, text = Qt.Key(event.key()), event.text()
        if key in _TARGET_KEYS:
            self.view.press_place(_TARGET_KEYS.index(key))
        elif key in scan.ENDS:
            self._end()
        elif key == Qt.Key.Key_Escape:
            self._take_typed()
            self.session.press("BACK")
        elif key == Qt.Key.Key_Backspace:
            self._typed = self._typed[:-1]
            self.view.show_typed(self._typed)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._control(key)
        elif text and text.isprintable():
            self._type(text)

    def _control(self, key: Qt.Key) -> None:
        if key == Qt.Key.Key_Q:
            self.close()
        elif key == Qt.Key.Key_Z:
            self.session.press("UNDO")

    def _end(self) -> None:
        """Enter or Tab: the end of a code, or of a number; one before or after a scan means nothing."""
        typed = self._take_typed()
        if typed:
            self._scanned(typed)
        elif self.session.state.mode is Mode.QUANTITY and time.monotonic() - self._last_scan[1] > AFTER_SCAN:
            self._agree.start()

    @Slot()
    def _agree_now(self) -> None:
        self.session.press("OK")

    def _type(self, text: str) -> None:
        asks = self.session.state.mode is Mode.QUANTITY and not self._typed
        if asks and (text.isdecimal() or text in ".,"):
            self.session.digit(text.replace(",", "."))
            return
        if len(self._typed) < LONGEST_TYPED:
            self._typed += text
        self.view.show_typed(self._typed)
        self._silence.start()

    @Slot()
    def _take_silence(self) -> None:
        """A scanner without Enter: what stands there is a whole code of ours."""
        if scan.is_code(self._typed, self._prefix):
            self._scanned(self._take_typed())

    # --- paper

    @Slot(str)
    def _print(self, number: str) -> None:
        """Print a job's traveler anew on this computer's printer."""

        def work(tx: Transaction) -> bytes:
            from pegboard.ui.papers import drawn_together

            return drawn_together(tx, "traveler", [number])

        self._runner.write("document.traveler", work, self._send_to_printer)

    def _send_to_printer(self, pdf: bytes) -> None:
        from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

        from pegboard.ui.printing import print_pdfs

        if not QPrinterInfo.availablePrinterNames():
            self.session.say(
                Result(
                    Tone.WARN,
                    tr("No printer is set up here"),
                    (tr("The new traveler is kept: ask the office to print it."),),
                )
            )
            return
        print_pdfs([pdf], QPrinter(QPrinter.PrinterMode.HighResolution))
        self.session.say(Result(Tone.GOOD, tr("Printed"), (tr("Throw the old paper away and scan the new one."),)))

    # --- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: tell once that the first face is on the screen."""
        super().paintEvent(event)
        if self._has_face and not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self, self._tell_painted)

    @Slot()
    def _tell_painted(self) -> None:
        self.first_painted.emit()


def _house(reading: Reading) -> tuple[str, str]:
    """The workshop's name and what its codes begin with."""
    from pegboard.queries.settings import settings

    chosen = settings(reading)
    return chosen.company_name, chosen.code_prefix
