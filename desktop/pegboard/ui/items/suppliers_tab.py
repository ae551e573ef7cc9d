"""Who sells an item, under which number, by which rules and at what prices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pegboard.domain.errors import ChangedMeanwhile
from pegboard.domain.item import ArticleDraft, check_article
from pegboard.domain.problem import Problem
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.i18n import tr
from pegboard.queries.items import ItemDetail
from pegboard.queries.supplier_items import articles
from pegboard.services.supplier_items import save_articles
from pegboard.storage.store import Reading, Transaction
from pegboard.ui import cells, theme
from pegboard.ui.columns import Align
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.entry_grid import EntryColumn, EntryRow
from pegboard.ui.items.choices import Choices
from pegboard.ui.kept_grid import KeptGrid

ONE = Quantity(MICRO)


@dataclass(frozen=True, slots=True, eq=False)
class Articles:
    """All articles of an item."""

    item: str
    articles: tuple[ArticleDraft, ...]

    def __eq__(self, other: object) -> bool:
        """Compare without regard to the order in which the articles were typed."""
        if not isinstance(other, Articles):
            return NotImplemented
        return (self.item, set(self.articles)) == (other.item, set(other.articles))

    def __hash__(self) -> int:
        return hash(self.item)


def read_articles(reading: Reading, code: str) -> Articles:
    """Read all articles of an item."""
    return Articles(code, articles(reading, code))


def _save(tx: Transaction, found: Articles, *, seen: Articles | None) -> None:
    try:
        save_articles(tx, found.item, found.articles, seen=None if seen is None else seen.articles)
    except ChangedMeanwhile as error:
        error.now = replace(found, articles=error.now)
        raise


class SuppliersTab(QWidget):
    """Shows Articles; each change is kept at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._detail: ItemDetail | None = None
        self._articles = Articles("", ())
        self.choices = Choices()
        self.kept = KeptGrid(
            desk,
            "suppliers",
            tr("Suppliers"),
            self._columns(),
            texts=lambda found: article_texts(found.articles),
            build=lambda rows: replace(self._articles, articles=read_rows(rows, self._articles.item)),
            check=self._check,
            save=_save,
            holds_money=True,
        )
        note = QLabel(
            tr("Quantities are in the item's own unit. Prices: “9.60; 24: 8.90” is 9.60 each, and 8.90 from 24 on."),
            wordWrap=True,
        )
        note.setProperty("secondary", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.GAP, 0, 0)
        layout.addWidget(note)
        layout.addWidget(self.kept, 1)
        self.setFocusProxy(self.kept)
        self.kept.kept.connect(self.reload)

    def _columns(self) -> tuple[EntryColumn, ...]:
        return (
            EntryColumn(
                "supplier",
                tr("Supplier"),
                parse=cells.code(tr("supplier"), self._suppliers),
                choices=lambda _row: self._suppliers(),
                required=True,
                width=90,
            ),
            EntryColumn("supplier_sku", tr("Their number"), parse=cells.plain, width=110, aliases=("sku",)),
            _whole("rank", tr("Rank"), 46, tr("1 is preferred."), least=1),
            EntryColumn(
                "breaks",
                tr("Prices"),
                parse=cells.prices,
                show=cells.show_prices,
                width=170,
                aliases=("price",),
                help=tr("A price, then from which quantity on which other price: 9.60; 24: 8.90"),
            ),
            _amount("minimum_quantity", tr("At least"), tr("The smallest quantity that they sell.")),
            _amount("order_multiple", tr("Multiple"), tr("They sell multiples of it; blank: whole packs.")),
            _amount("maximum_quantity", tr("At most"), tr("What is beyond it goes to the next rank.")),
            _whole("lead_time_days", tr("Days"), 48, tr("Their lead time.")),
            EntryColumn("purchase_unit", tr("Sold by"), parse=cells.plain, width=66, help=tr("Their unit, as a box.")),
            _amount("units_per_purchase_unit", tr("Holds"), tr("How many of our units one of theirs holds.")),
            EntryColumn("manufacturer", tr("Manufacturer"), parse=cells.plain, width=110),
            EntryColumn("manufacturer_part", tr("Their part"), parse=cells.plain, width=110),
            EntryColumn(
                "active",
                tr("Active"),
                parse=cells.yes_no,
                show=cells.show_yes_no,
                choices=lambda _row: (Choice(cells.YES), Choice(cells.NO)),
                width=60,
            ),
        )

    def _suppliers(self) -> Sequence[Choice]:
        """Those that are active, and those that are there already."""
        known = {choice.code for choice in self.choices.suppliers}
        more = dict.fromkeys(each.supplier for each in self._articles.articles if each.supplier not in known)
        return (*self.choices.suppliers, *map(Choice, more))

    # --- what is shown

    def show_item(self, detail: ItemDetail, choices: Choices) -> None:
        """Read and show who sells an item."""
        self._detail, self.choices = detail, choices
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Read again what is shown."""
        if self._detail is not None:
            self._desk.runner.read("items.suppliers", partial(read_articles, code=self._detail.row.code), self._show)

    def _show(self, found: Articles) -> None:
        if self._detail is not None and found.item == self._detail.row.code:
            self._articles = found
            self.kept.show_draft(self._detail.row.key, found)

    # --- what is kept

    def _check(self, found: Articles) -> Sequence[Problem]:
        units = {code: item.unit for code, item in self.choices.items.items() if code == found.item}
        suppliers = {choice.code for choice in self._suppliers()}
        problems = []
        for place, draft in enumerate(found.articles, 1):
            problems += [
                Problem(f"lines.{place}.{problem.field}", problem.message)
                for problem in check_article(draft, units, suppliers)
            ]
        return problems


def _amount(key: str, title: str, words: str) -> EntryColumn:
    return EntryColumn(key, title, parse=cells.quantity, show=cells.text_of, align=Align.RIGHT, width=66, help=words)


def _whole(key: str, title: str, width: int, words: str, *, least: int = 0) -> EntryColumn:
    return EntryColumn(
        key, title, parse=cells.whole(least), show=cells.text_of, align=Align.RIGHT, width=width, help=words
    )


def article_texts(found: Sequence[ArticleDraft]) -> list[dict[str, str]]:
    """Write articles into rows; what is as usual is blank."""
    return [
        {
            "supplier": draft.supplier,
            "supplier_sku": draft.supplier_sku,
            "rank": str(draft.rank),
            "breaks": cells.show_prices(draft.breaks),
            "minimum_quantity": cells.text_of(draft.minimum_quantity),
            "order_multiple": cells.text_of(draft.order_multiple),
            "maximum_quantity": cells.text_of(draft.maximum_quantity),
            "lead_time_days": cells.text_of(draft.lead_time_days),
            "purchase_unit": draft.purchase_unit,
            "units_per_purchase_unit": (
                cells.text_of(draft.units_per_purchase_unit) if draft.units_per_purchase_unit != ONE else ""
            ),
            "manufacturer": draft.manufacturer,
            "manufacturer_part": draft.manufacturer_part,
            "active": "" if draft.active else cells.NO,
        }
        for draft in found
    ]


def read_rows(rows: Sequence[EntryRow], item: str) -> tuple[ArticleDraft, ...]:
    """Read articles from rows."""
    return tuple(
        ArticleDraft(
            supplier=row.value("supplier") or row.text("supplier"),
            item=item,
            supplier_sku=row.value("supplier_sku") or "",
            rank=row.value("rank") or 1,
            breaks=row.value("breaks") or (),
            minimum_quantity=row.value("minimum_quantity"),
            order_multiple=row.value("order_multiple"),
            maximum_quantity=row.value("maximum_quantity"),
            lead_time_days=row.value("lead_time_days"),
            purchase_unit=row.value("purchase_unit") or "",
            units_per_purchase_unit=row.value("units_per_purchase_unit") or ONE,
            manufacturer=row.value("manufacturer") or "",
            manufacturer_part=row.value("manufacturer_part") or "",
            active=row.value("active") is not False,
        )
        for row in rows
    )
