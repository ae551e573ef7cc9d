"""Line icons from resources/icons, drawn in the colours of the theme."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap

from pegboard.resources import resource
from pegboard.ui import theme

SIZES = (16, 20)  # pixels at 100 %


def icon(name: str) -> QIcon:
    """Return the icon `name` in the colours in force; ask again after the theme changed."""
    look = theme.colours()
    return _icon(name, look.text, look.secondary, _ratio())


def pixmap(name: str, size: int, colour: str = "") -> QPixmap:
    """Return the icon `name` as a picture of `size` logical pixels, in the colour of text unless one is given."""
    return _pixmap(name, size, colour or theme.colours().text, _ratio())


@lru_cache(maxsize=1)
def _folder() -> Path:
    return resource("icons")


def _ratio() -> float:
    application = QGuiApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, disabled: str, ratio: float) -> QIcon:
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_pixmap(name, size, colour, ratio), QIcon.Mode.Normal)
        made.addPixmap(_pixmap(name, size, disabled, ratio), QIcon.Mode.Disabled)
    return made


@lru_cache(maxsize=512)
def _pixmap(name: str, size: int, colour: str, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    drawing = (_folder() / f"{name}.svg").read_text(encoding="utf-8").replace("#000", colour)
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing.encode("utf-8"))).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture
