"""Draws a face of the floor station: large type, a shape with every colour, and targets that a gloved hand meets."""

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.floor.state import MOST_TARGETS, Face, Target, Tone
from pegboard.ui.marks import State, draw_mark

TARGET_MM = 20.0  # enough for a finger at a standing kiosk (Colle and Hiszem 2004)
TEXT_MM = 6.0  # height of what must be read from a step away
MM_PER_INCH = 25.4
USUAL_DPI = (72.0, 200.0)  # what a screen says beyond it is wrong
SHAPE_MM = 26.0
COLUMNS = 3
TINT = 0.30  # how much of a tone's colour is in the ground
_INKS = {Tone.GOOD: "ready", Tone.WARN: "short", Tone.BAD: "late"}


def pixels(millimetres: float) -> int:
    """So many millimetres on this screen."""
    screen = QGuiApplication.primaryScreen()
    dpi = screen.physicalDotsPerInch() if screen is not None else 96.0
    if not USUAL_DPI[0] <= dpi <= USUAL_DPI[1]:
        dpi = 96.0
    return round(millimetres / MM_PER_INCH * dpi)


def ground(tone: Tone) -> str:
    """The colour of the whole screen."""
    look = theme.colours()
    if tone is Tone.PLAIN:
        return look.page
    return _mixed(look.page, getattr(look, _INKS[tone]), TINT)


def _mixed(under: str, over: str, share: float) -> str:
    first, second = QColor(under), QColor(over)
    parts = (
        round(one + (two - one) * share)
        for one, two in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return "#{:02x}{:02x}{:02x}".format(*parts)


class Shape(QWidget):
    """The tone as a shape: a check, a triangle or a cross; nothing while the station waits."""

    def __init__(self) -> None:
        super().__init__()
        self.tone = Tone.PLAIN
        side = pixels(SHAPE_MM)
        self.setFixedSize(QSize(side, side))

    def show_tone(self, tone: Tone) -> None:
        """Show the shape of a tone."""
        self.tone = tone
        self.setVisible(tone is not Tone.PLAIN)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: draw it."""
        if self.tone is Tone.PLAIN:
            return
        painter = QPainter(self)
        ink = QColor(getattr(theme.colours(), _INKS[self.tone]))
        room = QRectF(self.rect())
        if self.tone is Tone.BAD:
            _draw_cross(painter, room, ink)
        else:
            draw_mark(painter, room, State.READY if self.tone is Tone.GOOD else State.SHORT, ink)
        painter.end()


def _draw_cross(painter: QPainter, room: QRectF, ink: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = room.width() * 0.16
    inner = room.adjusted(inset, inset, -inset, -inset)
    painter.setPen(QPen(ink, room.width() * 0.14, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(QPointF(inner.right(), inner.top()), QPointF(inner.left(), inner.bottom()))


class TargetButton(QPushButton):
    """One target: its word large, a detail below. It never has the keys, so that a scanner's Enter cannot press it."""

    def __init__(self) -> None:
        super().__init__()
        self.target: Target | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(pixels(TARGET_MM))
        self.setMinimumWidth(pixels(TARGET_MM))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_target(self, target: Target, place: int) -> None:
        """Show a target; F1 to F6 press it from a keyboard."""
        self.target = target
        self.setText(f"{target.title}\n{target.detail}" if target.detail else target.title)
        self.setAccessibleName(f"{target.title} {target.detail}".strip())
        self.setToolTip(tr("F{place}", place=place))
        self.setProperty("main", target.is_main)
        self.style().unpolish(self)
        self.style().polish(self)


class FaceView(QWidget):
    """The whole screen.

    Signals: pressed(str code): a target was touched.
    """

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("floor_face")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.face = Face(Tone.PLAIN, "")
        self.house = _label(0.7, secondary=True)
        self.person = self._small_button("PERSON")
        self.undo = self._small_button("UNDO")
        self.undo.setText(tr("Undo"))
        self.undo.setAccessibleName(tr("Undo the last report"))
        self.shape = Shape()
        self.title = _label(1.6, bold=True)
        self.lines = _label(1.0)
        self.number = _label(1.0, bold=True)
        self.item = _label(1.2, bold=True)
        self.quantity = _label(1.9, bold=True)
        self.step = _label(0.85)
        self.notes = _label(0.7, secondary=True)
        self.figure = _label(2.6, bold=True)
        self.typed = _label(0.7, secondary=True)
        self.buttons = [TargetButton() for _place in range(MOST_TARGETS)]
        for button in self.buttons:
            button.clicked.connect(partial(self._press, button))
        for label in (self.figure, self.typed):
            label.setWordWrap(False)
        self._build()
        theme.notice().changed.connect(self._dress)

    def _small_button(self, code: str) -> QPushButton:
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setMinimumSize(pixels(2 * TARGET_MM), pixels(TARGET_MM))
        button.setProperty("floor_small", True)
        button.clicked.connect(partial(self.pressed.emit, code))
        return button

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * theme.GAP, 2 * theme.GAP, 3 * theme.GAP, 3 * theme.GAP)
        layout.setSpacing(2 * theme.GAP)
        top = QHBoxLayout()
        top.addWidget(self.house, 1)
        top.addWidget(self.undo)
        top.addWidget(self.person)
        layout.addLayout(top)
        layout.addLayout(self._message(), 2)
        self.card = QWidget()
        self.card.setObjectName("floor_job")
        self.card.setLayout(self._job())
        layout.addWidget(self.card)
        layout.addWidget(self.figure, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.typed, 0, Qt.AlignmentFlag.AlignHCenter)
        self._grid = QGridLayout()
        self._grid.setSpacing(2 * theme.GAP)
        for place, button in enumerate(self.buttons):
            self._grid.addWidget(button, place // COLUMNS, place % COLUMNS)
        layout.addLayout(self._grid, 3)

    def _message(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(3 * theme.GAP)
        row.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.lines)
        words.addStretch(1)
        row.addLayout(words, 1)
        return row

    def _job(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(2 * theme.GAP, theme.GAP, 2 * theme.GAP, theme.GAP)
        row.setSpacing(4 * theme.GAP)
        words = QVBoxLayout()
        words.setSpacing(0)
        for label in (self.number, self.item, self.step, self.notes):
            words.addWidget(label)
        row.addLayout(words, 1)
        row.addWidget(self.quantity, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return row

    # --- what is shown

    def show_face(self, face: Face) -> None:
        """Show a face."""
        self.face = face
        self.shape.show_tone(face.tone)
        self.title.setText(face.title)
        _set(self.lines, "\n".join(face.lines))
        _set(self.figure, face.figure)
        self.person.setText(face.person)
        self.person.setVisible(bool(face.person))
        self.person.setAccessibleName(tr("Signed in: {person}", person=face.person or tr("nobody")))
        self.undo.setVisible(face.can_undo)
        self._show_job(face)
        for place, button in enumerate(self.buttons):
            has_one = place < len(face.targets)
            button.setVisible(has_one)
            if has_one:
                button.show_target(face.targets[place], place + 1)
        self.setAccessibleName(" ".join((face.title, *face.lines)))
        self._dress()

    def _show_job(self, face: Face) -> None:
        job = face.job
        self.card.setVisible(job is not None)
        if job is None:
            return
        self.number.setText(job.number)
        self.item.setText(f"{job.item}  {job.description}" if job.description else job.item)
        self.quantity.setText(job.quantity)
        _set(self.step, job.step)
        _set(self.notes, ", ".join(job.notes))

    def show_typed(self, text: str) -> None:
        """Show what is being typed; "" for nothing."""
        _set(self.typed, tr("{text}, then Enter", text=text) if text else "")

    def press_place(self, place: int) -> None:
        """Press the target at a place, from 0, if there is one."""
        if place < len(self.face.targets):
            self.pressed.emit(self.face.targets[place].code)

    def _press(self, button: TargetButton) -> None:
        if button.target is not None:
            self.pressed.emit(button.target.code)

    def _dress(self) -> None:
        """Colour the whole screen; the sizes are of type that is read from a step away."""
        look = theme.colours()
        size = pixels(TEXT_MM)
        self.setStyleSheet(
            f"QWidget#floor_face {{ background: {ground(self.face.tone)}; }}"
            f"QWidget#floor_job {{ background: {look.page}; border: 1px solid {look.line}; border-radius: 6px; }}"
            f"QLabel {{ background: transparent; color: {look.text}; }}"
            f"QPushButton {{ font-size: {size}px; font-weight: 600; border: 2px solid {look.line};"
            f" border-radius: 8px; background: {look.panel}; color: {look.text}; padding: 4px 10px;"
            f" min-height: {pixels(TARGET_MM)}px; }}"
            f"QPushButton:pressed {{ background: {look.hover}; }}"
            f'QPushButton[main="true"] {{ background: {look.accent}; color: {look.accent_text};'
            f" border: 2px solid {look.accent}; }}"
            f'QPushButton[floor_small="true"] {{ font-size: {round(size * 0.75)}px; }}'
        )


def _label(scale: float, *, bold: bool = False, secondary: bool = False) -> QLabel:
    label = QLabel()
    font = theme.body_font(round(pixels(TEXT_MM) * scale))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    label.setFont(font)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if secondary:
        label.setProperty("muted", True)
    return label


def _set(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
