"""The list of orders and drafts, filtered and sorted in the file."""

from collections.abc import Callable, Hashable, Sequence

from pegboard.i18n import tr
from pegboard.queries.orders import OrderRow, order_counts, order_keys, order_rows
from pegboard.storage.store import Reading
from pegboard.ui.desk import Desk
from pegboard.ui.list_view import Chip, Empty
from pegboard.ui.orders.columns import order_columns
from pegboard.ui.paged import PagedListPane


class OrderSource:
    """Reads keys, then rows."""

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[str]:
        """Return the names of the orders of a filter."""
        return order_keys(reading, chip, words, sort_key, descending=descending)

    def rows(self, reading: Reading, keys: Sequence[str]) -> Sequence[OrderRow]:
        """Return the orders with these names."""
        return order_rows(reading, keys)


def _chips() -> tuple[Chip[OrderRow], ...]:
    return (
        Chip("open", tr("Open")),
        Chip("late", tr("Late")),
        Chip("quotes", tr("Quotes")),
        Chip("deposit", tr("Deposit due")),
        Chip("drafts", tr("Drafts")),
        Chip("all", tr("All")),
    )


class OrderList(PagedListPane[OrderRow]):
    """Lists orders; each filter tells how many it shows."""

    def __init__(self, desk: Desk, enter_order: Callable[[], None]) -> None:
        super().__init__(
            desk,
            "orders",
            tr("Orders"),
            order_columns(),
            key=lambda row: row.key,
            source=OrderSource(),
            chips=_chips(),
            empty=Empty(
                tr("Orders stand here. An order that is confirmed pulls what it needs, and nothing else does."),
                tr("Enter an order"),
                enter_order,
            ),
        )

    def _is_hidden_by_filter(self, _key: Hashable) -> bool:
        """Any filter but All may hide an order."""
        return bool(self._words or self.chip != "all")

    def reveal(self, key: Hashable) -> None:
        """Read again, then go to an order that is new; a filter that hides it even then is lifted."""
        self._wanted = key
        self.refresh()

    def _count_chips(self) -> None:
        self.desk.runner.read("orders.counts", order_counts, self._show_counts)

    def _show_counts(self, counts: dict[str, int]) -> None:
        for place, chip in enumerate(self.chips):
            count, button = counts.get(chip.key, 0), self._chip_group.button(place)
            button.setText(f"{chip.title} ({count})" if count else chip.title)
            button.setMinimumWidth(button.sizeHint().width())
