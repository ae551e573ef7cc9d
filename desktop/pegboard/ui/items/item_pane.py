"""The right half of Items: one item in full."""

from collections.abc import Sequence

from pegboard.i18n import tr
from pegboard.queries.items import ItemDetail
from pegboard.ui import formats
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.items import words


class ItemPane(DetailPane):
    """Shows an ItemDetail."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Item"))
        self._desk = desk
        self.detail: ItemDetail | None = None
        self.facts = Facts()
        self.add("", self.facts)
        self.end()

    def show_detail(self, detail: ItemDetail | None) -> None:
        """Show an item; None says that it is no more."""
        self.detail = detail
        if detail is None:
            self.show_nothing(tr("Choose an item on the left."))
            return
        self.show_heading(detail.row.code, detail.row.description, words.item_mark(detail.row))
        self.facts.show_facts(self._facts(detail))

    def _facts(self, detail: ItemDetail) -> Sequence[Fact]:
        draft = detail.draft
        return (
            Fact(tr("Source"), words.source_word(draft.source)),
            Fact(tr("Unit"), draft.unit),
            Fact(tr("Standard cost"), formats.price(draft.standard_cost)),
            Fact(tr("List price"), formats.price(draft.list_price)),
            Fact(tr("Drawing"), " ".join(filter(None, (draft.drawing, draft.revision)))),
        )
