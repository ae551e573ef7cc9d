"""What can be done with loops, cards and caps."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from pegboard.domain.kanban import PULLING, CardState
from pegboard.i18n import tr
from pegboard.queries.kanban import CardRow, LoopChoices, LoopRow
from pegboard.queries.kanban_caps import Cap
from pegboard.services import kanban, kanban_caps, kanban_loops
from pegboard.services.card_pulls import Pulled, pull, pull_extra
from pegboard.storage.store import Transaction
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk
from pegboard.ui.kanban.forms import CapForm, CardsForm, ContainerForm, LoopForm
from pegboard.ui.kanban.loop_pane import LoopPane
from pegboard.ui.meanwhile import tell
from pegboard.ui.papers import print_papers
from pegboard.ui.runner import Progress

SCOPE = "kanban"


class LoopsOnScreen(Protocol):
    """What the commands are about."""

    @property
    def pane(self) -> LoopPane:
        """The loop in full, with the card that is chosen."""

    def chosen(self) -> tuple[LoopRow, ...]:
        """Return the selected loops."""

    def choices(self) -> LoopChoices | None:
        """Return what forms offer, None before it was read."""

    def cap(self) -> Cap | None:
        """Return the chosen cap, None where caps are not shown."""

    def limits(self) -> dict[str, int]:
        """Return the caps as they are shown, by work center."""

    def show_caps(self) -> None:
        """Turn to the caps."""


class KanbanCommands:
    """The commands of the page, for the loop, the card and the cap that are chosen."""

    def __init__(self, desk: Desk, page: LoopsOnScreen) -> None:
        self._desk = desk
        self._page = page
        self._command = partial(page_command, SCOPE, tr("Kanban"))

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (*self._card_commands(), *self._loop_commands(), *self._paper_commands(), *self._cap_commands())

    def _card_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "card.pull",
                tr("Container is empty"),
                self.pull_chosen,
                "scan",
                "F8; Ctrl+Return",
                self.can_pull,
                tr("The chosen card pulls one container, as when it is scanned; twice pulls once."),
                primary=True,
            ),
            self._command(
                "card.bring",
                tr("Container is here"),
                self.bring,
                "transfer",
                "Shift+F8",
                self.can_bring,
                tr("Books what lies elsewhere for the chosen card to its place; the card is full again."),
            ),
            self._command(
                "card.lost",
                tr("Card is lost"),
                self.lose,
                "warning",
                "Ctrl+L",
                self.has_card,
                tr("Puts a new card in the place of the chosen one; the old one is refused when it turns up."),
            ),
            self._command(
                "card.retire",
                tr("Take out card"),
                self.retire,
                "delete",
                "Ctrl+Del",
                self.has_card,
                tr("Takes the chosen card out of its loop; one that is on order goes after its round."),
            ),
        )

    def _loop_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "loop.new",
                tr("New loop…"),
                self.new_loop,
                "new",
                "Ctrl+N",
                self.knows_choices,
                tr("Makes a loop with its cards for a bought or made item."),
                toolbar=True,
            ),
            self._command(
                "loop.cards",
                tr("Number of cards…"),
                self.set_cards,
                "kanban",
                "F2",
                self.has_loop,
                tr("Shows the formula with every term, and sets how many cards the loop has."),
            ),
            self._command(
                "loop.container",
                tr("Container…"),
                self.change_container,
                "edit",
                "Shift+F2",
                self.has_loop,
                tr("Sets what one container of the loop holds."),
            ),
            self._command(
                "loop.end",
                tr("End loop"),
                self.end_loop,
                "cancel",
                "",
                self.has_loop,
                tr("Lets the loop run out: full cards go at once, the others after their round."),
            ),
            self._command(
                "loop.extra",
                tr("Extra card"),
                self.add_extra,
                "duplicate",
                "Ctrl+Shift+D",
                self.has_loop,
                tr("Adds a card that pulls one container now and goes round once."),
            ),
        )

    def _paper_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "loop.print",
                tr("Print cards"),
                partial(self.print_cards, "kanban-cards"),
                "print",
                "Ctrl+P",
                self.has_loop,
                tr("Prints the cards of the chosen loops, four to a page."),
                toolbar=True,
            ),
            self._command(
                "loop.print_labels",
                tr("Print cards as labels"),
                partial(self.print_cards, "kanban-labels"),
                "label",
                "Ctrl+Shift+L",
                self.has_loop,
                tr("Prints the cards of the chosen loops on labels of 4 by 6 inches."),
            ),
        )

    def _cap_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "wip.set",
                tr("Cap on customer jobs…"),
                self.set_cap,
                "pause",
                "Ctrl+Shift+J",
                self.knows_choices,
                tr("Sets how many customer jobs may be at work in the shop or before a work center."),
            ),
            self._command(
                "wip.lift",
                tr("Lift cap"),
                self.lift_cap,
                "revert",
                "",
                self.has_cap,
                tr("Takes the chosen cap away."),
            ),
            self._command(
                "wip.release",
                tr("Release what has room"),
                self.release_next,
                "release",
                "Ctrl+F8",
                lambda: True,
                tr("Releases customer jobs in due order, as far as the caps have room and parts are here."),
            ),
        )

    # --- when

    def _loop(self) -> LoopRow | None:
        return self._page.pane.loop

    def _card(self) -> CardRow | None:
        return self._page.pane.card()

    def has_loop(self) -> bool:
        """Whether a loop is shown."""
        return self._loop() is not None

    def has_card(self) -> bool:
        """Whether a card is chosen."""
        return self._card() is not None

    def can_pull(self) -> bool:
        """Whether the chosen card is full, or empty and no order covers it yet."""
        card = self._card()
        return card is not None and card.state in (CardState.FULL, CardState.EMPTY)

    def can_bring(self) -> bool:
        """Whether what the chosen card waits for lies in stock elsewhere."""
        card = self._card()
        return card is not None and card.state in PULLING and bool(card.supply) and card.due is None

    def has_cap(self) -> bool:
        """Whether a cap is chosen."""
        return self._page.cap() is not None

    def knows_choices(self) -> bool:
        """Whether forms know what to offer."""
        return self._page.choices() is not None

    # --- cards

    def pull_chosen(self) -> None:
        """Pull with the chosen card."""
        card = self._card()
        if card is not None:
            self.pull_card(card.name)

    def pull_card(self, name: str) -> None:
        """Pull with the card of this name (KANBAN:ITEM:CARD), as when it is scanned."""
        progress = Progress(tr("Pulling {name}", name=name))
        self._desk.runner.write(
            "card.scan", partial(pull, name=name, progress=progress), self._pulled, progress=progress
        )

    def _pulled(self, done: Pulled) -> None:
        if done.scanned.did == "pulled" or done.has_made:
            self._desk.messages.notice(done.text)
        else:
            self._desk.messages.warn(done.text)

    def bring(self) -> None:
        """Book what lies elsewhere to the card's place."""
        card = self._card()
        if card is None:
            return
        name = card.name
        self._desk.runner.write(
            "card.bring",
            lambda tx: kanban.bring(tx, name),
            lambda _brought: self._desk.messages.notice(tr("{name} is full again.", name=name)),
        )

    def lose(self) -> None:
        """Replace a lost card, and offer to print the new one."""
        card = self._card()
        if card is None:
            return
        key = card.key
        self._desk.messages.confirm(
            tr("{name} is lost?", name=card.name),
            tr("A new card takes its place. The old one is refused when it turns up again."),
            tr("Replace it"),
            lambda: self._desk.runner.write("card.lost", lambda tx: kanban_loops.lose_card(tx, key), self._offer_print),
        )

    def retire(self) -> None:
        """Take a card out."""
        card = self._card()
        if card is None:
            return
        key, name = card.key, card.name
        self._desk.messages.confirm(
            tr("Take {name} out?", name=name),
            tr("The loop goes round with one card fewer. A card that is on order goes after its round."),
            tr("Take it out"),
            lambda: self._desk.runner.write(
                "card.retire", lambda tx: kanban_loops.retire_card(tx, key), partial(self._retired, name)
            ),
        )

    def _retired(self, name: str, is_out: bool) -> None:
        text = tr("{name} is out of the loop.", name=name)
        self._desk.messages.notice(text if is_out else tr("{name} goes when its container is used up.", name=name))

    def _offer_print(self, name: str) -> None:
        self._desk.messages.notice(
            tr("{name} is new: print it.", name=name), tr("Print"), partial(self._print, "kanban-cards", (name,))
        )

    # --- loops

    def new_loop(self) -> None:
        """Ask for a loop and make it."""
        known = self._page.choices()
        if known is None:
            return
        form = LoopForm(known)
        if self._desk.messages.run_dialog(form):
            draft = form.draft()
            text = tr("{item} has a loop now. Print its cards.", item=draft.item)
            self._write("loop.new", lambda tx: kanban_loops.new_loop(tx, draft), text)

    def set_cards(self) -> None:
        """Ask how many cards, with the formula, and set it."""
        loop = self._loop()
        if loop is None:
            return
        form = CardsForm(loop)
        if not self._desk.messages.run_dialog(form):
            return
        self._set_cards(loop.key, form.cards.value(), loop.standing)

    def _set_cards(self, key: int, count: int, before: int, *, is_sure: bool = False) -> None:
        self._desk.runner.write(
            "loop.cards",
            lambda tx: kanban_loops.set_cards(tx, key, count, seen=None if is_sure else before),
            partial(self._cards_set, key, count, before),
            lambda error: tell(self._desk.messages, error, partial(self._set_cards, key, count, before, is_sure=True)),
        )

    def _cards_set(self, key: int, count: int, before: int, done: tuple[int, int]) -> None:
        made, gone = done
        text = tr("{made} cards more: print them.", made=made) if made else tr("{gone} cards fewer.", gone=gone)
        if not made and not gone:
            text = tr("The number of cards is as it was.")
        self._desk.messages.notice(
            text,
            tr("Undo"),
            partial(
                self._write,
                "loop.cards",
                lambda tx: kanban_loops.set_cards(tx, key, before, seen=count),
                tr("Taken back."),
            ),
        )

    def change_container(self) -> None:
        """Ask what a container holds, and set it."""
        loop = self._loop()
        if loop is None:
            return
        form = ContainerForm(loop)
        if self._desk.messages.run_dialog(form):
            key, container, before = loop.key, form.container.value(), loop.container
            text = tr("A container of {item} holds {quantity} now.", item=loop.item, quantity=form.container.text())
            self._write_seen(
                "loop.container",
                lambda tx, seen: kanban_loops.change_container(tx, key, container, seen=seen),
                before,
                text,
            )

    def end_loop(self) -> None:
        """Let the loop run out."""
        loop = self._loop()
        if loop is None:
            return
        key, text = loop.key, tr("The loop of {item} has ended.", item=loop.item)
        self._desk.messages.confirm(
            tr("End the loop of {item}?", item=loop.item),
            tr("Full cards go at once; those that are on order still come and go after their round."),
            tr("End it"),
            partial(self._write, "loop.end", lambda tx: kanban_loops.end_loop(tx, key), text),
        )

    def add_extra(self) -> None:
        """Add an extra card, which pulls at once."""
        loop = self._loop()
        if loop is None:
            return
        key = loop.key
        self._desk.messages.confirm(
            tr("Add an extra card to {item}?", item=loop.item),
            tr("It pulls one container now, and is taken out when that is used up."),
            tr("Add extra card"),
            lambda: self._desk.runner.write(
                "card.extra", lambda tx: pull_extra(tx, key).scanned.name, self._offer_print
            ),
        )

    def print_cards(self, kind: str) -> None:
        """Print the cards of the chosen loops."""
        names = tuple(card.name for loop in self._page.chosen() for card in loop.cards)
        self._print(kind, names)

    def _print(self, kind: str, names: tuple[str, ...]) -> None:
        print_papers(self._desk, kind, names, tr("Kanban cards"))

    # --- caps

    def set_cap(self) -> None:
        """Ask for a cap and set it."""
        known = self._page.choices()
        if known is None:
            return
        form, limits = CapForm(known, self._page.cap()), self._page.limits()
        if self._desk.messages.run_dialog(form):
            place, limit = form.work_center(), form.limit.value()
            self._page.show_caps()
            self._write_seen(
                "wip.cap",
                lambda tx, seen: kanban_caps.set_cap(tx, place, limit, seen=seen),
                (limits.get(place),),
                tr("The cap is set."),
            )

    def lift_cap(self) -> None:
        """Lift the chosen cap."""
        cap = self._page.cap()
        if cap is not None:
            place = cap.work_center
            self._write_seen(
                "wip.cap",
                lambda tx, seen: kanban_caps.set_cap(tx, place, None, seen=seen),
                (cap.limit,),
                tr("The cap is lifted."),
            )

    def release_next(self) -> None:
        """Release what the caps have room for."""
        self._desk.runner.write("job.release_next", kanban_caps.release_next, self._released)

    def _released(self, numbers: list[str]) -> None:
        if numbers:
            self._desk.messages.notice(tr("Released {numbers}.", numbers=", ".join(numbers)))
        else:
            self._desk.messages.notice(tr("Nothing to release: no cap, no room, or no job whose parts are all here."))

    def _write_seen(self, name: str, work: Callable[[Transaction, Any], object], seen: Any, text: str) -> None:
        """Write what a form asked for; where another seat changed what was `seen`, a person may keep theirs."""
        self._desk.runner.write(
            name,
            lambda tx: work(tx, seen),
            lambda _done: self._desk.messages.notice(text),
            lambda error: tell(self._desk.messages, error, partial(self._write_seen, name, work, None, text)),
        )

    def _write(self, name: str, work: Callable[[Transaction], object], text: str) -> None:
        self._desk.runner.write(name, work, lambda _done: self._desk.messages.notice(text))
