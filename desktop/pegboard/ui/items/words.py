"""Words and marks for items."""

from pegboard.i18n import tr
from pegboard.queries.items import ItemRow
from pegboard.ui.marks import Mark, State


def source_word(source: str) -> str:
    """Return how an item comes about."""
    return {"make": tr("make"), "buy": tr("buy"), "phantom": tr("phantom")}[source]


def item_mark(item: ItemRow) -> Mark | None:
    """Return what keeps an item from being made or bought."""
    if not item.is_active:
        return Mark(State.DONE, tr("inactive"))
    return {
        "no_bom": Mark(State.SHORT, tr("no BOM")),
        "no_revision": Mark(State.SHORT, tr("BOM has ended")),
        "no_supplier": Mark(State.SHORT, tr("no supplier")),
    }.get(item.problem)
