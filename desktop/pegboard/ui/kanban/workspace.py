"""Kanban: the board of loops, one loop with its formula and cards, and the caps on customer jobs."""

import datetime
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from pegboard.domain.kanban import CardState
from pegboard.i18n import tr
from pegboard.queries.kanban import LoopChoices, LoopRow, loop_choices, loop_of_card, loop_of_item, loop_rows
from pegboard.queries.kanban_caps import Cap, caps
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.kanban.columns import cap_columns, loop_columns
from pegboard.ui.kanban.commands import KanbanCommands
from pegboard.ui.kanban.loop_pane import LoopPane
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.verb_bar import WithVerbs
from pegboard.ui.workspace import Workspace

MENU = ("loop.cards", "loop.container", "loop.extra", "loop.end", "loop.print", "loop.print_labels")
CARD_MENU = ("card.pull", "card.bring", "card.lost", "card.retire")
CAP_MENU = ("wip.set", "wip.lift", "wip.release")


class KanbanPage(Workspace):
    """The page Kanban."""

    nouns = frozenset(
        {"kanban_loop", "kanban_card", "demand", "peg", "stock", "work_order", "purchase_order", "setting", "item"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Kanban"))
        self._choices: LoopChoices | None = None
        self._commands = KanbanCommands(desk, self)
        self._by_id = {command.id: command for command in self._commands.commands()}
        self.list: ListPane[LoopRow] = ListPane(
            desk,
            "kanban",
            tr("Loops"),
            loop_columns(self._now),
            key=lambda loop: loop.key,
            query=loop_rows,
            chips=_chips(),
            empty=Empty(
                tr("A loop is a number of cards that go round: an empty container's card pulls the next one."),
                tr("New loop…"),
                self._commands.new_loop,
            ),
        )
        self.caps: ListPane[Cap] = ListPane(
            desk,
            "kanban_caps",
            tr("Caps on customer jobs"),
            cap_columns(),
            key=lambda cap: cap.work_center,
            query=lambda reading: list(caps(reading)),
            empty=Empty(
                tr("A cap says how many customer jobs may be at work: fewer jobs at once, each of them sooner done."),
                tr("Cap on customer jobs…"),
                self._commands.set_cap,
            ),
        )
        self._pane = LoopPane(desk, self._now)
        self._pane.set_verbs([self._by_id[name] for name in ("card.pull", "card.bring", "loop.cards", "loop.print")])
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(Split(desk, "kanban", self.list, self._pane, (3, 2)), tr("Loops"))
        self._cap_verbs = WithVerbs(self.caps, [self._by_id[name] for name in ("wip.release", "wip.set", "wip.lift")])
        self._tabs.addTab(self._cap_verbs, tr("Caps on customer jobs"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tabs)
        self.setFocusProxy(self.list)
        self._connect()

    def _connect(self) -> None:
        self.list.rows_shown.connect(self.say_ready)
        self.list.rows_shown.connect(self._note_chosen)
        self.list.current_changed.connect(self._show_loop)
        self.list.opened.connect(self._open_loop)
        self.list.set_menu(MENU)
        self.caps.current_changed.connect(self._note_chosen)
        self.caps.set_menu(CAP_MENU)
        self._pane.card_shown.connect(self._note_chosen)
        self._pane.cards.set_menu(partial(self.desk.shell.actions, CARD_MENU))
        self._tabs.currentChanged.connect(self._note_chosen)

    def _now(self) -> datetime.datetime:
        return self.desk.runner.now()

    # --- the page

    def refresh(self) -> None:
        """Read again what is shown."""
        self.list.refresh()
        self.caps.refresh()
        self.desk.runner.read("kanban.choices", loop_choices, self._show_choices)

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done."""
        return tuple(self._by_id.values())

    def show_record(self, noun: str, number: str) -> None:
        """Go to a card (KANBAN:ITEM:CARD, or ITEM:CARD as its code says) or to the first loop of an item."""
        self._tabs.setCurrentIndex(0)
        if noun == "kanban_card":
            card = int(number.rpartition(":")[2]) if number.rpartition(":")[2].isdigit() else 0
            self.desk.runner.read(
                "kanban.find", partial(loop_of_card, name=number), partial(self._go_to_card, number, card)
            )
        else:
            self.desk.runner.read("kanban.find", partial(loop_of_item, item=number), self._go_to_loop)

    def take_scan(self, noun: str, number: str) -> bool:
        """Pull with a card that was scanned while this page is shown."""
        if noun != "kanban_card":
            return False
        self.show_record(noun, number)
        self._commands.pull_card(f"KANBAN:{number}")
        return True

    def why_number(self) -> str:
        """Return the chosen card's demand."""
        card = self._pane.card()
        return "" if card is None or card.state in (CardState.FULL, CardState.RETIRED) else card.name

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.caps,) if self._tabs.currentIndex() else (self.list, self._pane.cards)

    # --- what commands are about

    @property
    def pane(self) -> LoopPane:
        """The loop in full."""
        return self._pane

    def chosen(self) -> tuple[LoopRow, ...]:
        """Return the selected loops."""
        return self.list.selected()

    def choices(self) -> LoopChoices | None:
        """Return what forms offer."""
        return self._choices

    def cap(self) -> Cap | None:
        """Return the chosen cap while caps are shown."""
        return self.caps.current() if self._tabs.currentIndex() else None

    def limits(self) -> dict[str, int]:
        """Return the caps as they are shown, by work center."""
        return {cap.work_center: cap.limit for cap in self.caps.model.all_rows}

    def show_caps(self) -> None:
        """Turn to the caps."""
        self._tabs.setCurrentIndex(1)

    # --- slots

    def _show_choices(self, found: LoopChoices) -> None:
        self._choices = found
        self._note_chosen()

    def _go_to_loop(self, loop: int | None) -> None:
        if loop is not None:
            self.list.select(loop)

    def _go_to_card(self, name: str, card: int, loop: int | None) -> None:
        if loop is None:
            self.desk.messages.warn(tr("There is no card {name}.", name=name))
            return
        self._pane.select_card(loop, card)
        self.list.select(loop)

    @Slot(object)
    def _show_loop(self, loop: LoopRow | None) -> None:
        self._pane.show_loop(loop)
        self._note_chosen()

    @Slot(object)
    def _open_loop(self, loop: LoopRow | None) -> None:
        """Put the keys into the loop's cards."""
        if loop is not None:
            self.record_shown.emit("kanban_loop", loop.item)
            self._pane.cards.setFocus()

    @Slot()
    def _note_chosen(self) -> None:
        self._pane.refresh_verbs()
        self._cap_verbs.refresh_verbs()
        self.commands_changed.emit()


def _chips() -> tuple[Chip[LoopRow], ...]:
    return (
        Chip("all", tr("All")),
        Chip("empty", tr("Empty"), lambda loop: loop.count(CardState.EMPTY) > 0),
        Chip("pulling", tr("Going round"), lambda loop: bool(loop.on_order)),
        Chip("differs", tr("Proposals"), lambda loop: loop.has_proposal),
    )


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return KanbanPage(desk)
