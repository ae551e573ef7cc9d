"""The right half of Shops: one shelf, its level with every term, and its newest sales."""

from collections.abc import Sequence

from pegboard.i18n import tr
from pegboard.queries.replenishment import SaleRow, ShelfRow
from pegboard.ui import formats
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.pos import words
from pegboard.ui.pos.columns import sale_columns


class ShelfPane(DetailPane):
    """Shows a ShelfRow and its sales."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Shelf"))
        self._desk = desk
        self.shelf: ShelfRow | None = None
        self.facts = Facts()
        self.terms = Facts()
        sees_money = desk.runner.rights.sees_money
        shown = tuple(column for column in sale_columns() if sees_money or not column.is_money)
        self.sales: DetailTable[SaleRow] = DetailTable(
            desk, "shelf_sales", tr("Newest sales"), shown, key=lambda sale: sale.key
        )
        self.add("", self.facts)
        self.add(tr("Level by its own sales"), self.terms)
        self._sales = self.add(tr("Newest sales"), self.sales)
        self.end()

    def show_shelf(self, row: ShelfRow | None) -> None:
        """Show a shelf; None where none is chosen."""
        self.shelf = row
        if row is None:
            self.show_nothing(tr("Choose a shelf on the left."))
            return
        self.show_heading(f"{row.item} · {row.location}", row.description, words.shelf_mark(row))
        self.facts.show_facts(self._facts(row))
        self.terms.show_facts([Fact(label, text) for label, text in words.term_lines(row)])

    def show_sales(self, rows: Sequence[SaleRow]) -> None:
        """Show the newest sales."""
        self.sales.show_rows(rows)
        self._sales.setVisible(bool(rows))

    def _facts(self, row: ShelfRow) -> Sequence[Fact]:
        level = tr("nobody has set one") if row.level is None else f"{formats.quantity(row.level)} {row.unit}"
        return (
            Fact(tr("Filled up to"), level),
            Fact(
                tr("On hand"),
                f"{formats.quantity(row.on_hand)} {row.unit}",
                link=lambda: self._desk.show_record("stock", f"STOCK:{row.location}:{row.item}"),
                tip=tr("Shows its stock."),
            ),
            Fact(
                tr("Coming"),
                f"{formats.quantity(row.on_order)} {row.unit}" if row.on_order else "",
                link=lambda: self._desk.show_why(row.name),
                tip=tr("Shows what brings it."),
            ),
            Fact(tr("To be pulled"), f"{formats.quantity(row.waiting)} {row.unit}" if row.waiting else ""),
            Fact(
                tr("Sold in 28 days"),
                tr(
                    "{sold} {unit}, {share} of what was there",
                    sold=formats.quantity(row.sold),
                    unit=row.unit,
                    share=words.percent(row.sell_through) or "–",
                ),
            ),
            Fact(
                tr("Lasts"),
                tr("{weeks} weeks", weeks=words.weeks(row.weeks_of_cover)) if row.weeks_of_cover is not None else "",
            ),
            Fact(tr("Marked down"), words.percent(row.markdown)),
            Fact(tr("Written off"), words.percent(row.write_off) if row.written_off else ""),
        )
