"""The tree of what an order pulls, in the detail of an order and beside one that is being typed."""

from collections.abc import Sequence

from PySide6.QtCore import Slot

from pegboard.queries.order_pulls import Pull
from pegboard.ui.desk import Desk
from pegboard.ui.orders.columns import pull_columns
from pegboard.ui.orders.words import urgency
from pegboard.ui.tree_model import TreeModel
from pegboard.ui.tree_view import TreeView


def below(pull: Pull) -> tuple[Pull, ...]:
    """What a need pulls in its turn, the most urgent first: the parts of a kit, or the components of its jobs."""
    needs = (*pull.parts, *(part for cover in pull.covers for part in cover.pulls))
    return tuple(sorted(needs, key=urgency))


class PullTree(TreeView):
    """Shows needs; Enter opens the job, purchase order or item that serves one."""

    def __init__(self, desk: Desk, name: str, title: str, *, open_levels: int, item_width: int) -> None:
        columns = pull_columns(item_width)
        super().__init__(name, title, desk.state, columns, open_levels=open_levels)
        self._desk = desk
        self._needs: TreeModel[Pull] = TreeModel(columns, key=lambda pull: pull.name, children=below, parent=self)
        self.show_model(self._needs)
        self.opened.connect(self._open_supply)

    def show_pulls(self, pulls: Sequence[Pull]) -> None:
        """Show these needs at the top."""
        self._needs.show(pulls)

    @Slot(object)
    def _open_supply(self, pull: Pull) -> None:
        for cover in pull.covers:
            if cover.kind == "job" and cover.number:
                return self._desk.show_record("work_order", cover.number)
            if cover.kind == "purchase" and cover.number:
                return self._desk.show_record("purchase_order", cover.number.rpartition("/")[0])
        return self._desk.show_record("item", pull.item)
