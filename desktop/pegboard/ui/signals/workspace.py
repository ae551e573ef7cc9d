"""Signals: all that pulls in one list, what will probably be ordered, and whether to believe it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.inference import Cap, InferenceRow, Outlook, Suggestion, cash_cap, decided, outlook, verdict
from pegboard.queries.inference_evidence import item_evidence
from pegboard.queries.signals import STOCK_BUILD, SignalRow, SignalState, first_signals, signals
from pegboard.services.inference import Pulls, pulls_of
from pegboard.ui import formats, theme
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.runner import Progress
from pegboard.ui.signals.backtest_view import BacktestView
from pegboard.ui.signals.columns import decided_columns, signal_columns, suggestion_columns
from pegboard.ui.signals.commands import SignalCommands
from pegboard.ui.signals.signal_pane import SignalPane
from pegboard.ui.signals.suggestion_pane import SuggestionPane
from pegboard.ui.workspace import Workspace

PULLS, SUGGESTIONS, DECIDED, BACKTEST = range(4)
FIRST = 100  # demands that are shown at once, before the rest of a long list has been read
REPLAY = "signals.outlook"  # the name of the replay among what runs
SIGNAL_MENU = ("inference.withdraw", "demand.explode", "stock.build")
SUGGESTION_MENU = ("inference.accept", "inference.accept_parts", "inference.decline")


class SignalsPage(Workspace):
    """The page Signals."""

    nouns = frozenset(
        {
            *("demand", "order", "inference", "requirement", "peg", "work_order", "purchase_order", "purchase_line"),
            *("stock", "stock_build", "kanban_card", "setting"),
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Signals"))
        self.outlook: Outlook | None = None
        self._is_outlook_old = True
        self._wanted = ""
        self.list: ListPane[SignalRow] = ListPane(
            desk,
            "signals",
            tr("What pulls"),
            signal_columns(),
            key=lambda row: row.key,
            query=signals,
            chips=_chips(),
            empty=Empty(
                tr("Nothing pulls now: no open order, no empty card, no sale to replace, no accepted inference."),
                tr("Enter an order"),
                partial(desk.shell.run_command, "order.new"),
            ),
        )
        self.suggestions: ListPane[Suggestion] = ListPane(
            desk,
            "suggestions",
            tr("Suggestions"),
            suggestion_columns(),
            key=lambda row: row.key,
            empty=Empty(tr("Nothing is worth acting on before it is ordered.")),
        )
        self.decided: ListPane[InferenceRow] = ListPane(
            desk,
            "decided_inferences",
            tr("Decided"),
            decided_columns(),
            key=lambda row: row.number,
            query=decided,
            empty=Empty(tr("Suggestions that somebody accepted or declined stand here, and what became of them.")),
        )
        self._commands = SignalCommands(desk, self)
        self._by_id = {command.id: command for command in self._commands.commands()}
        self._signal_pane = SignalPane(desk, self._open_signal)
        self._signal_pane.set_verbs([self._by_id[name] for name in ("demand.explode", "inference.withdraw")])
        self._suggestion_pane = SuggestionPane(desk)
        self._suggestion_pane.set_verbs([self._by_id[name] for name in SUGGESTION_MENU])
        self._backtest = BacktestView(desk)
        self._verdict = QLabel(wordWrap=True)
        self._verdict.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        self._build()
        self._connect()

    def _build(self) -> None:
        suggested = QWidget()
        column = QVBoxLayout(suggested)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._verdict)
        column.addWidget(Split(self.desk, "suggestions", self.suggestions, self._suggestion_pane, (3, 2)), 1)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(Split(self.desk, "signals", self.list, self._signal_pane, (11, 4)), tr("What pulls"))
        self.tabs.addTab(suggested, tr("Suggestions"))
        self.tabs.addTab(self.decided, tr("Decided"))
        self.tabs.addTab(self._backtest, tr("Backtest"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        self.list.rows_shown.connect(self.say_ready)
        self.list.rows_shown.connect(self._find_wanted)
        self.list.current_changed.connect(self._show_signal)
        self.list.opened.connect(self._open_row)
        self.list.set_menu(SIGNAL_MENU)
        self.suggestions.current_changed.connect(self._show_suggestion)
        self.suggestions.set_menu(SUGGESTION_MENU)
        self.decided.set_menu(("inference.withdraw",))
        self.decided.current_changed.connect(self._note_chosen)
        self.tabs.currentChanged.connect(self._turned)
        self.desk.runner.cancelled.connect(self._note_cancelled)

    # --- the page

    def refresh(self) -> None:
        """Read again what is shown; the past is replayed only where its result is looked at."""
        if self.rows():
            self.list.refresh()
        else:
            self.desk.runner.read("signals.first", partial(first_signals, count=FIRST), self._show_first)
        self.decided.refresh()
        self._is_outlook_old = True
        if self.tabs.currentIndex() in (SUGGESTIONS, BACKTEST):
            self._replay()

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done."""
        return tuple(self._by_id.values())

    def turn_to(self, place: int) -> None:
        """Show another view and put the keys into it."""
        self.tabs.setCurrentIndex(place)
        self.panes()[0].setFocus()

    def show_record(self, noun: str, number: str) -> None:
        """Go to a demand by its name (INFERRED:INF-0001, KANBAN:ITEM:CARD), or an inference by its number."""
        self.tabs.setCurrentIndex(PULLS)
        self._wanted = f"INFERRED:{number}" if noun == "inference" and ":" not in number else number
        self._find_wanted()

    def why_number(self) -> str:
        """Return the demand that is chosen."""
        row = self.signal()
        return row.name if row is not None else ""

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        place = self.tabs.currentIndex()
        if place == BACKTEST:
            return (self._backtest.rounds,)
        if place == DECIDED:
            return (self.decided,)
        if place == SUGGESTIONS:
            return (self.suggestions, self._suggestion_pane.parts)
        return (self.list, self._signal_pane.pulls)

    def focus_find(self) -> None:
        """Go to the find box of the list that is shown."""
        place = self.tabs.currentIndex()
        if place == SUGGESTIONS:
            self.suggestions.focus_find()
        elif place == DECIDED:
            self.decided.focus_find()
        else:
            self.list.focus_find()

    # --- what the commands are about

    def signal(self) -> SignalRow | None:
        """Return the demand that is chosen, where demands are shown."""
        return self.list.current() if self.tabs.currentIndex() == PULLS else None

    def suggestion(self) -> Suggestion | None:
        """Return the suggestion that is chosen, where suggestions are shown."""
        return self.suggestions.current() if self.tabs.currentIndex() == SUGGESTIONS else None

    def acceptance(self) -> str:
        """Return the number of the accepted inference that is chosen, "" for none."""
        signal, decided_on = self.signal(), self.decided.current()
        if signal is not None:
            return signal.name.removeprefix("INFERRED:") if signal.kind == "inferred" else ""
        is_open = self.tabs.currentIndex() == DECIDED and decided_on is not None and decided_on.state == "accepted"
        return decided_on.number if is_open and decided_on is not None else ""

    def pulls(self) -> Pulls | None:
        """Return what the suggestion would pull, once it is known."""
        return self._suggestion_pane.pulls

    def rows(self) -> Sequence[SignalRow]:
        """Return all that is in the list."""
        found: Sequence[SignalRow] = self.list.model.all_rows
        return found

    # --- demands

    def _show_first(self, found: tuple[list[SignalRow], bool]) -> None:
        """Show the first ones of a long list while the rest is read."""
        rows, is_all = found
        self.list.show_rows(rows)
        if not is_all:
            self.list.refresh()

    @Slot()
    def _find_wanted(self) -> None:
        found = next((row for row in self.rows() if row.name == self._wanted), None) if self._wanted else None
        if found is not None:
            self._wanted = ""
            self.list.select(found.key)
        self._note_chosen()

    @Slot(object)
    def _show_signal(self, row: SignalRow | None) -> None:
        self._signal_pane.show_row(row)
        self._note_chosen()

    @Slot(object)
    def _open_row(self, _row: SignalRow | None) -> None:
        self._open_signal()

    def _open_signal(self) -> None:
        """Open the record behind the chosen demand."""
        row = self.list.current()
        if row is None:
            return
        self.record_shown.emit("demand", row.name)
        pulled = next((each for each in row.pulls if each.kind != "stock"), None)
        if row.kind == "order":
            self.desk.show_record("order", row.order)
        elif row.kind == "kanban":
            self.desk.show_record("kanban_card", row.name)
        elif row.kind == "pos":
            self.desk.show_record("replenishment", row.name)
        elif pulled is not None:
            self.desk.show_record("work_order" if pulled.kind == "job" else "purchase_line", pulled.number)
        else:
            self.desk.show_record("item", row.item)

    # --- suggestions

    @Slot(int)
    def _turned(self, place: int) -> None:
        if place in (SUGGESTIONS, BACKTEST):
            self._replay()
        self._note_chosen()

    def _replay(self) -> None:
        """Replay the past off the GUI thread, unless what is shown is true still."""
        if not self._is_outlook_old:
            return
        self._is_outlook_old = False
        if self.outlook is None:
            self._verdict.setText(tr("Replaying the past…"))
        progress, before = Progress(tr("Replaying the past")), self.outlook
        today, store = self.desk.today(), self.desk.store

        def work() -> tuple[Outlook, Cap]:
            with store.read(today=today) as reading:
                return outlook(reading, progress, before), cash_cap(reading)

        self.desk.runner.compute(REPLAY, work, self._show_outlook, progress=progress)

    @Slot(str)
    def _note_cancelled(self, name: str) -> None:
        if name == REPLAY:
            self._is_outlook_old = True
            self._verdict.setText(tr("The replay was stopped. F5 starts it again."))

    def _show_outlook(self, found: tuple[Outlook, Cap]) -> None:
        self.outlook, cap = found
        shows_money = self.desk.runner.rights.sees_money
        said = verdict(self.outlook.score, self.outlook.currency, shows_money=shows_money)
        tied_up = tr(
            "Accepted inferences tie up {committed} of the cash cap of {cap}.",
            committed=formats.money(cap.committed),
            cap=formats.money(cap.cap, currency=True),
        )
        self._verdict.setText(f"{said} {tied_up}" if shows_money else said)
        self.suggestions.empty = Empty(
            tr("Nothing is worth acting on before it is ordered.") if self.outlook.is_on else said,
            tr("Look at the backtest"),
            partial(self.turn_to, BACKTEST),
        )
        self.suggestions.show_rows(self.outlook.suggestions)
        self.tabs.setTabText(SUGGESTIONS, _counted(len(self.outlook.suggestions)))
        self._backtest.show_outlook(self.outlook)
        self._show_suggestion(self.suggestions.current())

    @Slot(object)
    def _show_suggestion(self, row: Suggestion | None) -> None:
        self._suggestion_pane.show_suggestion(row)
        if row is not None:
            self.desk.runner.read(
                "signals.pulls", partial(pulls_of, suggestion=row), partial(self._show_pulls, row.key)
            )
            self.desk.runner.read(
                "signals.evidence", partial(item_evidence, item_id=row.item_id), self._suggestion_pane.show_evidence
            )
        self._note_chosen()

    def _show_pulls(self, key: str, pulls: Pulls) -> None:
        current = self.suggestions.current()
        if current is not None and current.key == key:
            self._suggestion_pane.show_pulls(pulls)
        self._note_chosen()

    @Slot()
    def _note_chosen(self) -> None:
        self._signal_pane.refresh_verbs()
        self._suggestion_pane.refresh_verbs()
        self.commands_changed.emit()


def _counted(count: int) -> str:
    return tr("Suggestions ({count})", count=count) if count else tr("Suggestions")


def _chips() -> tuple[Chip[SignalRow], ...]:
    waiting = (SignalState.DEPOSIT, SignalState.HOLD, SignalState.NEW)
    trouble = (SignalState.LATE, SignalState.SHORT, SignalState.EXPIRED)
    return (
        Chip("all", tr("All")),
        Chip("trouble", tr("Late or short"), lambda row: row.state in trouble),
        Chip("waiting", tr("Not pulling yet"), lambda row: row.state in waiting),
        Chip("order", tr("Orders"), lambda row: row.kind == "order"),
        Chip("pos", tr("Sales"), lambda row: row.kind == "pos"),
        Chip("kanban", tr("Cards"), lambda row: row.kind == "kanban"),
        Chip("inferred", tr("Inferences"), lambda row: row.kind == "inferred"),
        Chip("build", tr("For stock"), lambda row: row.kind == STOCK_BUILD),
    )


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return SignalsPage(desk)
