"""Edits one cell of an entry grid: keys that commit and move, and proposals while typing."""

from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from pegboard.ui.proposals import Proposals

AnyIndex = QModelIndex | QPersistentModelIndex

MOVES = {
    Qt.Key.Key_Return: (1, 0),
    Qt.Key.Key_Enter: (1, 0),
    Qt.Key.Key_Tab: (0, 1),
    Qt.Key.Key_Backtab: (0, -1),
}


class CellEditor(QLineEdit):
    """A line to type in; `proposals` stands below it where the column has choices."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setObjectName("cell_editor")
        self.proposals: Proposals | None = None


class EntryDelegate(QStyledItemDelegate):
    """Makes editors that commit with Enter and Tab.

    Signals: left(int rows down, int cells on): the editor closed by a key that moves on.
    """

    left = Signal(int, int)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        """Qt: a line to type in."""
        editor = CellEditor(parent)
        model: Any = index.model()
        column, row = model.columns[index.column()], model.row_at(index.row())
        editor.setAccessibleName(column.title)
        editor.setAlignment(Qt.AlignmentFlag(int(model.data(index, Qt.ItemDataRole.TextAlignmentRole))))
        if column.choices is not None:
            editor.proposals = Proposals(editor, partial(self.leave, editor))
            editor.proposals.set_choices(tuple(column.choices(row)))
        return editor

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Qt: what was typed before, ready to be replaced."""
        assert isinstance(editor, CellEditor)
        editor.setText(str(index.data(Qt.ItemDataRole.EditRole) or ""))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        """Qt: what was typed goes into the row."""
        assert isinstance(editor, CellEditor)
        model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Qt: Enter and Tab commit and move, F4 shows the choices; all else as usual."""
        if isinstance(editor, CellEditor) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_F4 and editor.proposals is not None:
                editor.proposals.propose_all()
                return True
            if self.leave(editor, event):
                return True
        return bool(super().eventFilter(editor, event))

    def leave(self, editor: CellEditor, event: QKeyEvent) -> bool:
        """Commit and move on where `event` is a key for it; Ctrl+Return is the page's and is left alone."""
        move = MOVES.get(Qt.Key(event.key()))
        if move is None or event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        if editor.proposals is not None:
            editor.proposals.accept()
        down, on = move
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and down:
            down = -down
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        self.left.emit(down, on)
        return True
