"""Shops: shelves with their sales and levels, and what is scarce among them."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.replenishment import SaleRow, ShelfRow, ShopChoices, sale_rows, shelf_rows, shop_choices
from pegboard.services.replenishment_shares import ShareRow, proposed_shares
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.pos import words
from pegboard.ui.pos.columns import share_columns, shelf_columns
from pegboard.ui.pos.commands import ShopCommands
from pegboard.ui.pos.shelf_pane import ShelfPane
from pegboard.ui.verb_bar import WithVerbs
from pegboard.ui.workspace import Workspace

MENU = ("level.propose", "level.set", "shelf.bring")


class ShopsPage(Workspace):
    """The page Shops."""

    nouns = frozenset({"pos_sale", "replenishment", "demand", "peg", "stock", "setting", "item", "location"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Shops"))
        self._choices: ShopChoices | None = None
        self._wanted = ""
        self._commands = ShopCommands(desk, self)
        self._by_id = {command.id: command for command in self._commands.commands()}
        self.list: ListPane[ShelfRow] = ListPane(
            desk,
            "shelves",
            tr("Shelves"),
            shelf_columns(),
            key=lambda row: row.key,
            query=shelf_rows,
            chips=_chips(),
            empty=Empty(
                tr("What your shops sell stands here: import a file of their till, or set a level."),
                tr("Import sales…"),
                self._commands.import_sales,
            ),
        )
        self.shares: ListPane[ShareRow] = ListPane(
            desk,
            "shares",
            tr("Scarce"),
            share_columns(),
            key=lambda row: (row.item, row.location),
            query=proposed_shares,
            empty=Empty(tr("Nothing is scarce: no two shops ask for more of an item than is here.")),
        )
        self.pane = ShelfPane(desk)
        self.pane.set_verbs([self._by_id[name] for name in ("level.propose", "level.set", "shelf.bring")])
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(Split(desk, "shops", self.list, self.pane, (2, 1)), tr("Shelves"))
        self._share_verbs = WithVerbs(self.shares, [self._by_id["share.out"]])
        self._tabs.addTab(self._share_verbs, tr("Scarce"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tabs)
        self.setFocusProxy(self.list)
        self._connect()

    def _connect(self) -> None:
        self.list.rows_shown.connect(self.say_ready)
        self.list.rows_shown.connect(self._note_chosen)
        self.list.rows_shown.connect(self._go_to_wanted)
        self.list.current_changed.connect(self._show_shelf)
        self.list.opened.connect(self._open_shelf)
        self.list.set_menu(MENU)
        self.shares.set_menu(("share.out",))
        self.shares.rows_shown.connect(self._count_scarce)
        self._tabs.currentChanged.connect(self._note_chosen)

    # --- the page

    def refresh(self) -> None:
        """Read again what is shown."""
        self.list.refresh()
        self.shares.refresh()
        self.desk.runner.read("shops.choices", shop_choices, self._show_choices)

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done."""
        return tuple(self._by_id.values())

    def show_record(self, _noun: str, number: str) -> None:
        """Go to a shelf: POS:LOCATION:ITEM, or the first one of an item."""
        self._wanted = number
        self._tabs.setCurrentIndex(0)
        self._go_to_wanted()

    def why_number(self) -> str:
        """Return the demand of the shelf that is shown."""
        row = self.shelf()
        return row.name if row is not None and row.on_order else ""

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.shares,) if self._tabs.currentIndex() else (self.list, self.pane.sales)

    # --- what commands are about

    def shelf(self) -> ShelfRow | None:
        """Return the shelf that is shown."""
        return self.pane.shelf

    def choices(self) -> ShopChoices | None:
        """Return what forms offer."""
        return self._choices

    def levels(self) -> dict[tuple[str, str], Quantity | None]:
        """Return the levels as they are shown, by item and location; that of the pane is the one a person looks at."""
        shown = {(row.item, row.location): row.level for row in self.list.model.all_rows}
        shelf = self.pane.shelf
        return shown if shelf is None else {**shown, (shelf.item, shelf.location): shelf.level}

    def has_scarce(self) -> bool:
        """Whether sharing out would change something."""
        return any(row.before != row.now for row in self.shares.model.all_rows)

    # --- slots

    def _show_choices(self, found: ShopChoices) -> None:
        self._choices = found
        self._note_chosen()

    @Slot()
    def _go_to_wanted(self) -> None:
        found = [row for row in self.list.model.all_rows if self._wanted in (row.name, row.item)]
        if self._wanted and found:
            self._wanted = ""
            self.list.select(found[0].key)

    @Slot(object)
    def _show_shelf(self, row: ShelfRow | None) -> None:
        self.pane.show_shelf(row)
        if row is not None:
            self.desk.runner.read("shops.sales", partial(sale_rows, shelf=row.key), self._show_sales)
        self._note_chosen()

    def _show_sales(self, rows: list[SaleRow]) -> None:
        self.pane.show_sales(rows)

    @Slot(object)
    def _open_shelf(self, row: ShelfRow | None) -> None:
        """Put the keys into the shelf's sales."""
        if row is not None:
            self.record_shown.emit("replenishment", row.name)
            self.pane.sales.setFocus()

    @Slot()
    def _count_scarce(self) -> None:
        count = len({row.item for row in self.shares.model.all_rows})
        self._tabs.setTabText(1, tr("Scarce ({count})", count=count) if count else tr("Scarce"))
        self._note_chosen()

    @Slot()
    def _note_chosen(self) -> None:
        self.pane.refresh_verbs()
        self._share_verbs.refresh_verbs()
        self.commands_changed.emit()


def _chips() -> tuple[Chip[ShelfRow], ...]:
    return (
        Chip("all", tr("All")),
        Chip("empty", tr("Empty"), lambda row: bool(row.level) and not row.on_hand),
        Chip("proposals", tr("Proposals"), words.has_proposal),
        Chip("slow", tr("Slow"), words.is_slow),
        Chip("no_level", tr("No level"), lambda row: row.level is None),
    )


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return ShopsPage(desk)
