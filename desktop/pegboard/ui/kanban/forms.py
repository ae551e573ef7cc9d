"""Small forms of the Kanban page: a new loop, its number of cards, its container, a cap."""

from collections.abc import Sequence

from PySide6.QtCore import Slot

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.queries.kanban import MAKE, LoopChoices, LoopRow
from pegboard.queries.kanban_caps import Cap
from pegboard.services.kanban_loops import MOST_CARDS, LoopDraft
from pegboard.ui import formats
from pegboard.ui.completion import Choice
from pegboard.ui.fields import CodeField, QuantityField, WholeField
from pegboard.ui.form import Form
from pegboard.ui.kanban import words


def choices(pairs: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    """Return codes with their words as choices of a field."""
    return tuple(Choice(code, text) for code, text in pairs)


class LoopForm(Form):
    """Describes a new loop; the supplier follows the item."""

    def __init__(self, known: LoopChoices) -> None:
        super().__init__(
            tr("New loop"),
            tr("Make loop"),
            explain=tr("Its cards are full at first: put one into each full container, and scan those that have none."),
        )
        self._known = known
        self.item = CodeField(tr("Item"), lambda: choices(known.items))
        suppliers = (Choice(MAKE, tr("our own shop")), *choices(known.suppliers))
        self.supplied_by = CodeField(tr("Filled by"), lambda: suppliers)
        self.location = CodeField(tr("Used at"), lambda: choices(known.locations), is_new_ok=True)
        self.container = QuantityField(tr("Container holds"))
        self.cards = WholeField(tr("Cards"), least=1, most=MOST_CARDS, is_needed=False)
        self.cards.setPlaceholderText(tr("as many as the formula says"))
        self.location.set_value("MAIN")
        for field in (self.item, self.supplied_by, self.location, self.container, self.cards):
            self.add(field.title, field)
        self.item.committed.connect(self._propose_supplier)
        self.item.setFocus()

    @Slot()
    def _propose_supplier(self) -> None:
        try:
            code = self.item.value()
        except InvalidInput:
            return
        self.supplied_by.set_value(MAKE if code in self._known.made else self._known.sold_by.get(code))

    def draft(self) -> LoopDraft:
        """Return the loop as described."""
        return LoopDraft(
            self.item.value(),
            self.supplied_by.value(),
            self.location.value(),
            self.container.value(),
            self.cards.value(),
        )


class CardsForm(Form):
    """Sets how many cards a loop has; the formula stands above, with every term."""

    def __init__(self, loop: LoopRow) -> None:
        lines = (
            tr("Usage D: {text}", text=words.usage_text(loop)),
            tr("Lead time L: {text}", text=words.lead_text(loop.terms.lead_time)),
            tr("Safety a: {percent} %", percent=words.decimals(loop.terms.terms.safety_percent)),
            tr("Container C: {quantity} {unit}", quantity=formats.quantity(loop.container), unit=loop.unit),
            tr("Cards = D × L × (1 + a) / C: {text}", text=words.formula_text(loop)),
            tr("Present: {text}", text=words.present_text(loop)),
        )
        super().__init__(tr("Cards of {item}", item=loop.item), tr("Set cards"), explain="\n".join(lines))
        self.cards = WholeField(tr("Cards"), least=1, most=MOST_CARDS)
        self.cards.set_value(loop.proposed if loop.has_proposal else loop.standing)
        self.add(self.cards.title, self.cards)
        self.cards.setFocus()
        self.cards.selectAll()


class ContainerForm(Form):
    """Sets what one container holds."""

    def __init__(self, loop: LoopRow) -> None:
        super().__init__(
            tr("Container of {item}", item=loop.item),
            tr("Change container"),
            explain=tr("Holds from the next pull on; what is on order stays. Print the cards anew."),
        )
        self.container = QuantityField(tr("Container holds"), whole=loop.whole_units)
        self.container.set_value(loop.container)
        self.add(self.container.title, self.container)
        self.container.setFocus()
        self.container.selectAll()


class CapForm(Form):
    """Sets how many customer jobs may be at work, in the shop or before a work center."""

    SHOP = "shop"

    def __init__(self, known: LoopChoices, cap: Cap | None) -> None:
        super().__init__(
            tr("Cap on customer jobs"),
            tr("Set cap"),
            explain=tr(
                "No further customer job is released than this; the next follows in due order as work leaves. Jobs of"
                " kanban cards are capped by their cards."
            ),
        )
        places = (Choice(self.SHOP, tr("the whole shop")), *choices(known.work_centers))
        self.place = CodeField(tr("Where"), lambda: places)
        self.limit = WholeField(tr("Jobs at most"), least=1, most=100_000)
        self.place.set_value(self.SHOP if cap is None or not cap.work_center else cap.work_center)
        self.limit.set_value(None if cap is None else cap.limit)
        for field in (self.place, self.limit):
            self.add(field.title, field)
        self.limit.setFocus()
        self.limit.selectAll()

    def work_center(self) -> str:
        """Return the work center, "" for the whole shop."""
        code: str = self.place.value()
        return "" if code == self.SHOP else code
