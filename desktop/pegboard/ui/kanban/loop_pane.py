"""The right half of Kanban: one loop, its formula with every term, and its cards."""

import datetime
from collections.abc import Callable

from PySide6.QtCore import Signal, Slot

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.kanban import CardRow, LoopRow
from pegboard.ui import formats
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.kanban import words
from pegboard.ui.kanban.columns import card_columns


class LoopPane(DetailPane):
    """Shows a LoopRow.

    Signals: card_shown(): another card is chosen, or it changed.
    """

    card_shown = Signal()

    def __init__(self, desk: Desk, now: Callable[[], datetime.datetime]) -> None:
        super().__init__(tr("Loop"))
        self._desk = desk
        self._now = now
        self.loop: LoopRow | None = None
        self._wanted: tuple[int, int] | None = None  # loop and number of the card to go to
        self.facts = Facts()
        self.formula = Facts()
        self.cards: DetailTable[CardRow] = DetailTable(
            desk, "kanban_cards", tr("Cards"), card_columns(now, desk.today), key=lambda card: card.key
        )
        self.add("", self.facts)
        self.add(tr("Cards by the formula"), self.formula)
        self.add(tr("Cards"), self.cards)
        self.end()
        self.cards.row_changed.connect(self._tell_card)
        self.cards.row_opened.connect(self._open_supply)

    def show_loop(self, loop: LoopRow | None) -> None:
        """Show a loop; None where none is chosen."""
        self.loop = loop
        if loop is None:
            self.show_nothing(tr("Choose a loop on the left."))
            return
        place = tr("{description}, used at {location}", description=loop.description, location=loop.location)
        self.show_heading(loop.item, place.removeprefix(", "), words.loop_mark(loop, self._now()))
        self.facts.show_facts(self._facts(loop))
        self.formula.show_facts(_terms(loop))
        self.cards.show_rows(loop.cards)
        self._find_card()
        self.card_shown.emit()

    def select_card(self, loop: int, number: int) -> None:
        """Go to a card of a loop, now or once it is shown."""
        self._wanted = (loop, number)
        self._find_card()

    def card(self) -> CardRow | None:
        """Return the chosen card."""
        return self.cards.current() if self.loop is not None else None

    def _find_card(self) -> None:
        for place in range(self.cards.table.rowCount()):
            row = self.cards.table.row_at(place)
            if row is not None and (row.loop_id, row.number) == self._wanted:
                self._wanted = None
                self.cards.select_place(place)
                return

    def _facts(self, loop: LoopRow) -> tuple[Fact, ...]:
        filler = tr("our own shop") if loop.is_made else f"{loop.supplied_by} {loop.supplier}".strip()
        return (
            Fact(tr("Filled by"), filler),
            Fact(tr("On hand"), f"{formats.quantity(loop.on_hand)} {loop.unit}"),
            Fact(tr("On order"), _amount(loop, loop.on_order)),
            Fact(
                tr("At most in the loop"),
                tr(
                    "{cards} × {container} = {most} {unit}",
                    cards=len(loop.cards),
                    container=formats.quantity(loop.container),
                    most=formats.quantity(loop.most),
                    unit=loop.unit,
                ),
                tip=tr("Each card pulls one container and no second one until it is full again."),
            ),
            Fact(tr("Each pull brings"), _lot_text(loop), tip=tr("What exceeds the container is surplus, and free.")),
        )

    @Slot(object)
    def _tell_card(self, _card: CardRow | None) -> None:
        self.refresh_verbs()
        self.card_shown.emit()

    @Slot(object)
    def _open_supply(self, card: CardRow | None) -> None:
        if card is None or not card.supply:
            return
        if "/" in card.supply:
            self._desk.show_record("purchase_line", card.supply)
        elif card.due is not None:
            self._desk.show_record("work_order", card.supply)
        else:
            self._desk.show_record("stock", f"STOCK:{card.supply}:{card.item}")


def _lot_text(loop: LoopRow) -> str:
    """What one pull makes or buys, where minimum or multiple make it more than a container."""
    if loop.lot == loop.container:
        return ""
    return tr(
        "{lot} {unit}, {more} more than a container holds: let it hold what is sold",
        lot=formats.quantity(loop.lot),
        unit=loop.unit,
        more=formats.quantity(Quantity(loop.lot.micro - loop.container.micro)),
    )


def _amount(loop: LoopRow, quantity: Quantity) -> str:
    return f"{formats.quantity(quantity)} {loop.unit}" if quantity else ""


def _terms(loop: LoopRow) -> tuple[Fact, ...]:
    return (
        Fact(tr("Usage D"), words.usage_text(loop)),
        Fact(tr("Lead time L"), words.lead_text(loop.terms.lead_time)),
        Fact(
            tr("Safety a"),
            tr("{percent} %, as the settings say", percent=words.decimals(loop.terms.terms.safety_percent)),
        ),
        Fact(tr("Container C"), f"{formats.quantity(loop.container)} {loop.unit}"),
        Fact(tr("D × L × (1 + a) / C"), words.formula_text(loop)),
        Fact(tr("Present"), words.present_text(loop)),
    )
