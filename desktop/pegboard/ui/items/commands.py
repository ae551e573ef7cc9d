"""What can be done with items: make one, go through its tabs, make a new revision of its BOM."""

import datetime
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QWidget

from pegboard.domain.item import BomDraft
from pegboard.i18n import tr
from pegboard.queries.boms import RevisionRow
from pegboard.services.items import new_revision, save_bom
from pegboard.services.revisions import JobOnRevision, jobs_on_other_revisions
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk
from pegboard.ui.items.forms import RevisionForm, next_name
from pegboard.ui.items.item_pane import ItemPane

SCOPE = "items"


class ItemsOnScreen(Protocol):
    """What the commands are about."""

    @property
    def pane(self) -> ItemPane:
        """The item in full."""

    def start_new(self) -> None:
        """Begin a new item."""

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) item of the list."""


class ItemCommands:
    """The commands of the page, for the item that is shown."""

    def __init__(self, desk: Desk, page: ItemsOnScreen) -> None:
        self._desk = desk
        self._page = page

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (*self._item_commands(), *self._tab_commands(), *self._step_commands())

    def _item_commands(self) -> tuple[Command, ...]:
        declare = partial(page_command, SCOPE, tr("Item"))
        return (
            declare(
                "item.new",
                tr("New item"),
                self._page.start_new,
                "new",
                "Ctrl+N",
                lambda: True,
                tr("Makes an item as soon as you have typed its code."),
                toolbar=True,
            ),
            declare(
                "item.edit",
                tr("Edit"),
                self._page.pane.enter,
                "edit",
                "F2; Ctrl+Return",
                self.has_item,
                tr("Puts the keys into the tab that is shown. All you type is kept at once."),
                primary=True,
            ),
            declare(
                "item.new_revision",
                tr("New revision…"),
                self.new_revision,
                "duplicate",
                "Ctrl+Shift+R",
                self.can_make_revision,
                tr("Copies the BOM with its routing under a new name that holds from a day on."),
            ),
            declare(
                "item.stock",
                tr("Show stock"),
                self.show_stock,
                "stock",
                "Ctrl+I",
                self.has_item,
                tr("Shows what of the item lies in the shop, and whose it is."),
            ),
        )

    def _tab_commands(self) -> tuple[Command, ...]:
        declare = partial(page_command, SCOPE, tr("Item"))
        pane = self._page.pane
        tabs: tuple[tuple[str, str, str, QWidget, str], ...] = (
            ("form", tr("Item"), "items", pane.form, tr("Shows what the item is.")),
            ("bom", tr("BOM"), "bom", pane.bom, tr("Shows what goes into the item, to be changed.")),
            ("routing", tr("Routing"), "routing", pane.routing, tr("Shows the steps in which it is made.")),
            ("suppliers", tr("Suppliers"), "supplier", pane.suppliers, tr("Shows who sells it, and at what price.")),
            ("uses", tr("Where used"), "tree", pane.uses, tr("Shows all that the item goes into.")),
            ("cost", tr("Cost"), "price", pane.cost, tr("Rolls up what one costs, level by level.")),
            ("files", tr("Files"), "attach", pane.files, tr("Shows its drawings, pictures and other files.")),
        )
        return tuple(
            declare(
                f"item.tab_{name}", title, partial(pane.show_tab, tab), icon, f"Alt+{place}", self.has_item, sentence
            )
            for place, (name, title, icon, tab, sentence) in enumerate(tabs, 1)
        )

    def _step_commands(self) -> tuple[Command, ...]:
        declare = partial(page_command, SCOPE, tr("Item"))
        return (
            declare(
                "item.next",
                tr("Next item"),
                lambda: self._page.step(1),
                "down",
                "Ctrl+PgDown",
                self.has_item,
                tr("Goes to the next item of the list and stays in the tab."),
            ),
            declare(
                "item.previous",
                tr("Previous item"),
                lambda: self._page.step(-1),
                "up",
                "Ctrl+PgUp",
                self.has_item,
                tr("Goes to the previous item of the list and stays in the tab."),
            ),
        )

    # --- when

    def has_item(self) -> bool:
        """Whether an item is shown."""
        return self._page.pane.detail is not None

    def can_make_revision(self) -> bool:
        """Whether the item's BOM is on the screen."""
        pane = self._page.pane
        view = pane.bom.view
        is_shown = view is not None and pane.detail is not None and view.key == pane.detail.row.key
        return is_shown and pane.tabs.currentWidget() is pane.bom

    # --- what they do

    def new_revision(self) -> None:
        """Ask for a name and a day, and copy the revision that is shown."""
        detail, view = self._page.pane.detail, self._page.pane.bom.view
        if detail is None or view is None or not self.can_make_revision():
            return
        code, old = detail.row.code, view.draft.revision
        form = RevisionForm(code, old if view.revisions else None, _free_name(old, view.revisions), self._desk.today)
        if not self._desk.messages.run_dialog(form):
            return
        name, day = str(form.name.value()), form.day.value()
        assert day is not None
        if view.revisions:
            self._make_revision(code, old, name, day)
        else:
            self._desk.runner.write(
                "bom.new",
                lambda tx: save_bom(tx, BomDraft(item=code, revision=name, lines=())),
                partial(self._made, name),
            )

    def _make_revision(self, code: str, old: str, name: str, day: datetime.date) -> None:
        self._desk.runner.write(
            "bom.new_revision",
            lambda tx: new_revision(tx, code, old, name, day),
            partial(self._made, name),
        )

    def _made(self, name: str, _nothing: object) -> None:
        """Show the revision; say how many open jobs go on by another one, and lead to their list."""
        detail = self._page.pane.detail
        self._page.pane.bom.show_revision(name)
        if detail is not None:
            code = detail.row.code
            self._desk.runner.read(
                "items.jobs", partial(jobs_on_other_revisions, item=code, revision=name), partial(self._say, code, name)
            )

    def _say(self, code: str, name: str, jobs: Sequence[JobOnRevision]) -> None:
        said = tr("Revision {name} is made. Change its lines here.", name=name)
        if not jobs:
            self._desk.messages.notice(said)
            return
        keep = (
            tr("1 open job keeps its own.") if len(jobs) == 1 else tr("{count} open jobs keep theirs.", count=len(jobs))
        )
        self._desk.messages.notice(
            f"{said} {keep}", tr("Review them"), lambda: self._desk.show_record("revised_item", code)
        )

    def show_stock(self) -> None:
        """Go to the item's stock."""
        detail = self._page.pane.detail
        if detail is not None:
            self._desk.show_record("stock", detail.row.code)


def _free_name(old: str, known: tuple[RevisionRow, ...]) -> str:
    taken = {row.revision for row in known}
    name = next_name(old)
    while name in taken:
        name = next_name(name)
    return name
