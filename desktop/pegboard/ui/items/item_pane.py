"""The right half of Items: one item in full, in tabs."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from pegboard.domain.attachment import Owner
from pegboard.i18n import tr
from pegboard.queries.items import ItemDetail
from pegboard.ui.attachments import read_picture
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane
from pegboard.ui.items import words
from pegboard.ui.items.bom_tab import BomTab
from pegboard.ui.items.choices import Choices
from pegboard.ui.items.files_tab import FilesTab
from pegboard.ui.items.item_form import ItemForm
from pegboard.ui.items.routing_tab import RoutingTab
from pegboard.ui.items.suppliers_tab import SuppliersTab
from pegboard.ui.items.tree_tabs import CostTab, UseTab

TABS_HEIGHT = 440


class ItemPane(DetailPane):
    """Shows an ItemDetail; a tab reads its own rows when it is looked at.

    Signals: shown(): another item or tab is shown, or it changed.
    """

    shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Item"))
        self._desk = desk
        self.detail: ItemDetail | None = None
        self.choices = Choices()
        self.form = ItemForm(desk)
        self.bom = BomTab(desk)
        self.routing = RoutingTab(desk)
        self.suppliers = SuppliersTab(desk)
        self.uses = UseTab(desk)
        self.cost = CostTab(desk)
        self.files = FilesTab(desk)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setUsesScrollButtons(True)
        self.tabs.setMinimumHeight(TABS_HEIGHT)
        for tab, title in (
            (self.form, tr("Item")),
            (self.bom, tr("BOM")),
            (self.routing, tr("Routing")),
            (self.suppliers, tr("Suppliers")),
            (self.uses, tr("Where used")),
            (self.cost, tr("Cost")),
            (self.files, tr("Files")),
        ):
            self.tabs.addTab(tab, title)
        self.add("", self.tabs, 1)
        self.tabs.currentChanged.connect(self._show_tab)
        self.bom.revision_chosen.connect(self.shown)

    # --- what is shown

    def show_choices(self, choices: Choices) -> None:
        """Take what can be chosen in the grids."""
        self.choices = choices
        self._show_tab()

    def show_detail(self, detail: ItemDetail | None) -> None:
        """Show an item; None says that it is no more."""
        self.detail = detail
        if detail is None:
            self.show_nothing(tr("Choose an item on the left."))
            return
        self.show_heading(detail.row.code, detail.row.description, words.item_mark(detail.row))
        self._enable_tabs(True)
        owner = Owner("item", detail.row.code)
        self._desk.runner.read("items.picture", partial(read_picture, owner=owner), partial(self._take_picture, owner))
        self._show_tab()

    def _take_picture(self, owner: Owner, small: bytes) -> None:
        if self.detail is not None and self.detail.row.code == owner.number:
            self.show_picture(small, tr("Picture of {item}", item=owner.number))

    def start_new(self) -> None:
        """Show an empty form for a new item."""
        self.detail = None
        self.show_picture(b"")
        self.show_heading(tr("New item"), tr("Type a code. All you type from then on is kept at once."))
        self.tabs.setCurrentWidget(self.form)
        self._enable_tabs(False)
        self.form.start_new()

    def _enable_tabs(self, is_known: bool) -> None:
        for place in range(1, self.tabs.count()):
            self.tabs.setTabEnabled(place, is_known)

    @Slot()
    def _show_tab(self) -> None:
        if self.detail is not None:
            tab = self.tabs.currentWidget()
            if tab is self.form:
                self.form.show_item(self.detail, self.choices)
            elif isinstance(tab, BomTab | SuppliersTab):
                tab.show_item(self.detail, self.choices)
            elif isinstance(tab, RoutingTab):
                is_same = self.bom.item == self.detail.row.code
                tab.show_item(self.detail, self.choices, self.bom.revision if is_same else None)
            elif isinstance(tab, UseTab | CostTab | FilesTab):
                tab.show_item(self.detail)
        self.shown.emit()

    def show_tab(self, tab: QWidget) -> None:
        """Turn to a tab and put the keys into it."""
        self.tabs.setCurrentWidget(tab)
        tab.setFocus()

    def enter(self) -> None:
        """Put the keys into the tab that is shown."""
        widget = self.tabs.currentWidget()
        if widget is not None:
            widget.setFocus()

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        tab = self.tabs.currentWidget()
        if tab is self.bom:
            return (self.bom.kept, self.bom.tree)
        return (tab,) if tab is not None else ()
