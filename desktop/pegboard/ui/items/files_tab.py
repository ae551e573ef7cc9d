"""The tab of an item's files: those of the item itself, and those of one revision of its BOM."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.attachment import Owner
from pegboard.i18n import tr
from pegboard.queries.attachments import bom_revisions
from pegboard.queries.items import ItemDetail
from pegboard.ui import theme
from pegboard.ui.attachments import AttachmentsPart
from pegboard.ui.desk import Desk


class FilesTab(QWidget):
    """Shows the files of an item, or of the revision that is chosen above them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._item = ""
        self.files = AttachmentsPart(desk, "item_files")
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Files of"))
        self.choice.currentIndexChanged.connect(self._choose)
        self._label = QLabel(tr("Files of"))
        self._label.setBuddy(self.choice)
        top = QHBoxLayout()
        top.addWidget(self._label)
        top.addWidget(self.choice)
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.GAP, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addLayout(top)
        layout.addWidget(self.files, 1)
        self.setFocusProxy(self.files)
        self._show_choice(())

    def show_item(self, detail: ItemDetail) -> None:
        """Show the files of an item."""
        item = detail.row.code
        if item != self._item:
            self._item = item
            self._show_choice(())
        self.files.show_owner(self._owner())
        self._desk.runner.read("items.revisions", partial(bom_revisions, item=item), partial(self._take, item))

    def _take(self, item: str, revisions: tuple[str, ...]) -> None:
        if item == self._item:
            self._show_choice(revisions)

    def _show_choice(self, revisions: tuple[str, ...]) -> None:
        """Offer the item and its revisions; what was chosen stays chosen."""
        chosen = self.choice.currentData()
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItem(tr("the item, whatever its revision"), None)
        for revision in revisions:
            self.choice.addItem(tr("BOM revision {revision} alone", revision=revision or "-"), revision)
        place = self.choice.findData(chosen) if chosen is not None else 0
        self.choice.setCurrentIndex(max(place, 0))
        self.choice.blockSignals(False)
        for widget in (self._label, self.choice):
            widget.setVisible(bool(revisions))

    @Slot()
    def _choose(self) -> None:
        self.files.show_owner(self._owner())

    def _owner(self) -> Owner | None:
        revision = self.choice.currentData()
        if not self._item:
            return None
        return Owner("item", self._item) if revision is None else Owner("bom", self._item, revision)
