"""What the long lists of the Stock page read, page by page."""

from collections.abc import Callable, Sequence
from typing import Any

from pegboard.queries import genealogy, inventory, stock_movements
from pegboard.queries.genealogy import Link
from pegboard.queries.inventory import StockRow
from pegboard.queries.stock_movements import ClaimRow, MovementRow, Scope, SupplyRow
from pegboard.storage.store import Reading

NOTHING = Scope(-1)


class StockSource:
    """Reads the list of stock: all keys in order, then the rows that come into view."""

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[int]:
        """Return the keys of the items of a filter."""
        return inventory.stock_keys(reading, chip, words, sort_key, descending)

    def rows(self, reading: Reading, keys: Sequence[int]) -> Sequence[StockRow]:
        """Return the stock of the items with these keys."""
        return inventory.stock_rows(reading, keys)


class ScopedSource:
    """Reads a list about the item or lot that is shown; `scope` is set when another one is."""

    def __init__(
        self,
        keys: Callable[[Reading, Scope, tuple[str, ...]], Sequence[Any]],
        rows: Callable[[Reading, Scope, Sequence[Any]], Sequence[Any]],
    ) -> None:
        self.scope = NOTHING
        self._keys = keys
        self._rows = rows

    def keys(
        self, reading: Reading, chip: str, words: tuple[str, ...], sort_key: str, descending: bool
    ) -> Sequence[Any]:
        """Return the keys in the one order that the list has; it has no chips."""
        return self._keys(reading, self.scope, words)

    def rows(self, reading: Reading, keys: Sequence[Any]) -> Sequence[Any]:
        """Return the rows with these keys."""
        return self._rows(reading, self.scope, keys)


def movements() -> ScopedSource:
    """Read the ledger."""

    def rows(reading: Reading, scope: Scope, keys: Sequence[int]) -> Sequence[MovementRow]:
        return stock_movements.movements(reading, scope, keys)

    return ScopedSource(stock_movements.movement_keys, rows)


def claims() -> ScopedSource:
    """Read who has stock allocated."""

    def rows(reading: Reading, _scope: Scope, keys: Sequence[int]) -> Sequence[ClaimRow]:
        return stock_movements.claims(reading, keys)

    return ScopedSource(lambda reading, scope, _words: stock_movements.claim_keys(reading, scope), rows)


def supplies() -> ScopedSource:
    """Read what is to come."""

    def rows(reading: Reading, scope: Scope, keys: Sequence[str]) -> Sequence[SupplyRow]:
        return stock_movements.supplies(reading, scope, keys)

    return ScopedSource(lambda reading, scope, _words: stock_movements.supply_keys(reading, scope), rows)


def made_from() -> ScopedSource:
    """Read what went into a lot; the links are their own keys."""
    return ScopedSource(_lineage(genealogy.made_from), lambda _reading, _scope, links: links)


def went_into() -> ScopedSource:
    """Read where a lot went."""
    return ScopedSource(_lineage(genealogy.went_into), lambda _reading, _scope, links: links)


def _lineage(walk: Callable[[Reading, str, str], tuple[Link, ...]]) -> Callable[..., Sequence[Link]]:
    def keys(reading: Reading, scope: Scope, _words: tuple[str, ...]) -> Sequence[Link]:
        lot = genealogy.lot_of(reading, scope.item_key, scope.stock_key)
        return () if lot is None else tuple(dict.fromkeys(walk(reading, lot.item, lot.lot)))

    return keys


def missing() -> ScopedSource:
    """Read who needs what nothing covers."""

    def rows(reading: Reading, _scope: Scope, keys: Sequence[int]) -> Sequence[ClaimRow]:
        return stock_movements.missing(reading, keys)

    return ScopedSource(lambda reading, scope, _words: stock_movements.missing_keys(reading, scope), rows)
