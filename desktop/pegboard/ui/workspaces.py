"""The pages of the window: one line for each; its module is imported when the page is first opened."""

import importlib.util
from dataclasses import dataclass

from pegboard.i18n import tr
from pegboard.ui.desk import Desk
from pegboard.ui.workspace import Workspace


@dataclass(frozen=True, slots=True)
class WorkspaceEntry:
    """A page in the sidebar.

    Attributes: id: its name in code and the scope of its commands; title: as the sidebar shows it, translated;
    icon: a file in resources/icons; module: where `workspace(desk)` makes it; nouns: the records that it opens;
    is_money: whether it is only for who may see money.
    """

    id: str
    title: str
    icon: str
    module: str
    nouns: tuple[str, ...] = ()
    is_money: bool = False

    def make(self, desk: Desk) -> Workspace:
        """Import the page's module and make the page."""
        made: Workspace = importlib.import_module(self.module).workspace(desk)
        return made


def entries() -> tuple[WorkspaceEntry, ...]:
    """Return the pages in the order of the sidebar, in the language chosen."""
    return (
        WorkspaceEntry("today", tr("Today"), "today", "pegboard.ui.today.workspace"),
        WorkspaceEntry(
            "orders", tr("Orders"), "orders", "pegboard.ui.orders.workspace", ("order", "order_line", "customer")
        ),
        WorkspaceEntry(
            "production",
            tr("Make"),
            "make",
            "pegboard.ui.production.workspace",
            ("work_order", "operation", "revised_item"),
        ),
        WorkspaceEntry(
            "purchasing",
            tr("Buy"),
            "buy",
            "pegboard.ui.purchasing.workspace",
            ("purchase_order", "purchase_line", "supplier", "receipt", "orphans"),
        ),
        WorkspaceEntry(
            "inventory", tr("Stock"), "stock", "pegboard.ui.inventory.workspace", ("stock", "lot", "location")
        ),
        WorkspaceEntry("items", tr("Items"), "items", "pegboard.ui.items.workspace", ("item", "bom", "routing")),
        WorkspaceEntry("signals", tr("Signals"), "signals", "pegboard.ui.signals.workspace", ("demand", "inference")),
        WorkspaceEntry(
            "kanban", tr("Kanban"), "kanban", "pegboard.ui.kanban.workspace", ("kanban_loop", "kanban_card")
        ),
        WorkspaceEntry("cash", tr("Cash"), "cash", "pegboard.ui.cash.workspace", ("report",), True),
        WorkspaceEntry(
            "money", tr("Money"), "price", "pegboard.ui.money.workspace", ("invoice", "payment", "bill"), True
        ),
        WorkspaceEntry("pos", tr("Shops"), "customer", "pegboard.ui.pos.workspace", ("pos_sale", "replenishment")),
        WorkspaceEntry(
            "setup",
            tr("Setup"),
            "people",
            "pegboard.ui.setup.workspace",
            ("work_center", "option", "person", "audit"),
        ),
    )


def available_entries(*, sees_money: bool = True) -> tuple[WorkspaceEntry, ...]:
    """Return the pages that this build of the program has, those about money only for who may see it."""
    return tuple(
        entry
        for entry in entries()
        if (sees_money or not entry.is_money) and importlib.util.find_spec(entry.module) is not None
    )


def entry_for(noun: str) -> WorkspaceEntry | None:
    """Return the page that opens records of `noun`."""
    return next((entry for entry in entries() if noun in entry.nouns), None)
