"""The right half of Stock: one item, where it lies, and what stands behind each of its figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.genealogy import Link
from pegboard.queries.inventory import LotRow, StockRow, lot_rows, stock_rows
from pegboard.queries.stock_movements import ClaimRow, MovementRow, Scope, SupplyRow, surplus_to_come
from pegboard.storage.store import Reading
from pegboard.ui import formats
from pegboard.ui.columns import Column
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.inventory import columns, sources, words
from pegboard.ui.inventory.sources import ScopedSource
from pegboard.ui.list_view import Empty
from pegboard.ui.paged import PagedListPane

TABS_HEIGHT = 260
ENTRIES_TO_LOOK_THROUGH = 15  # without a find box


@dataclass(frozen=True, slots=True)
class StockDetail:
    """An item's stock with its lots, and what is to come that nobody claims, by reason."""

    row: StockRow
    lots: tuple[LotRow, ...]
    surplus: tuple[tuple[str, Quantity], ...]


def stock_detail(reading: Reading, key: int) -> StockDetail | None:
    """Return an item's stock with its lots, None where the item is no more."""
    found = stock_rows(reading, [key])
    if not found:
        return None
    return StockDetail(found[0], tuple(lot_rows(reading, key)), surplus_to_come(reading, key))


class ItemPane(DetailPane):
    """Shows a StockDetail.

    Signals: lot_shown(): another lot is chosen, or it changed.
    """

    lot_shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Stock of an item"))
        self._desk = desk
        self.detail: StockDetail | None = None
        self._wanted_lot = ""
        self._traced: Scope | None = None
        self.facts = Facts()
        self.lots: DetailTable[LotRow] = DetailTable(
            desk, "stock_lots", tr("Where it lies"), columns.lot_columns(desk.today()), key=lambda lot: lot.key
        )
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setUsesScrollButtons(True)
        self.tabs.setMinimumHeight(TABS_HEIGHT)
        self.movements: PagedListPane[MovementRow] = self._tab(
            "movements", tr("Movements"), columns.movement_columns(), sources.movements(), tr("It has never moved.")
        )
        self.claims: PagedListPane[ClaimRow] = self._tab(
            "claims", tr("Allocated to"), columns.claim_columns(), sources.claims(), tr("No demand has any of it.")
        )
        self.supplies: PagedListPane[SupplyRow] = self._tab(
            "supplies", tr("On order"), columns.supply_columns(), sources.supplies(), tr("Nothing is to come.")
        )
        self.missing: PagedListPane[ClaimRow] = self._tab(
            "missing", tr("Missing"), columns.claim_columns()[:-1], sources.missing(), tr("Nothing is missing.")
        )
        nothing = tr("Choose one lot above, or it has no history of parts.")
        lineage = columns.lineage_columns()
        self.made_from: PagedListPane[Link] = self._tab(
            "made_from", tr("Made from"), lineage, sources.made_from(), nothing, key=_itself
        )
        self.went_into: PagedListPane[Link] = self._tab(
            "went_into", tr("Went into"), lineage, sources.went_into(), nothing, key=_itself
        )
        self.add("", self.facts)
        self._lots = self.add(tr("Where it lies"), self.lots)
        self.add("", self.tabs, 1)
        self.movements.rows_shown.connect(self._offer_find)
        self.lots.row_changed.connect(self._show_lot)
        for pane, open_row in (
            (self.claims, self._open_claim),
            (self.missing, self._open_claim),
            (self.supplies, self._open_supply),
            (self.movements, self._open_movement),
            (self.made_from, self._open_link),
            (self.went_into, self._open_link),
        ):
            pane.opened.connect(open_row)

    def _tab(
        self,
        name: str,
        title: str,
        shown: Sequence[Column[Any]],
        source: ScopedSource,
        empty: str,
        key: Callable[[Any], Any] = attrgetter("key"),
    ) -> PagedListPane[Any]:
        pane: PagedListPane[Any] = PagedListPane(
            self._desk, f"stock_{name}", title, shown, key=key, source=source, empty=Empty(empty)
        )
        pane.view.horizontalHeader().setSectionsClickable(False)  # it has one order, that of time
        pane.view.horizontalHeader().setSortIndicatorShown(False)
        pane.find_box.hide()
        self.tabs.addTab(pane, title)
        self._sources = {**getattr(self, "_sources", {}), name: source}
        return pane

    @Slot()
    def _offer_find(self) -> None:
        """Movements can be many; the other lists cannot be searched."""
        box = self.movements.find_box
        box.setVisible(bool(box.text()) or self.movements.model.rowCount() > ENTRIES_TO_LOOK_THROUGH)

    # --- what is shown

    def show_detail(self, detail: StockDetail | None) -> None:
        """Show an item's stock; None says that it is no more."""
        is_other = detail is None or self.detail is None or detail.row.key != self.detail.row.key
        self.detail = detail
        if detail is None:
            self.show_nothing(tr("Choose an item on the left."))
            return
        row = detail.row
        self.show_heading(row.item, row.description, words.stock_mark(row))
        self.facts.show_facts(self._facts(detail))
        lots = detail.lots
        shown = [words.together(lots, row.free), *lots] if len(lots) > 1 else list(lots)
        self.lots.show_rows(shown)
        self._lots.setVisible(bool(lots))
        if is_other:
            self.lots.select_place(0)
        self._find_lot()
        self._read_entries()
        self.lot_shown.emit()

    def select_lot(self, name: str) -> None:
        """Go to the stock that `name` (STOCK:LOCATION:ITEM[:LOT]) means, now or once its item is shown."""
        self._wanted_lot = name
        self._find_lot()

    def _find_lot(self) -> None:
        for place in range(self.lots.table.rowCount()):
            lot = self.lots.table.row_at(place)
            if self._wanted_lot and lot is not None and lot.name == self._wanted_lot:
                self._wanted_lot = ""
                self.lots.select_place(place)

    def lot(self) -> LotRow | None:
        """Return the chosen lot; the only one where there is one, None for all together."""
        lots = self.detail.lots if self.detail is not None else ()
        if len(lots) == 1:
            return lots[0]
        chosen = self.lots.current()
        return chosen if chosen is not None and chosen.key != words.ALL and chosen in lots else None

    def _scope(self) -> Scope:
        if self.detail is None:
            return sources.NOTHING
        lot = self.lot() if len(self.detail.lots) > 1 else None
        return Scope(self.detail.row.key, lot.key if lot is not None else None)

    @Slot(object)
    def _show_lot(self, _lot: LotRow | None) -> None:
        if self.lots.hasFocus():
            self._traced = None
        self._read_entries()
        self.lot_shown.emit()

    def _read_entries(self) -> None:
        scope = self._scope()
        if self._traced is not None and scope.item_key == self._traced.item_key:
            scope = self._traced
        for source in self._sources.values():
            source.scope = scope
        for pane in (self.movements, self.claims, self.supplies, self.missing, self.made_from, self.went_into):
            pane.refresh()

    def trace(self, scope: Scope) -> None:
        """Show where one lot came from and went, also one that has gone; another choice of lot ends it."""
        self._traced = scope
        self.tabs.setCurrentWidget(self.went_into)
        if self.detail is not None and self.detail.row.key == scope.item_key:
            self._read_entries()

    # --- the figures

    def _facts(self, detail: StockDetail) -> Sequence[Fact]:
        row = detail.row
        return (
            self._figure(tr("On hand"), row, row.on_hand.micro, self.movements, tr("Shows its movements.")),
            self._figure(tr("Allocated"), row, row.allocated.micro, self.claims, tr("Shows who has it.")),
            Fact(tr("Available"), f"{formats.quantity(row.free)} {row.unit}", tip=tr("What a new order could take.")),
            self._figure(tr("On order"), row, row.on_order.micro, self.supplies, tr("Shows what is to come.")),
            self._figure(tr("Short"), row, row.short.micro, self.missing, tr("Shows who misses it.")),
            Fact(tr("Held as a buffer"), f"{formats.quantity(row.buffer)} {row.unit}" if row.buffer else ""),
            Fact(tr("Blocked"), tr("{quantity} expired or in quarantine", quantity=formats.quantity(row.blocked)))
            if row.blocked
            else Fact("", ""),
            Fact(tr("Surplus"), words.all_surplus(row, detail.surplus, self._desk.today())),
            Fact(tr("Value"), self._value(row)),
        )

    def _figure(self, label: str, row: StockRow, micro: int, pane: QWidget, tip: str) -> Fact:
        if not micro:
            return Fact(label, f"0 {row.unit}" if pane is self.movements else "")
        text = f"{formats.quantity(Quantity(micro))} {row.unit}"
        return Fact(label, text, link=partial(self.show_tab, pane), tip=tip)

    def _value(self, row: StockRow) -> str:
        parts = [formats.money(row.value, currency=True)] if row.value is not None else []
        if row.unknown:
            parts.append(tr("the cost of {quantity} is not known", quantity=formats.quantity(row.unknown)))
        return ", ".join(parts)

    def show_tab(self, pane: QWidget) -> None:
        """Turn to a list and put the keys into it."""
        self.tabs.setCurrentWidget(pane)
        pane.setFocus()

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.lots, self.tabs)

    # --- going on from there

    @Slot(object)
    def _open_claim(self, claim: ClaimRow | None) -> None:
        if claim is None:
            return
        if claim.kind == "job":
            self._desk.show_record("work_order", claim.number)
        elif claim.kind == "order":
            self._desk.show_record("order", claim.number.rpartition("/")[0])
        else:
            self._desk.show_why(claim.number)

    @Slot(object)
    def _open_supply(self, supply: SupplyRow | None) -> None:
        if supply is not None:
            noun = "purchase_line" if supply.key.startswith("p") else "work_order"
            self._desk.show_record(noun, supply.number)

    @Slot(object)
    def _open_link(self, link: Link | None) -> None:
        if link is not None:
            noun = {"job": "work_order", "receipt": "purchase_order", "shipment": "shipment"}[link.kind]
            self._desk.show_record(noun, link.number)

    @Slot(object)
    def _open_movement(self, movement: MovementRow | None) -> None:
        if movement is None or not movement.document:
            return
        noun = {"receipt": "purchase_order", "reject": "purchase_order", "ship": "order"}.get(
            movement.kind, "work_order"
        )
        if movement.kind in ("receipt", "reject", "ship", "issue", "return", "completion", "scrap"):
            self._desk.show_record(noun, movement.document)


def _itself(row: Any) -> Any:
    return row
