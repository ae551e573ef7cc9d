"""The columns of the list of items."""

from pegboard.i18n import tr
from pegboard.queries.items import ItemRow
from pegboard.ui.columns import Column, mark_column, price_column, text_column, whole_column
from pegboard.ui.items import words


def item_columns() -> tuple[Column[ItemRow], ...]:
    """Return the columns of the list of items."""
    return (
        text_column("code", tr("Item"), lambda item: item.code, width=130),
        text_column("description", tr("Description"), lambda item: item.description, width=190),
        text_column("source", tr("Source"), lambda item: words.source_word(item.source), width=64),
        mark_column("problem", tr("Problem"), words.item_mark, width=100),
        text_column("unit", tr("Unit"), lambda item: item.unit, width=40, hidden=True),
        text_column("supplier", tr("Supplier"), lambda item: item.supplier, width=130, help=tr("The preferred one.")),
        whole_column("lead_time", tr("Days"), lambda item: item.lead_time_days, width=50, help=tr("Lead time.")),
        price_column("standard_cost", tr("Cost"), lambda item: item.standard_cost, width=70, help=tr("Standard cost.")),
        price_column("list_price", tr("Price"), lambda item: item.list_price, width=70, help=tr("List price.")),
        text_column("revision", tr("Revision"), lambda item: item.revision, width=70, hidden=True),
        text_column("drawing", tr("Drawing"), lambda item: item.drawing, width=90, hidden=True),
        whole_column(
            "level", tr("Level"), lambda item: item.level, width=50, hidden=True, help=tr("How deep in BOMs it lies.")
        ),
    )
