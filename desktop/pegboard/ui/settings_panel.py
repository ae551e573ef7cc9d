"""The workshop's settings, each saved as it is left; made from the declarations in `pegboard.settings`."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QToolButton,
    QWidget,
)

from pegboard.domain.errors import ChangedMeanwhile, PegboardError, WorkshopFileError
from pegboard.i18n import tr
from pegboard.settings import SETTINGS, YES_NO, Declared, check
from pegboard.ui import icons, theme
from pegboard.ui.button import Button
from pegboard.ui.desk import Desk
from pegboard.ui.detail import section_title
from pegboard.ui.fields import Field
from pegboard.ui.meanwhile import ProblemLine
from pegboard.ui.overlay import Overlay

LINES_KEPT = ("company_address", "company_bank", "purchase_order_terms", "invoice_terms")
FOLDERS = ("backup_folder", "second_backup_folder", "pos_watch_folder", "friday_folder")
CHOICES = {
    "paper": ("a4", "letter"),
    "pos_pulls": ("at_once", "daily"),
    "cash_balance": ("end", "average"),
    "cash_payables_over": ("cost_of_sales", "purchases"),
    "cash_days": ("period", "365", "360"),
}
READ_KEY = "settings.read"


class SettingField(Field):
    """One line; what the setting does not allow is refused in words."""

    def __init__(self, declared: Declared) -> None:
        super().__init__(declared.help(), is_needed=False)
        self._name = declared.name
        self.setPlaceholderText(declared.default)

    def parse(self, text: str) -> str:
        """Return the text as it is kept."""
        return check(self._name, text)


class SettingLines(QPlainTextEdit):
    """Several lines, read when they are left.

    Signals: committed(): the text changed.
    """

    committed = Signal()

    def __init__(self, declared: Declared) -> None:
        super().__init__()
        self.setAccessibleName(declared.help())
        self.setTabChangesFocus(True)
        self.setFixedHeight(72)
        self._last = ""

    def set_value(self, text: str) -> None:
        """Fill it."""
        self._last = text
        self.setPlainText(text)

    def value(self) -> str:
        """Return the text."""
        return self.toPlainText().strip()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: the text is read when it is left."""
        super().focusOutEvent(event)
        if self.value() != self._last:
            self._last = self.value()
            self.committed.emit()


class SettingChoice(QComboBox):
    """One of a few words.

    Signals: committed(): another one was chosen.
    """

    committed = Signal()

    def __init__(self, declared: Declared, choices: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(declared.help())
        self._default = declared.default
        self.addItems(list(choices))
        self.activated.connect(self._tell)

    @Slot()
    def _tell(self) -> None:
        self.committed.emit()

    def set_value(self, text: str) -> None:
        """Choose one; "" the default."""
        self.setCurrentText(text or self._default)

    def value(self) -> str:
        """Return the one that is chosen."""
        return self.currentText()


Editor = SettingField | SettingLines | SettingChoice


def _editor(declared: Declared) -> Editor:
    if declared.name in LINES_KEPT:
        return SettingLines(declared)
    if declared.kind is YES_NO:
        return SettingChoice(declared, ("yes", "no"))
    if declared.name in CHOICES:
        return SettingChoice(declared, CHOICES[declared.name])
    return SettingField(declared)


class SettingsPanel(Overlay):
    """All settings under their headings; Esc closes."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window, width=860, height=680)
        self._desk = desk
        self._editors: dict[str, Editor] = {}
        self._seen: dict[str, str] = {}  # by name, as the workshop had it when it was last looked at
        self._disputed = ""
        self._problem = ProblemLine(self._keep_mine, self._take_theirs)
        self._logo = QLabel()
        title = QLabel(tr("Settings of this workshop"))
        title.setObjectName("detail_title")
        close = QToolButton()
        close.setIcon(icons.icon("close"))
        close.setAccessibleName(tr("Close the settings"))
        close.clicked.connect(self.close_panel)
        head = QHBoxLayout()
        head.setContentsMargins(theme.GAP, theme.GAP, 0, theme.GAP)
        head.addWidget(title, 1)
        head.addWidget(close)
        body = QWidget()
        self._form = QFormLayout(body)
        self._form.setContentsMargins(theme.GAP, 0, theme.MARGIN, theme.MARGIN)
        self._form.setHorizontalSpacing(theme.MARGIN)
        self._form.setVerticalSpacing(theme.GAP)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._fill()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        note = QLabel(tr("Each setting is saved as you leave it."))
        note.setProperty("secondary", True)
        self.card_layout.addLayout(head)
        self.card_layout.addWidget(scroll, 1)
        self.card_layout.addWidget(self._problem)
        self.card_layout.addWidget(note)

    def _fill(self) -> None:
        heading = ""
        for declared in SETTINGS:
            if _heading(declared.name) != heading:
                heading = _heading(declared.name)
                self._form.addRow(section_title(heading))
            if declared.name == "logo":
                self._form.addRow(self._label(tr("Logo on papers, PNG or JPEG")), self._logo_row())
                continue
            editor = _editor(declared)
            editor.setObjectName(declared.name)
            editor.committed.connect(self._save)
            self._editors[declared.name] = editor
            self._form.addRow(self._label(declared.help()), self._with_folder(declared.name, editor))

    def _label(self, text: str) -> QLabel:
        label = QLabel(text, wordWrap=True)
        label.setFixedWidth(320)
        return label

    def _logo_row(self) -> QWidget:
        choose = Button(tr("Choose a picture…"))
        choose.clicked.connect(self._choose_logo)
        remove = Button(tr("Remove"))
        remove.clicked.connect(self._remove_logo)
        return _row(self._logo, choose, remove)

    def _with_folder(self, name: str, editor: Editor) -> QWidget:
        if name not in FOLDERS:
            return editor
        choose = Button(tr("Choose…"))
        choose.setObjectName(f"choose {name}")
        choose.clicked.connect(self._choose_folder)
        return _row(editor, choose)

    # --- reading and saving

    def open_panel(self) -> None:
        """Read the settings and show them."""
        from pegboard.queries.settings import set_values

        self.open()
        next(iter(self._editors.values())).setFocus()
        self._desk.runner.read(READ_KEY, set_values, self._show)

    def _show(self, values: Mapping[str, str]) -> None:
        self._seen = dict(values)
        for name, editor in self._editors.items():
            editor.set_value(values.get(name, ""))
        self._logo.setText(values.get("logo", "") or tr("none"))

    @Slot()
    def _save(self) -> None:
        editor = self.sender()
        assert isinstance(editor, Editor)
        if isinstance(editor, SettingField) and editor.problem():
            return
        self._write(editor.objectName(), editor.value() or "")

    def _write(self, name: str, value: str) -> None:
        from pegboard.services.settings import set_setting

        self._problem.say("")
        self._disputed = name
        seen = self._seen.get(name, "")
        self._desk.runner.write(
            "setting.set",
            lambda tx: set_setting(tx, name, value, seen=seen),
            partial(self._kept, name),
            self._refuse,
        )

    def _kept(self, name: str, value: str) -> None:
        self._seen[name] = value

    def _keep_mine(self) -> None:
        """Set what was typed over what another seat set meanwhile, which was shown."""
        self._write(self._disputed, self._editors[self._disputed].value() or "")

    def _take_theirs(self) -> None:
        """Show what another seat set instead of what was typed."""
        self._editors[self._disputed].set_value(self._seen[self._disputed])

    def _refuse(self, error: PegboardError) -> None:
        if isinstance(error, ChangedMeanwhile):
            self._seen[self._disputed] = error.now
        if isinstance(error, ChangedMeanwhile | WorkshopFileError):
            self._problem.tell(error)
            return
        self.close_panel()
        self._desk.messages.error(error)

    @Slot()
    def _choose_folder(self) -> None:
        sender = self.sender()
        folder = self._desk.messages.open_folder(tr("Choose a folder"))
        if sender is not None and folder is not None:
            name = sender.objectName().removeprefix("choose ")
            self._editors[name].set_value(str(folder))
            self._write(name, str(folder))

    @Slot()
    def _choose_logo(self) -> None:
        path = self._desk.messages.open_file(tr("Choose a logo"), tr("Pictures (*.png *.jpg *.jpeg)"))
        if path is not None:
            keep = partial(self._keep_logo, path.name)
            self._desk.runner.compute("settings.logo", partial(_picture, path), keep, self._refuse)

    def _keep_logo(self, name: str, picture: bytes) -> None:
        from pegboard.services.settings import set_logo

        self._logo.setText(name)
        self._desk.runner.write("setting.set", lambda tx: set_logo(tx, name, picture), failed=self._refuse)

    @Slot()
    def _remove_logo(self) -> None:
        from pegboard.services.settings import remove_logo

        self._logo.setText(tr("none"))
        self._desk.runner.write("setting.set", remove_logo)


def _picture(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise PegboardError(tr("{path} cannot be read: {reason}.", path=path, reason=reason)) from error


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for place, widget in enumerate(widgets):
        layout.addWidget(widget, 0 if place else 1)
    return row


def _heading(name: str) -> str:
    if name.startswith("company") or name in ("logo", "currency", "default_tax_percent"):
        return tr("Company")
    if name.startswith(("cash_", "idle_", "friday_")) or name in ("tax_on_freight", "overhead_per_hour"):
        return tr("Costs and cash")
    if name.startswith(("pos_", "kanban_", "wip_", "work_center_")):
        return tr("Shops and kanban cards")
    if name in FOLDERS:
        return tr("Backups")
    if name in ("combining_days", "over_receipt_percent", "deposit_gates_pull"):
        return tr("Planning")
    return tr("Papers")
