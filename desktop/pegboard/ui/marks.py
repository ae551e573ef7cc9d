"""State marks: a word, a shape and a colour, always the same, drawn by one function.

The word comes first, then the shape, then the colour, so that nobody depends on colours.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPen, QPixmap, QPolygonF

from pegboard.ui import theme


class State(Enum):
    """The states of look.md; the value is the name of the colour in the theme."""

    READY = "ready"
    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    SHORT = "short"
    LATE = "late"
    DONE = "done"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as people see it.

    Attributes: state: decides shape and colour; word: what it says, translated, such as "late".
    """

    state: State
    word: str


MARK_SIZE = 14  # pixels at 100 %


def draw_mark(painter: QPainter, rect: QRectF, state: State, colour: QColor | None = None) -> None:
    """Draw the shape of `state` into the square `rect`, in the theme's colour unless `colour` is given."""
    ink = colour or theme.colours().state(state.value)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = rect.adjusted(*(rect.width() * share for share in (0.12, 0.12, -0.12, -0.12)))
    painter.setPen(QPen(ink, max(1.0, rect.width() * 0.13)))
    painter.setBrush(ink if state not in (State.WAITING, State.READY) else Qt.BrushStyle.NoBrush)
    _SHAPES[state](painter, inner)
    painter.restore()


def mark_pixmap(state: State, size: int = MARK_SIZE) -> QPixmap:
    """Return the mark as a picture of `size` logical pixels in the colours of the theme in force."""
    return _pixmap(state, size, _ratio(), theme.colours().state(state.value).name())


def _ratio() -> float:
    application = QGuiApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0


def mark_icon(state: State) -> QIcon:
    """Return the mark for a cell; in a selected row it keeps its colour, which Qt would tint."""
    return _icon(mark_pixmap(state).cacheKey(), state)


@lru_cache(maxsize=64)
def _icon(_picture: int, state: State) -> QIcon:
    icon = QIcon(mark_pixmap(state))
    look = theme.colours()
    ink = getattr(look, state.value)
    if theme.contrast(ink, look.selection) < theme.LEAST_CONTRAST_OF_SHAPES:
        ink = look.selection_text
    icon.addPixmap(_pixmap(state, MARK_SIZE, _ratio(), ink), QIcon.Mode.Selected)
    return icon


@lru_cache(maxsize=128)
def _pixmap(state: State, size: int, ratio: float, colour: str) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_mark(painter, QRectF(0, 0, size, size), state, QColor(colour))
    painter.end()
    return pixmap


def _points(rect: QRectF, *shares: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height()) for x, y in shares])


def _check(painter: QPainter, rect: QRectF) -> None:
    painter.drawPolyline(_points(rect, (0.0, 0.55), (0.38, 0.92), (1.0, 0.12)))


def _circle(painter: QPainter, rect: QRectF) -> None:
    painter.drawEllipse(rect)


def _half_circle(painter: QPainter, rect: QRectF) -> None:
    ink = painter.brush()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(rect)
    painter.setBrush(ink)
    painter.drawChord(rect, 90 * 16, 180 * 16)


def _triangle_down(painter: QPainter, rect: QRectF) -> None:
    painter.drawPolygon(_points(rect, (0.0, 0.12), (1.0, 0.12), (0.5, 0.95)))


def _triangle_up(painter: QPainter, rect: QRectF) -> None:
    painter.drawPolygon(_points(rect, (0.0, 0.9), (1.0, 0.9), (0.5, 0.05)))


def _diamond(painter: QPainter, rect: QRectF) -> None:
    painter.drawPolygon(_points(rect, (0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)))


_SHAPES = {
    State.READY: _check,
    State.WAITING: _circle,
    State.IN_PROGRESS: _half_circle,
    State.SHORT: _triangle_down,
    State.LATE: _triangle_up,
    State.DONE: _circle,
    State.DECISION: _diamond,
}
