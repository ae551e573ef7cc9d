"""The owner's page: how long money is tied up, what moved it, and the three lists that need somebody."""

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from pegboard.domain.cash_cycle import Measure, Part
from pegboard.domain.cash_words import (
    backup_words,
    convention_words,
    formula,
    headline,
    part_sentence,
    part_title,
    than_words,
)
from pegboard.domain.period import Period
from pegboard.i18n import tr
from pegboard.queries.backup_state import BackupState
from pegboard.queries.report_cash_causes import NamedCause
from pegboard.queries.report_cash_cycle import book_notes
from pegboard.queries.report_cash_groups import causes_by
from pegboard.queries.report_cash_lists import Concern
from pegboard.queries.report_cash_sheet import TOP, CashSheet, ShortList, cash_sheet
from pegboard.storage.store import Reading
from pegboard.ui import formats, theme
from pegboard.ui.cash.cause_chooser import CauseChooser
from pegboard.ui.cash.columns import shown
from pegboard.ui.cash.conventions import Conventions
from pegboard.ui.cash.period_chooser import PeriodChooser
from pegboard.ui.cash.rows import (
    LISTS,
    Moved,
    concern_columns,
    money_text,
    moved_by_causes,
    moved_by_effects,
    moved_columns,
    signed,
    tick,
)
from pegboard.ui.cash.tiles import Tile
from pegboard.ui.desk import Desk
from pegboard.ui.detail import section_title
from pegboard.ui.detail_table import DetailTable

if TYPE_CHECKING:
    from pegboard.ui.cash.charts import MakeUpChart, TrendChart

SPANS = ("rolling", "week", "month", "quarter", "year")
CHART_HEIGHT = 236  # pixels
MOST_EFFECTS = 4
LINES_SHOWN = 5


class CashView(QScrollArea):
    """One screen in plain words; each figure leads down to its documents. The page shows its `chooser` of periods.

    Signals: opened(str noun, str number, str words, Period): a record, or a report and what to find in it;
    shown(): the page was read.
    """

    opened = Signal(str, str, str, object)
    shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.sheet: CashSheet | None = None
        self.trend: TrendChart | None = None
        self.make_up: MakeUpChart | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.headline = QLabel(wordWrap=True)
        self.headline.setFont(theme.body_font(theme.FIGURE))
        self._below = QLabel(wordWrap=True)
        self._below.setProperty("secondary", True)
        self.chooser = PeriodChooser(desk.today, keys=SPANS)
        self.tiles = {part: Tile(part_title(part)) for part in Part}
        self.cycle_tile = Tile(tr("Cash cycle"))
        self._trend_place, self._make_up_place = QVBoxLayout(), QVBoxLayout()
        self.effects = self._moved_table("cash.effects", tr("What moved it"))
        self.causes = self._moved_table("cash.causes", tr("Who moved it"))
        self.group = CauseChooser()
        self.stuck = self._concerns("cash.stuck", tr("Cash stuck"))
        self.promises = self._concerns("cash.promises", tr("Promises at risk"))
        self.supply = self._concerns("cash.supply", tr("Supply that can stop us"))
        self._nothing = QLabel(tr("There is nothing to compare with yet."))
        self._nothing.setProperty("secondary", True)
        self._titles: dict[str, QLabel] = {}
        self.conventions = Conventions(desk)
        self._notes = QLabel(wordWrap=True)
        self._notes.setProperty("secondary", True)
        self._build()
        self.chooser.changed.connect(self.refresh)
        self.group.chosen.connect(self._read_causes)
        theme.notice().changed.connect(self._draw_charts)

    # --- building

    def _build(self) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.MARGIN, theme.STEP, theme.GAP, theme.GAP)
        layout.setSpacing(theme.GAP)
        layout.addLayout(self._head())
        layout.addLayout(self._tile_row())
        layout.addLayout(self._chart_row())
        layout.addLayout(self._lists())
        layout.addWidget(self.conventions)
        layout.addWidget(self._notes)
        layout.addStretch(1)
        self.setWidget(page)
        self.setFocusProxy(self.chooser)

    def _head(self) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.headline)
        head.addWidget(self._below)
        return head

    def _tile_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.STEP)
        for part, tile in self.tiles.items():
            if part is not Part.STOCK:
                row.addWidget(_sign("+" if part.sign > 0 else "−"))
            row.addWidget(tile, 1)
            tile.opened.connect(partial(self._open_report, LISTS[part]))
        row.addWidget(_sign("="))
        row.addWidget(self.cycle_tile, 1)
        self.cycle_tile.opened.connect(partial(self._open_report, "cash-trend"))
        return row

    def _chart_row(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.MARGIN)
        for column, (title, place) in enumerate(
            (
                (tr("Over time, in days"), self._trend_place),
                (tr("What it is made of"), self._make_up_place),
            )
        ):
            grid.addWidget(section_title(title), 0, column)
            grid.addLayout(place, 1, column)
        tables = QVBoxLayout()
        tables.setSpacing(theme.GAP)
        tables.addWidget(self.effects)
        tables.addWidget(self.causes)
        tables.addWidget(self._nothing)
        tables.addStretch(1)
        why = QHBoxLayout()
        why.addWidget(section_title(tr("Why it changed")), 1)
        why.addWidget(self.group)
        grid.addLayout(why, 0, 2)
        grid.addLayout(tables, 1, 2)
        for column, stretch in enumerate((4, 4, 4)):
            grid.setColumnStretch(column, stretch)
            grid.setColumnMinimumWidth(column, 48 * stretch)
        return grid

    def _lists(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.MARGIN)
        for column, (key, table) in enumerate(
            (("stuck", self.stuck), ("promises", self.promises), ("supply", self.supply))
        ):
            self._titles[key] = section_title(table.accessibleName())
            grid.addWidget(self._titles[key], 0, column)
            grid.addWidget(table, 1, column, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(column, 1)
        return grid

    def _moved_table(self, name: str, title: str) -> DetailTable[Moved]:
        table: DetailTable[Moved] = DetailTable(self._desk, name, title, moved_columns(title), lambda row: row.key)
        table.set_row_height(theme.COMPACT_ROW_HEIGHT)
        table.row_opened.connect(self._open_moved)
        return table

    def _concerns(self, name: str, title: str) -> DetailTable[Concern]:
        table: DetailTable[Concern] = DetailTable(
            self._desk, name, title, concern_columns(), lambda row: (row.trouble, row.number)
        )
        table.set_row_height(theme.COMPACT_ROW_HEIGHT)
        table.row_opened.connect(self._open_concern)
        return table

    # --- reading

    @Slot()
    def refresh(self) -> None:
        """Read the page again, off the GUI thread."""
        self.chooser.renew()
        period = self.chooser.period()
        self._desk.runner.read("cash.sheet", lambda reading: _read(reading, period), self._show)

    def period(self) -> Period:
        """The period that is shown."""
        return self.chooser.period()

    def _show(self, sheet: CashSheet) -> None:
        self.sheet = sheet
        now, before, books = sheet.history.now, sheet.history.before, sheet.history.books
        self.headline.setText(headline(now, before))
        last = formats.long_day(now.period.last)
        below = now.reason or tr("As of the evening of {day}.", day=last)
        self._below.setText(f"{below} {_backup_words(sheet.backup)}".rstrip())
        for measure, earlier in zip(now.parts, before.parts, strict=True):
            self._say_part(measure, earlier)
        self.cycle_tile.say(
            _days_words(now.days), _change_words(now.days, before.days, than_words(now)), _cycle_tip(sheet)
        )
        self.effects.show_rows(moved_by_effects(sheet.effects)[:MOST_EFFECTS])
        self._show_causes(sheet.causes if not self.group.group() else ())
        self.effects.setVisible(bool(sheet.effects))
        self.causes.setVisible(bool(sheet.causes))
        self.group.setVisible(bool(sheet.causes))
        if self.group.group():
            self._read_causes()
        self._nothing.setHidden(bool(sheet.effects or sheet.causes))
        for key, table, short in (
            ("stuck", self.stuck, sheet.stuck),
            ("promises", self.promises, sheet.promises),
            ("supply", self.supply, sheet.supply),
        ):
            self._show_list(key, table, short)
        self.conventions.show_convention(sheet.history.convention)
        self._notes.setText(" ".join((_compared_words(sheet), *book_notes(books, now.period))))
        self._draw_charts()
        self.shown.emit()

    @Slot()
    def _read_causes(self) -> None:
        """Ask who of one kind moved the cycle, of what the page was computed from."""
        sheet, group = self.sheet, self.group.group()
        if sheet is None:
            return
        if not group:
            self._show_causes(sheet.causes)
            return
        history = sheet.history
        self._desk.runner.read(
            "cash.causes", lambda reading: causes_by(reading, history, group, TOP), self._show_causes
        )

    def _show_causes(self, causes: tuple[NamedCause, ...]) -> None:
        self.causes.show_rows(moved_by_causes(causes))

    def _say_part(self, measure: Measure, earlier: Measure) -> None:
        assert self.sheet is not None
        history = self.sheet.history
        currency = history.books.currency
        tip = formula(measure, history.convention, lambda amount: money_text(amount, currency), shown)
        evening = tr("As of the evening of {day}", day=formats.long_day(history.now.period.last))
        words = part_sentence(measure.part)
        if measure.days is not None and earlier.days is not None:
            words = tr("{words} ({change})", words=words, change=signed(measure.days - earlier.days))
        self.tiles[measure.part].say(_days_words(measure.days), words, f"{tip}\n{evening}")

    def _show_list(self, key: str, table: DetailTable[Concern], short: ShortList) -> None:
        table.show_rows(short.lines[:LINES_SHOWN])
        table.setVisible(bool(short.lines))
        count = f" ({short.count})" if short.count else tr(": none")
        self._titles[key].setText(f"{table.accessibleName()}{count}")

    # --- charts

    @Slot()
    def _draw_charts(self) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        from pegboard.ui.cash.drawing import bars_of, lines_of, ticks_of

        if self.trend is None or self.make_up is None:
            from pegboard.ui.cash.charts import MakeUpChart, TrendChart

            self.trend, self.make_up = TrendChart(tr("The cash cycle over time")), MakeUpChart(tr("What it is made of"))
            for chart in (self.trend, self.make_up):
                chart.setFixedHeight(CHART_HEIGHT)
            self._trend_place.addWidget(self.trend)
            self._make_up_place.addWidget(self.make_up)
        lines, bars = lines_of(sheet.history.trend), bars_of(sheet.history.now, shown)
        self.trend.show_lines(lines, ticks_of(sheet.history.trend, tick))
        self.make_up.show_bars(bars)
        self.trend.setVisible(bool(lines))
        self.make_up.setVisible(bool(bars))

    # --- going down

    def _open_report(self, name: str) -> None:
        self.opened.emit("report", name, "", self.chooser.period())

    @Slot(object)
    def _open_moved(self, row: Moved | None) -> None:
        if row is not None:
            self.opened.emit(row.noun, row.number, row.find, self.chooser.period())

    @Slot(object)
    def _open_concern(self, row: Concern | None) -> None:
        if row is not None:
            self.opened.emit(row.noun, row.number, "", self.chooser.period())


def _read(reading: Reading, period: Period) -> CashSheet:
    """Read the page; numpy, the slow half of the charts, is loaded meanwhile, off the GUI thread."""
    import numpy  # noqa: F401

    return cash_sheet(reading, period)


def _backup_words(state: BackupState) -> str:
    if state.is_kept_elsewhere:
        return ""
    made, drilled = state.made_at, state.drilled_at
    return backup_words(
        f"{formats.long_day(made.date())}, {made:%H:%M}" if made else "",
        formats.long_day(drilled.date()) if drilled else "",
        is_broken=state.is_broken,
        is_second_late=state.is_second_late,
    )


def _sign(text: str) -> QLabel:
    label = QLabel(text, alignment=Qt.AlignmentFlag.AlignCenter)
    label.setFont(theme.body_font(theme.TITLE))
    return label


def _days_words(days: Fraction | None) -> str:
    return tr("n/a") if days is None else tr("{days} days", days=shown(days))


def _change_words(now: Fraction | None, before: Fraction | None, then: str) -> str:
    if now is None or before is None:
        return tr("that money is tied up")
    return tr("{change} against {then}", change=signed(now - before), then=then)


def _cycle_tip(sheet: CashSheet) -> str:
    now = sheet.history.now
    if now.days is None:
        return now.reason
    parts = " ".join(
        f"{'+' if measure.part.sign > 0 else '−'} {shown(measure.days or Fraction(0))}" for measure in now.parts
    )
    text = tr("stock + customers − suppliers − deposits = {parts} = {days}", parts=parts[2:], days=shown(now.days))
    return f"{text}\n{convention_words(sheet.history.convention)}"


def _compared_words(sheet: CashSheet) -> str:
    before = sheet.history.before.period
    return tr(
        "Compared with {first} to {last}. Point at a figure to see how it was computed; Enter or a click shows what is"
        " behind it.",
        first=formats.long_day(before.first),
        last=formats.long_day(before.last),
    )
