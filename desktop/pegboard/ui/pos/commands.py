"""What can be done with shelves and sales: import, set levels, share out what is scarce."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from pegboard.domain.errors import PegboardError
from pegboard.domain.quantity import Quantity
from pegboard.exchange.shop_sales import NoPlace, UnknownSkus
from pegboard.i18n import tr
from pegboard.queries.replenishment import ShelfRow, ShopChoices
from pegboard.services import kanban, replenishment
from pegboard.services.explosion import explode
from pegboard.services.importing import ImportRefused
from pegboard.services.replenishment import LevelSet
from pegboard.services.replenishment_shares import ShareRow, share_scarce
from pegboard.storage.store import Transaction
from pegboard.ui import formats
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk
from pegboard.ui.meanwhile import tell
from pegboard.ui.pos.forms import AliasForm, LevelForm, PlaceForm
from pegboard.ui.pos.importing import BroughtIn, bring_in
from pegboard.ui.pos.words import has_proposal
from pegboard.ui.runner import Progress

SCOPE = "pos"


class ShelvesOnScreen(Protocol):
    """What the commands are about."""

    def shelf(self) -> ShelfRow | None:
        """Return the shelf that is shown."""

    def choices(self) -> ShopChoices | None:
        """Return what forms offer, None before it was read."""

    def levels(self) -> dict[tuple[str, str], Quantity | None]:
        """Return the levels as they are shown, by item and location."""

    def has_scarce(self) -> bool:
        """Whether something is scarce and would be shared out otherwise."""


class ShopCommands:
    """The commands of the page."""

    def __init__(self, desk: Desk, page: ShelvesOnScreen) -> None:
        self._desk = desk
        self._page = page
        self._command = partial(page_command, SCOPE, tr("Shop"))

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (*self._sale_commands(), *self._level_commands(), *self._goods_commands())

    def _sale_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "sale.import",
                tr("Import sales…"),
                self.import_sales,
                "import",
                "Ctrl+I",
                self.knows_choices,
                tr("Imports a file of Square, Loyverse or Shopify, or pos_sales.csv; what is known already stays."),
                toolbar=True,
            ),
            self._command(
                "sale.pull",
                tr("Pull what was sold"),
                self.pull,
                "explode",
                "F8",
                lambda: True,
                tr("Explodes: every shelf pulls what it sold, up to its level."),
            ),
        )

    def _level_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "level.propose",
                tr("Take proposal…"),
                self.take_proposal,
                "confirm",
                "Ctrl+Return",
                self.has_proposal,
                tr("Shows the level that the shelf's own sales lead to, with every term, and sets it if you agree."),
                primary=True,
            ),
            self._command(
                "level.set",
                tr("Set level…"),
                self.set_level,
                "edit",
                "F2",
                self.has_shelf,
                tr("Sets what the shelf is filled up to; a raise pulls."),
            ),
            self._command(
                "level.new",
                tr("New shelf…"),
                self.new_level,
                "new",
                "Ctrl+N",
                self.knows_choices,
                tr("Lets a shop keep an item, with its level."),
            ),
        )

    def _goods_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "shelf.bring",
                tr("Goods are here"),
                self.bring,
                "transfer",
                "Shift+F8",
                self.is_coming,
                tr("Books what is pegged to the shelf and lies in stock elsewhere to the shop."),
            ),
            self._command(
                "share.out",
                tr("Share out what is scarce"),
                self.share_out,
                "transfer",
                "Ctrl+Shift+S",
                self._page.has_scarce,
                tr("Gives stock that several shops ask for out in complete sets, by their sales."),
            ),
        )

    # --- when

    def has_shelf(self) -> bool:
        """Whether a shelf is shown and forms know what to offer."""
        return self._page.shelf() is not None and self.knows_choices()

    def has_proposal(self) -> bool:
        """Whether the shelf's sales ask for another level."""
        row = self._page.shelf()
        return row is not None and has_proposal(row) and self.knows_choices()

    def is_coming(self) -> bool:
        """Whether something is on order for the shelf."""
        row = self._page.shelf()
        return row is not None and bool(row.on_order)

    def knows_choices(self) -> bool:
        """Whether forms know what to offer."""
        return self._page.choices() is not None

    # --- import

    def import_sales(self) -> None:
        """Ask for a file and import it."""
        path = self._desk.messages.open_file(
            tr("Import sales"), tr("Sales of tills and web shops (*.csv *.txt *.tsv);;All files (*)")
        )
        if path is not None:
            self.bring_in(path, {}, "")

    def bring_in(self, path: Path, aliases: Mapping[str, str], location: str) -> None:
        """Import a file; what it leaves open is asked for, and the import goes on."""
        progress = Progress(tr("Importing {file}", file=path.name))
        self._desk.runner.write(
            "pos.import",
            partial(bring_in, path=path, progress=progress, aliases=dict(aliases), location=location),
            self._brought_in,
            partial(self._asked, path, dict(aliases), location),
            progress=progress,
        )

    def _brought_in(self, done: BroughtIn) -> None:
        if done.notes:
            self._desk.messages.warn(done.text())
        else:
            self._desk.messages.notice(done.text())

    def _asked(self, path: Path, aliases: dict[str, str], location: str, error: PegboardError) -> None:
        known = self._page.choices()
        if known is not None and isinstance(error, UnknownSkus):
            form = AliasForm(error.title, error.skus, known)
            if self._desk.messages.run_dialog(form):
                self.bring_in(path, {**aliases, **form.aliases()}, location)
        elif known is not None and isinstance(error, NoPlace):
            place = PlaceForm(path.name, known)
            if self._desk.messages.run_dialog(place):
                self.bring_in(path, aliases, place.place.value())
        elif isinstance(error, ImportRefused):
            first = error.errors[0].text() if error.errors else ""
            self._desk.messages.warn(f"{error} {first}".strip())
        else:
            self._desk.messages.error(error)

    # --- levels

    def take_proposal(self) -> None:
        """Show the proposal and set it."""
        self._ask_level(self._page.shelf(), take_proposal=True)

    def set_level(self) -> None:
        """Ask for the level of the shelf."""
        self._ask_level(self._page.shelf())

    def new_level(self) -> None:
        """Ask for a new shelf and its level."""
        self._ask_level(None)

    def _ask_level(self, row: ShelfRow | None, *, take_proposal: bool = False) -> None:
        known = self._page.choices()
        if known is None:
            return
        form, levels = LevelForm(known, row, take_proposal=take_proposal), self._page.levels()
        if self._desk.messages.run_dialog(form):
            item, location = form.item.value(), form.location.value()
            self._set(item, location, form.level.value(), (levels.get((item, location)),))

    def _set(self, item: str, location: str, level: Quantity, seen: tuple[Quantity | None] | None) -> None:
        self._desk.runner.write(
            "level.set",
            lambda tx: replenishment.set_level(tx, item, location, level, seen=seen),
            self._level_set,
            lambda error: tell(self._desk.messages, error, partial(self._set, item, location, level, None)),
        )

    def _level_set(self, done: LevelSet) -> None:
        text = tr(
            "{item} at {location} is filled up to {level}.",
            item=done.item,
            location=done.location,
            level=formats.quantity(done.after),
        )
        if done.before is None:
            self._desk.messages.notice(text)
            return
        self._desk.messages.notice(
            text, tr("Undo"), partial(self._set, done.item, done.location, done.before, (done.after,))
        )

    # --- pull and share

    def bring(self) -> None:
        """Book what lies elsewhere to the shop."""
        row = self._page.shelf()
        if row is None:
            return
        name, text = row.name, tr("{item} lies at {location} now.", item=row.item, location=row.location)
        self._desk.runner.write(
            "shelf.bring", lambda tx: kanban.bring(tx, name), lambda _brought: self._desk.messages.notice(text)
        )

    def pull(self) -> None:
        """Explode what was sold."""
        progress = Progress(tr("Pulling what was sold"))
        self._desk.runner.write("demand.explode", partial(_pull, progress=progress), self._pulled, progress=progress)

    def _pulled(self, done: tuple[int, int]) -> None:
        jobs, lines = done
        self._desk.messages.notice(tr("Pulled {jobs} jobs and {lines} purchase lines.", jobs=jobs, lines=lines))

    def share_out(self) -> None:
        """Share out what is scarce."""
        self._desk.runner.write("share.out", share_scarce, self._shared)

    def _shared(self, moved: list[ShareRow]) -> None:
        items = ", ".join(sorted({row.item for row in moved}))
        if moved:
            self._desk.messages.notice(tr("Shared out in complete sets: {items}.", items=items))
        else:
            self._desk.messages.notice(tr("Everybody has their share already."))


def _pull(tx: Transaction, progress: Progress) -> tuple[int, int]:
    plan = explode(tx, progress=progress).plan
    return len(plan.jobs), len(plan.lines)
