"""A small form over the window: labelled fields, what is wrong in words, and a verb."""

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.fields import DayField, Field


class Form(QDialog):
    """Asks for a few values; the buttons are its verb and Cancel.

    Open it with `desk.messages.run_dialog(form)`, which is True once all fields are read well; then ask the fields for
    their values. `check` may look at several fields together and returns what is wrong, or "".
    """

    def __init__(
        self,
        title: str,
        verb: str,
        *,
        explain: str = "",
        check: Callable[[], str] | None = None,
    ) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._check = check
        self._fields: list[Field | DayField] = []
        self._rows = QFormLayout()
        self._rows.setHorizontalSpacing(theme.MARGIN)
        self._rows.setVerticalSpacing(theme.GAP)
        self._problem = QLabel(wordWrap=True)
        self._problem.setProperty("problem", True)
        self._problem.hide()
        self._verb = QPushButton(verb)
        self._verb.setProperty("primary", True)
        self._verb.setDefault(True)
        self._verb.setAutoDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(self._verb, QDialogButtonBox.ButtonRole.AcceptRole)
        self._cancel = buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.MARGIN)
        if explain:
            layout.addWidget(QLabel(explain, wordWrap=True))
        layout.addLayout(self._rows)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)
        self.setMinimumWidth(420)

    def add(self, label: str, widget: QWidget) -> QWidget:
        """Add a labelled row; fields are checked by the verb."""
        name = QLabel(label)
        name.setBuddy(widget)
        self._rows.addRow(name, widget)
        if isinstance(widget, Field | DayField):
            self._fields.append(widget)
        elif not widget.accessibleName():
            widget.setAccessibleName(label)
        return widget

    def track(self, *fields: Field) -> None:
        """Let the verb check fields too that stand within another widget of the form."""
        self._fields += fields

    def add_wide(self, widget: QWidget) -> QWidget:
        """Add a row without a label, as wide as the form."""
        self._rows.addRow(widget)
        return widget

    def problems(self) -> Sequence[str]:
        """Show and return all that is wrong."""
        found = [problem for problem in (field.check() for field in self._fields) if problem]
        together = self._check() if self._check is not None and not found else ""
        return (*found, together) if together else found

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the first field has the keys, and Tab comes to the buttons after the last one."""
        super().showEvent(event)
        self._keep_words_whole()
        last = self.previousInFocusChain()
        if last is not None and last not in (self._verb, self._cancel):
            QWidget.setTabOrder(last, self._verb)
            QWidget.setTabOrder(self._verb, self._cancel)
        first = next((widget for widget in self._stops() if widget not in (self._verb, self._cancel)), self._verb)
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _keep_words_whole(self) -> None:
        """Be as high as the wrapped words need: a window asks them for their height before it knows its width."""
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def _stops(self) -> Iterator[QWidget]:
        """Where Tab stops, in order."""
        widget = self.nextInFocusChain()
        while widget is not None and widget is not self:
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.isVisible():
                yield widget
            widget = widget.nextInFocusChain()

    @Slot()
    def accept(self) -> None:
        """Qt: the verb; the form stays open while something is wrong."""
        problems = self.problems()
        self._problem.setText("\n".join(problems))
        self._problem.setVisible(bool(problems))
        self._keep_words_whole()
        if not problems:
            super().accept()
