"""The look: Fusion with our own light, dark and high-contrast colours, spacing in steps of 4 px, 13 px type.

The colours in force are set by `apply` and asked for with `colours`; nothing else in the window names a colour.
"""

from dataclasses import dataclass, fields
from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from pegboard.resources import resource

STEP = 4  # all distances are multiples of it
GAP = 2 * STEP
MARGIN = 4 * STEP  # round a page
ROW_HEIGHT = 28
COMPACT_ROW_HEIGHT = 24
TOUCH_ROW_HEIGHT = 44
CONTROL_HEIGHT = 28
SIDEBAR_WIDTH = 200
BODY = 13
SMALL = 11
TITLE = 16
FIGURE = 22
LEAST_CONTRAST = 4.5  # of text (WCAG 2, AA)
LEAST_CONTRAST_OF_SHAPES = 3.0


class Scheme(Enum):
    """What the person chose in the View menu."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one look, as #rrggbb.

    Attributes: page, panel, sidebar, field: grounds; line: 1 px separators; text, secondary: type; accent: what can be
    acted on; accent_text: type on accent; selection, selection_text: selected rows; hover: the row under the pointer;
    error_ground: a cell or notice that must be mended; the others are the inks of the states.
    """

    page: str
    panel: str
    sidebar: str
    field: str
    line: str
    text: str
    secondary: str
    accent: str
    accent_text: str
    selection: str
    selection_text: str
    hover: str
    error_ground: str
    good_ground: str
    ready: str
    waiting: str
    in_progress: str
    short: str
    late: str
    done: str
    decision: str

    def state(self, name: str) -> QColor:
        """Return the ink of a state."""
        return QColor(getattr(self, name))


LIGHT = Colours(
    page="#ffffff",
    panel="#f6f6f4",
    sidebar="#efefec",
    field="#ffffff",
    line="#d9d9d4",
    text="#1d1f21",
    secondary="#5c6166",
    accent="#0b63b0",
    accent_text="#ffffff",
    selection="#d3e5f7",
    selection_text="#10263a",
    hover="#eceff2",
    error_ground="#fde8e6",
    good_ground="#e5f3e8",
    ready="#19722f",
    waiting="#5f656b",
    in_progress="#0b63b0",
    short="#8a5300",
    late="#b3261e",
    done="#62686e",
    decision="#7a3db8",
)

DARK = Colours(
    page="#1e2022",
    panel="#26292c",
    sidebar="#18191b",
    field="#2a2d31",
    line="#3c4045",
    text="#e8e9ea",
    secondary="#a8aeb4",
    accent="#6cb2f5",
    accent_text="#0c1a26",
    selection="#25486a",
    selection_text="#f2f7fc",
    hover="#2d3135",
    error_ground="#4a2422",
    good_ground="#1f3a27",
    ready="#6fcf86",
    waiting="#a8aeb4",
    in_progress="#6cb2f5",
    short="#f0b253",
    late="#ff8a80",
    done="#a3a9af",
    decision="#c9a2f2",
)

CONTRAST = Colours(
    page="#000000",
    panel="#000000",
    sidebar="#000000",
    field="#000000",
    line="#ffffff",
    text="#ffffff",
    secondary="#ffffff",
    accent="#ffe100",
    accent_text="#000000",
    selection="#ffe100",
    selection_text="#000000",
    hover="#333333",
    error_ground="#5a0000",
    good_ground="#003a00",
    ready="#5dff7e",
    waiting="#ffffff",
    in_progress="#6fd2ff",
    short="#ffb84d",
    late="#ff9a9a",
    done="#e0e0e0",
    decision="#e3b8ff",
)

LOOKS = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK, Scheme.CONTRAST: CONTRAST}


class ThemeNotice(QObject):
    """Tells pictures made in code that the colours changed.

    Signals: changed: emitted by `apply`, after the application's palette was set.
    """

    changed = Signal()


class _InForce:
    colours: Colours = LIGHT
    notice: ThemeNotice | None = None


def colours() -> Colours:
    """The colours in force."""
    return _InForce.colours


def notice() -> ThemeNotice:
    """The object that says when the colours changed; made on first use, on the GUI thread."""
    if _InForce.notice is None:
        _InForce.notice = ThemeNotice()
    return _InForce.notice


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def look_for(scheme: Scheme) -> Colours:
    """Return the colours that `scheme` means now; SYSTEM asks the desktop for dark and high contrast."""
    if scheme in LOOKS:
        return LOOKS[scheme]
    # WORKAROUND: the accessibility hints die with the Python object of the style hints, so that one is named here.
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return CONTRAST
    is_dark = hints.colorScheme() == Qt.ColorScheme.Dark
    return DARK if is_dark else LIGHT


def apply(application: QApplication, look: Colours) -> None:
    """Give the whole program this look: style, palette, type and the few rules that a palette cannot say."""
    _InForce.colours = look
    if application.style().objectName() != "fusion":
        application.setStyle("Fusion")
    application.setPalette(palette(look))
    application.setFont(body_font())
    application.setStyleSheet(style_sheet(look))
    notice().changed.emit()


def body_font(pixels: int = BODY) -> QFont:
    """The system's font at `pixels`, with figures of equal width so that columns of numbers line up."""
    font = QFont(QApplication.font())
    font.setPixelSize(pixels)
    tag = QFont.Tag.fromString("tnum")
    if tag is not None:
        font.setFeature(tag, 1)
    return font


def palette(look: Colours) -> QPalette:
    """Return Qt's palette in the colours of `look`."""
    result = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: look.page,
        role.WindowText: look.text,
        role.Base: look.field,
        role.AlternateBase: look.panel,
        role.Text: look.text,
        role.Button: look.panel,
        role.ButtonText: look.text,
        role.BrightText: look.late,
        role.ToolTipBase: look.panel,
        role.ToolTipText: look.text,
        role.PlaceholderText: look.secondary,
        role.Highlight: look.selection,
        role.HighlightedText: look.selection_text,
        role.Link: look.accent,
        role.LinkVisited: look.decision,
        role.Accent: look.accent,
        role.Mid: look.line,
        role.Dark: look.line,
        role.Light: look.panel,
        role.Midlight: look.hover,
    }
    for which, colour in pairs.items():
        result.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(look.secondary))
    return result


def style_sheet(look: Colours) -> str:
    """Return the rules that a palette cannot say; `@name` stands for a colour of the look, `$name` for a picture."""
    text = _STYLE
    name_of_look = next((scheme.value for scheme, colours in LOOKS.items() if colours is look), Scheme.LIGHT.value)
    for picture in ("tick", "arrow"):
        path = resource("icons", "controls", f"{picture}-{name_of_look}.svg").as_posix()
        text = text.replace(f"${picture}", f'url("{path}")')
    for name in sorted((each.name for each in fields(look)), key=len, reverse=True):
        text = text.replace(f"@{name}", getattr(look, name))
    return text


_STYLE = f"""
QToolTip {{ color: @text; background: @panel; border: 1px solid @line; padding: 4px; }}
QMainWindow::separator {{ background: @line; width: 1px; height: 1px; }}
QSplitter::handle {{ background: @line; }}
QLineEdit, QDateEdit, QPlainTextEdit {{ background: @field; color: @text; border: 1px solid @line;
  border-radius: 3px; padding: 2px 6px; selection-background-color: @selection; selection-color: @selection_text; }}
QLineEdit {{ min-height: {CONTROL_HEIGHT - 6}px; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 1px solid @accent; }}
QLineEdit[problem="true"] {{ background: @error_ground; border: 1px solid @late; }}
QComboBox {{ background: @field; color: @text; border: 1px solid @line; border-radius: 3px; padding: 2px 6px;
  min-height: {CONTROL_HEIGHT - 6}px; }}
QComboBox:focus {{ border: 1px solid @accent; }}
QComboBox:disabled {{ color: @secondary; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ image: $arrow; width: 10px; height: 10px; }}
QComboBox QLineEdit {{ border: none; background: transparent; padding: 0; min-height: 0; }}
QCheckBox {{ spacing: 6px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid @secondary; border-radius: 2px;
  background: @field; }}
QCheckBox::indicator:checked {{ background: @accent; border: 1px solid @accent; image: $tick; }}
QCheckBox::indicator:disabled {{ border: 1px solid @line; }}
QCheckBox::indicator:checked:disabled {{ background: @secondary; border: 1px solid @secondary; }}
QCheckBox::indicator:focus {{ width: 12px; height: 12px; border: 2px solid @text; }}
QPushButton {{ min-height: {CONTROL_HEIGHT - 10}px; padding: 4px 12px; border: 1px solid @line; border-radius: 3px;
  background: @panel; color: @text; }}
QPushButton:hover {{ background: @hover; }}
QPushButton:focus {{ border: 1px solid @accent; }}
QPushButton:disabled {{ color: @secondary; }}
QPushButton[primary="true"] {{ background: @accent; color: @accent_text; border: 1px solid @accent; }}
QPushButton[primary="true"]:disabled {{ background: @panel; color: @secondary; border: 1px solid @line; }}
QPushButton[door="true"] {{ min-height: 140px; min-width: 200px; padding: 8px; }}
QPushButton[chip="true"] {{ border-radius: 12px; padding: 2px 12px; min-height: 18px; }}
QPushButton[chip="true"]:checked {{ background: @selection; color: @selection_text; border: 1px solid @accent; }}
QPushButton[link="true"] {{ border: none; background: transparent; color: @accent; padding: 2px 4px;
  text-align: left; }}
QPushButton[link="true"]:hover, QPushButton[link="true"]:focus {{ text-decoration: underline; }}
QToolButton {{ border: 1px solid transparent; border-radius: 3px; padding: 3px; }}
QToolButton:hover {{ background: @hover; }}
QToolButton:focus {{ border: 1px solid @accent; }}
QTableView, QTreeView, QListView {{ background: @page; alternate-background-color: @panel; color: @text; border: none;
  gridline-color: @line; selection-background-color: @selection; selection-color: @selection_text; outline: 0; }}
QTableView::item, QTreeView::item {{ padding: 0 6px; }}
QTableView::item:selected, QTreeView::item:selected {{ background: @selection; color: @selection_text; }}
QTableView#entry_table::item:focus {{ border: 1px solid @accent; padding: 0 5px; }}
QLineEdit#cell_editor {{ border: 2px solid @accent; border-radius: 0; padding: 0 4px; min-height: 0; }}
QListView#proposals {{ border: 1px solid @line; background: @page; }}
QListView#proposals::item {{ padding: 5px 8px; }}
QHeaderView {{ background: @page; border: none; }}
QHeaderView::section {{ background: @page; color: @secondary; border: none; border-bottom: 1px solid @line;
  padding: 4px 6px; font-size: {SMALL}px; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QTableCornerButton::section {{ background: @page; border: none; border-bottom: 1px solid @line; }}
QMenuBar {{ background: @sidebar; color: @text; }}
QMenuBar::item {{ padding: 4px 8px; background: transparent; }}
QMenuBar::item:selected {{ background: @hover; }}
QMenu {{ background: @page; color: @text; border: 1px solid @line; padding: 4px 0; }}
QMenu::item {{ padding: 5px 24px 5px 8px; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::item:selected {{ background: @selection; color: @selection_text; }}
QMenu::item:disabled {{ color: @secondary; }}
QMenu::separator {{ height: 1px; background: @line; margin: 4px 0; }}
QStatusBar {{ background: @sidebar; color: @secondary; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: @secondary; font-size: {SMALL}px; }}
QTabBar {{ qproperty-drawBase: 0; }}
QTabBar::tab {{ padding: 6px 12px; color: @secondary; background: transparent; border: none;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: @text; border-bottom: 2px solid @accent; }}
QTabWidget::pane {{ border: none; border-top: 1px solid @line; }}
QProgressBar {{ border: 1px solid @line; border-radius: 3px; background: @field; color: @text; text-align: center;
  min-height: 14px; max-height: 14px; font-size: {SMALL}px; }}
QProgressBar::chunk {{ background: @selection; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: @line; border-radius: 4px; margin: 2px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: @secondary; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QFrame#sidebar {{ background: @sidebar; border: none; border-right: 1px solid @line; }}
QFrame#header {{ background: @page; border: none; border-bottom: 1px solid @line; }}
QLabel#page_title, QLabel#detail_title {{ font-size: {TITLE}px; font-weight: 600; }}
QLabel[secondary="true"] {{ color: @secondary; font-size: {SMALL}px; }}
QLabel[problem="true"] {{ color: @late; }}
QLabel[section="true"] {{ color: @secondary; font-size: {SMALL}px; font-weight: 600; }}
QLabel[figure="true"] {{ font-size: {FIGURE}px; }}
QFrame#message_bar {{ background: @panel; border: none; border-bottom: 1px solid @line; }}
QFrame#message_bar[kind="error"] {{ background: @error_ground; }}
QFrame#message_bar[kind="good"] {{ background: @good_ground; }}
QFrame#line {{ background: @line; border: none; }}
"""
