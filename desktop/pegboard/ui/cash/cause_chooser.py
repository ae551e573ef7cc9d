"""Asks whose part in the change is told: of all together, or of orders, items, customers or suppliers alone."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from pegboard.i18n import tr
from pegboard.ui import theme


class CauseChooser(QWidget):
    """One list of choices. Signals: chosen(): another kind is to be told."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Who moved it, by"))
        for group, title in (
            ("", tr("anyone")),
            ("order", tr("order")),
            ("item", tr("item")),
            ("customer", tr("customer")),
            ("supplier", tr("supplier")),
        ):
            self.choice.addItem(title, group)
        label = QLabel(tr("&by"))
        label.setBuddy(self.choice)
        label.setProperty("secondary", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addWidget(label)
        layout.addWidget(self.choice)
        self.setFocusProxy(self.choice)
        self.choice.activated.connect(self._tell)

    def group(self) -> str:
        """What is chosen; "" for all together."""
        return str(self.choice.currentData())

    def _tell(self, _place: int) -> None:
        self.chosen.emit()
