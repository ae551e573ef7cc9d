"""The columns of the list of items and of its trees."""

from pegboard.i18n import tr
from pegboard.queries.boms import BomNode, UseNode
from pegboard.queries.items import ItemRow
from pegboard.ui.columns import Column, mark_column, price_column, quantity_column, text_column, whole_column
from pegboard.ui.items import words


def item_columns() -> tuple[Column[ItemRow], ...]:
    """Return the columns of the list of items."""
    return (
        text_column("code", tr("Item"), lambda item: item.code, width=112),
        text_column("description", tr("Description"), lambda item: item.description, width=150),
        text_column("source", tr("Source"), lambda item: words.source_word(item.source), width=60),
        mark_column("problem", tr("Problem"), words.item_mark, width=92),
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


def bom_tree_columns() -> tuple[Column[BomNode], ...]:
    """Return the columns of all that goes into an item."""
    return (
        text_column("item", tr("All levels"), lambda node: node.item, width=190),
        text_column("description", tr("Description"), lambda node: node.description, width=140),
        quantity_column(
            "each",
            tr("Each"),
            lambda node: words.short(node.each_quantity),
            unit=lambda node: node.unit,
            width=84,
            help=tr("For one of the item above it."),
        ),
        quantity_column(
            "total",
            tr("In all"),
            lambda node: words.short(node.total_quantity),
            unit=lambda node: node.unit,
            width=84,
            help=tr("For one of the item at the top."),
        ),
        price_column(
            "cost",
            tr("Cost"),
            lambda node: words.cents(node.amount("total")),
            width=70,
            help=tr("Of all that, in jobs of 10."),
        ),
        text_column("option", tr("Option"), lambda node: node.option, width=110),
        text_column("alternates", tr("Alternates"), lambda node: node.alternates, width=110),
    )


def cost_tree_columns() -> tuple[Column[BomNode], ...]:
    """Return the columns of what an item's cost is made of, for one unit of it."""
    return (
        text_column("item", tr("Item"), lambda node: node.item, width=200),
        quantity_column(
            "total", tr("Qty"), lambda node: words.short(node.total_quantity), unit=lambda node: node.unit, width=84
        ),
        price_column("material", tr("Material"), lambda node: words.cents(node.amount("material")) or None, width=84),
        price_column("labour", tr("Labour"), lambda node: words.cents(node.amount("labour")) or None, width=76),
        price_column(
            "subcontract", tr("Subcontract"), lambda node: words.cents(node.amount("subcontract")) or None, width=84
        ),
        price_column("amount", tr("Together"), lambda node: words.cents(node.amount("total")), width=84),
        text_column("option", tr("Option"), lambda node: node.option, width=110),
    )


def use_tree_columns() -> tuple[Column[UseNode], ...]:
    """Return the columns of all that an item goes into."""
    return (
        text_column("item", tr("Goes into"), lambda node: node.item, width=200),
        text_column("description", tr("Description"), lambda node: node.description, width=190),
        text_column("quantity", tr("Qty"), words.use_quantity, width=84),
        text_column("revision", tr("Revision"), words.use_revision, width=100),
        text_column("option", tr("Option"), lambda node: node.option, width=110),
    )
