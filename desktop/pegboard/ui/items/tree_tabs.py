"""What an item goes into, and what its cost is made of: two trees."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Price, Quantity
from pegboard.i18n import tr
from pegboard.queries.boms import BomNode, BomTree, UseNode, UseTree, bom_tree, revisions, where_used
from pegboard.queries.costs import ItemCost, item_costs
from pegboard.queries.items import ItemDetail
from pegboard.storage.store import Reading
from pegboard.ui import formats, theme
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Fact, Facts
from pegboard.ui.fields import QuantityField
from pegboard.ui.items import words
from pegboard.ui.items.bom_tab import chosen_revision
from pegboard.ui.items.columns import cost_tree_columns, use_tree_columns
from pegboard.ui.tree_model import TreeModel
from pegboard.ui.tree_view import TreeView


class UseTab(QWidget):
    """Shows what an item goes into, up to what is sold; Enter opens an item."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._item_key = -1
        columns = use_tree_columns()
        self.model: TreeModel[UseNode] = TreeModel(
            columns, lambda node: (node.key, node.is_alternate), lambda node: node.tree.children(node), self
        )
        self.tree = TreeView("where_used", tr("Where used"), desk.state, columns, open_levels=2)
        self.tree.show_model(self.model)
        self._nothing = QLabel(tr("It goes into nothing: it is sold, or nobody uses it yet."))
        self._nothing.setProperty("secondary", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.GAP, 0, 0)
        layout.addWidget(self._nothing)
        layout.addWidget(self.tree, 1)
        self.setFocusProxy(self.tree)
        self.tree.opened.connect(self._open)

    def show_item(self, detail: ItemDetail) -> None:
        """Read and show what an item goes into."""
        self._item_key = detail.row.key
        self._desk.runner.read("items.uses", partial(where_used, item_key=detail.row.key), self._show)

    def _show(self, found: UseTree) -> None:
        self.model.show(found.top)
        self._nothing.setVisible(not found.top)

    @Slot(object)
    def _open(self, node: UseNode) -> None:
        self._desk.show_record("item", node.item)


@dataclass(frozen=True, slots=True)
class CostView:
    """The cost of one unit in jobs of a size, and the tree that it is made of."""

    cost: ItemCost
    tree: BomTree


def read_cost(reading: Reading, key: int, code: str, batch: int) -> CostView:
    """Roll up the cost of an item for jobs of `batch` millionths."""
    costs = item_costs(reading, batch, key)
    revision = chosen_revision(revisions(reading, key), None)
    return CostView(costs[code], bom_tree(reading, key, revision, costs, batch))


class CostTab(QWidget):
    """Shows what one unit costs: material, labour and subcontracting, per level."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._detail: ItemDetail | None = None
        self.facts = Facts()
        self.batch = QuantityField(tr("In jobs of"))
        self.batch.setMaximumWidth(80)
        self.batch.set_value(Quantity(words.USUAL_BATCH))
        columns = cost_tree_columns()
        self.model: TreeModel[BomNode] = TreeModel(
            columns, lambda node: node.key, lambda node: node.tree.children(node), self
        )
        self.tree = TreeView("cost", tr("Cost per level"), desk.state, columns, open_levels=1)
        self.tree.show_model(self.model)
        self._unit = QLabel()
        label = QLabel(self.batch.title)
        label.setProperty("secondary", True)
        label.setBuddy(self.batch)
        bar = QHBoxLayout()
        bar.addWidget(label)
        bar.addWidget(self.batch)
        bar.addWidget(self._unit)
        bar.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.GAP, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.facts)
        layout.addWidget(self.tree, 1)
        self.setFocusProxy(self.batch)
        self.batch.committed.connect(self.reload)
        self.tree.opened.connect(self._open)

    def show_item(self, detail: ItemDetail) -> None:
        """Roll up and show the cost of an item."""
        self._detail = detail
        self._unit.setText(detail.row.unit)
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Roll up again."""
        if self._detail is None:
            return
        try:
            batch = self.batch.value()
        except InvalidInput:
            return
        row = self._detail.row
        self._desk.runner.read(
            "items.cost", partial(read_cost, key=row.key, code=row.code, batch=batch.micro), self._show
        )

    def _show(self, view: CostView) -> None:
        if self._detail is None or view.cost.item != self._detail.row.code:
            return
        cost, draft = view.cost, self._detail.draft
        self.facts.show_facts(
            (
                Fact(tr("Material"), _known(cost.material)),
                Fact(tr("Labour"), _known(cost.labour)),
                Fact(tr("Subcontract"), _known(cost.subcontract)),
                Fact(tr("Together"), _known(cost.total), tip=tr("For one unit, by today's BOMs, routings and prices.")),
                Fact(tr("Standard cost"), formats.price(cost.standard)),
                Fact(tr("List price"), formats.price(draft.list_price)),
                Fact(tr("Margin"), margin(draft.list_price, cost.total)),
            )
        )
        self.model.show(view.tree.top if draft.source != "buy" else ())
        self.tree.setVisible(bool(view.tree.top) and draft.source != "buy")

    @Slot(object)
    def _open(self, node: BomNode) -> None:
        self._desk.show_record("item", node.item)


def _known(value: Price | None) -> str:
    return formats.price(words.cents(value)) if value is not None else tr("not known: a price or rate in it is missing")


def margin(price: Price | None, cost: Price | None) -> str:
    """Say what is left of a price, in whole percent; nothing where one of the two is not known."""
    if price is None or cost is None or not price:
        return ""
    left = price.micro - cost.micro
    return tr("{percent} %", percent=round(100 * left / price.micro))
