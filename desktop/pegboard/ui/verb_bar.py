"""A widget with a bar of verbs at its foot, for lists that have no detail beside them."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from pegboard.ui import theme
from pegboard.ui.command import Command
from pegboard.ui.detail import CommandButton, line
from pegboard.ui.flow import FlowLayout


class WithVerbs(QWidget):
    """Shows `widget`, and below it a button for each command; `refresh_verbs` asks whether they can be run."""

    def __init__(self, widget: QWidget, commands: Sequence[Command]) -> None:
        super().__init__()
        self._buttons = [CommandButton(command) for command in commands]
        bar = QWidget()
        verbs = FlowLayout(bar, theme.GAP)
        verbs.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        for button in self._buttons:
            verbs.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(widget, 1)
        layout.addWidget(line())
        layout.addWidget(bar)
        self.setFocusProxy(widget)

    def refresh_verbs(self) -> None:
        """Ask the verbs again whether they can be run."""
        for button in self._buttons:
            button.refresh()
