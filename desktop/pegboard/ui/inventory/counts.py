"""Stock counts on the Stock page: the counts left, the places of one right, counted blind one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.counts import CountLine, CountRow, count_lines, count_named, count_rows
from pegboard.queries.inventory import item_codes
from pegboard.services import counts
from pegboard.services.counts import Booked
from pegboard.storage.store import Reading
from pegboard.ui import formats
from pegboard.ui.command import Command, page_command
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts, Split
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.inventory import words
from pegboard.ui.inventory.columns import count_columns, count_line_columns
from pegboard.ui.inventory.count_forms import ApproveForm, CountForm, FoundForm, NewCountForm, counted_of
from pegboard.ui.list_view import Chip, Empty, ListPane
from pegboard.ui.papers import print_papers

SCOPE = "inventory"


@dataclass(frozen=True, slots=True)
class CountDetail:
    """A count with its places."""

    count: CountRow
    lines: tuple[CountLine, ...]


def count_detail(reading: Reading, number: str) -> CountDetail:
    """Return a count with its places. NotFound for an unknown one."""
    return CountDetail(count_named(reading, number), count_lines(reading, number))


class CountPane(DetailPane):
    """Shows a CountDetail; what the books say stays hidden until `shows_difference`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Stock count"))
        self.detail: CountDetail | None = None
        self.shows_difference = False
        self.facts = Facts()
        self.lines: DetailTable[CountLine] = DetailTable(
            desk, "count_lines", tr("Places"), count_line_columns(self._shows), key=lambda line: line.key
        )
        self.add("", self.facts)
        self.add(tr("Places"), self.lines)
        self.end()

    def _shows(self) -> bool:
        return self.shows_difference

    def show_detail(self, detail: CountDetail | None) -> None:
        """Show a count; None says that there is none."""
        is_other = detail is None or self.detail is None or detail.count.number != self.detail.count.number
        self.detail = detail
        if detail is None:
            self.show_nothing(tr("Choose a count on the left, or begin one."))
            return
        if is_other:
            self.shows_difference = detail.count.state == "done"
        count = detail.count
        self.show_heading(count.number, count.note, words.count_mark(count))
        self.facts.show_facts(
            (
                Fact(tr("Begun"), f"{formats.instant(count.made)} {count.made_by}".strip()),
                Fact(tr("Counted"), words.counted_text(count)),
                Fact(tr("Differ"), str(count.differ) if self.shows_difference else tr("hidden while it is counted")),
            )
        )
        self.lines.show_rows(())
        self.lines.show_rows(detail.lines)

    def next_uncounted(self, after: int = -1) -> CountLine | None:
        """The first place that is not counted, behind a key if there is one."""
        lines = self.detail.lines if self.detail is not None else ()
        places = [place for place, line in enumerate(lines) if line.key == after]
        start = places[0] + 1 if places else 0
        ordered = (*lines[start:], *lines[:start])
        return next((line for line in ordered if line.counted is None), None)


class CountsView(QWidget):
    """The counts and what can be done with them.

    Signals: chosen_changed(): other commands can be run now.
    """

    chosen_changed = Signal()

    def __init__(self, desk: Desk, locations: Callable[[], Sequence[Choice]]) -> None:
        super().__init__()
        self._desk = desk
        self._locations = locations
        self.list: ListPane[CountRow] = ListPane(
            desk,
            "counts",
            tr("Counts"),
            count_columns(),
            key=lambda row: row.number,
            query=count_rows,
            chips=(Chip("open", tr("Open"), lambda row: row.state == "open"), Chip("all", tr("All"))),
            empty=Empty(tr("Counts of the stock stand here."), tr("Begin a count"), self.begin),
        )
        self.pane = CountPane(desk)
        self._by_id = {command.id: command for command in self._declared()}
        self.pane.set_verbs([self._by_id[name] for name in ("count.enter", "count.approve", "count.print")])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Split(desk, "counts", self.list, self.pane, (2, 3)))
        self.setFocusProxy(self.list)
        self.list.current_changed.connect(self._show_count)
        self.pane.lines.row_opened.connect(self._count_line)

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done with counts."""
        return tuple(self._by_id.values())

    def _declared(self) -> tuple[Command, ...]:
        make = partial(page_command, SCOPE, tr("Count"))
        begin_help = tr("Begins a count of what lies at a location, or everywhere.")
        enter_help = tr("Asks for one place after the other; the books stay hidden.")
        found_help = tr("Adds something to the count that nobody expected there.")
        again_help = tr("Forgets what was counted at the chosen place.")
        review_help = tr("Shows what differs from the books, or hides it again.")
        print_help = tr("Prints what is to be counted, bin by bin, without what the books say.")
        book_help = tr("Books all differences in one go.")
        return (
            make("count.new", tr("New count…"), self.begin, "count", "Ctrl+Shift+C", lambda: True, begin_help),
            make("count.enter", tr("Count…"), self.enter, "edit", "F8", self.is_open, enter_help, primary=True),
            make("count.found", tr("Found something else…"), self.found, "new", "", self.is_open, found_help),
            make("count.again", tr("Count again"), self.again, "undo", "", self.can_repeat, again_help),
            make("count.review", tr("Show differences"), self.review, "zoom-in", "", self.has_count, review_help),
            make(
                "count.print", tr("Print count sheet"), self.print_sheet, "print", "Ctrl+P", self.has_count, print_help
            ),
            make("count.approve", tr("Book differences…"), self.approve, "confirm", "", self.is_open, book_help),
            make("count.cancel", tr("Cancel count"), self.cancel, "cancel", "", self.is_open, tr("Books nothing.")),
        )

    # --- when

    def has_count(self) -> bool:
        """Whether a count is shown."""
        return self.isVisible() and self.pane.detail is not None

    def is_open(self) -> bool:
        """Whether the count shown is open."""
        detail = self.pane.detail
        return self.isVisible() and detail is not None and detail.count.state == "open"

    def can_repeat(self) -> bool:
        """Whether the chosen place was counted."""
        line = self.pane.lines.current()
        return self.is_open() and line is not None and line.counted is not None

    def _number(self) -> str:
        detail = self.pane.detail
        assert detail is not None
        return detail.count.number

    # --- what is shown

    def refresh(self) -> None:
        """Read again what is shown."""
        self.list.refresh()
        if self.pane.detail is not None:
            self._read(self._number())

    @Slot(object)
    def _show_count(self, count: CountRow | None) -> None:
        if count is not None:
            self._read(count.number)

    def _read(self, number: str) -> None:
        self._desk.runner.read("inventory.count", partial(count_detail, number=number), self._show_detail)

    def _show_detail(self, detail: CountDetail) -> None:
        self.pane.show_detail(detail)
        self.pane.refresh_verbs()
        self.chosen_changed.emit()

    # --- what is done

    def begin(self) -> None:
        """Ask where, and begin a count."""
        form = NewCountForm(self._locations())
        if not self._desk.messages.run_dialog(form):
            return
        location, note = form.location.value(), str(form.note.value() or "")
        places = (str(location),) if location else ()
        self._desk.runner.write("stock_count.start", lambda tx: counts.start_count(tx, places, (), note), self._begun)

    def _begun(self, number: str) -> None:
        self._desk.messages.notice(tr("{number} is to be counted. Ctrl+P prints its sheet.", number=number))
        self.list.select(number)
        self._read(number)

    def enter(self) -> None:
        """Ask for the chosen place, then for one after the other that is not counted yet."""
        line = self.pane.lines.current()
        if line is None or line.counted is not None:
            line = self.pane.next_uncounted() or line
        if line is not None:
            self._ask(line)

    @Slot(object)
    def _count_line(self, line: CountLine) -> None:
        if self.is_open():
            self._ask(line)

    def _ask(self, line: CountLine) -> None:
        form = CountForm(line)
        if not self._desk.messages.run_dialog(form):
            return
        number, person, quantity = self._number(), self._desk.runner.actor, counted_of(form)
        self._desk.runner.write(
            "stock_count.enter",
            lambda tx: counts.enter_count(tx, number, line.item, quantity, line.location, line.lot, person),
            lambda _done: self._desk.runner.read(
                "inventory.count.next", partial(count_detail, number=number), partial(self._ask_next, line.key)
            ),
        )

    def _ask_next(self, key: int, detail: CountDetail) -> None:
        self._show_detail(detail)
        following = self.pane.next_uncounted(key)
        if following is not None:
            self._ask(following)
        else:
            self._desk.messages.notice(tr("All places of {number} are counted.", number=detail.count.number))

    def found(self) -> None:
        """Read the items, then ask what was found."""
        self._desk.runner.read("inventory.items", item_codes, self._ask_found)

    def _ask_found(self, items: Sequence[tuple[str, str]]) -> None:
        form = FoundForm(tuple(Choice(code, text) for code, text in items), self._locations())
        if not self._desk.messages.run_dialog(form):
            return
        number, person, quantity = self._number(), self._desk.runner.actor, counted_of(form)
        item, place, lot = str(form.item.value()), str(form.location.value()), str(form.lot.value() or "")
        self._desk.runner.write(
            "stock_count.enter", lambda tx: counts.enter_count(tx, number, item, quantity, place, lot, person)
        )

    def again(self) -> None:
        """Forget what was counted at the chosen place."""
        line, number = self.pane.lines.current(), self._number()
        if line is not None:
            item, location, lot = line.item, line.location, line.lot
            self._desk.runner.write("stock_count.again", lambda tx: counts.count_again(tx, number, item, location, lot))

    def review(self) -> None:
        """Show what differs, or hide it."""
        self.pane.shows_difference = not self.pane.shows_difference
        self.pane.show_detail(self.pane.detail)

    def print_sheet(self) -> None:
        """Print the count sheet."""
        number = self._number()
        print_papers(self._desk, "count-sheet", [number], tr("Count sheet {number}", number=number))

    def approve(self) -> None:
        """Show the differences, ask for the last word, and book them."""
        detail = self.pane.detail
        assert detail is not None
        self.pane.shows_difference = True
        self.pane.show_detail(detail)
        form = ApproveForm(detail.count)
        if not self._desk.messages.run_dialog(form):
            return
        number, reason, leave = detail.count.number, str(form.reason.value() or ""), form.leave.isChecked()
        self._desk.runner.write(
            "stock_count.approve",
            lambda tx: counts.approve_count(tx, number, leave_uncounted=leave, reason=reason),
            self._booked,
        )

    def _booked(self, booked: Booked) -> None:
        text = tr("{number} is booked: {count} places differed.", number=booked.number, count=len(booked.lines))
        if booked.short:
            names = ", ".join(f"{loss.demand} ({formats.quantity(loss.quantity)})" for loss in booked.short[:4])
            self._desk.messages.warn(f"{text} {tr('Short until the next explosion: {names}.', names=names)}")
        else:
            self._desk.messages.notice(text)

    def cancel(self) -> None:
        """End the count without booking anything."""
        number = self._number()
        self._desk.runner.write("stock_count.cancel", lambda tx: counts.cancel_count(tx, number))
