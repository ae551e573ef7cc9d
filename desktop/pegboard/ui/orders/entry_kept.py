"""Keeps an order that is being typed as a draft."""

from collections.abc import Mapping
from typing import Any

from pegboard.domain.errors import Refused
from pegboard.services import orders
from pegboard.storage.store import Transaction


class KeptAs:
    """Under which id the draft is kept; set on the writer's thread, so that a second save makes no second draft.

    It remembers the cells as it kept them last: where another seat types on the same draft, nobody's are lost.
    """

    def __init__(self, draft_id: int | None, cells: Mapping[str, Any] | None = None) -> None:
        self.draft_id = draft_id
        self._seen = cells

    def keep(self, tx: Transaction, cells: Mapping[str, Any]) -> None:
        """Keep the cells under the id, or under a new one."""
        self.draft_id = orders.save_draft(tx, cells, self.draft_id, self._seen)
        self._seen = dict(cells)

    def require_own(self, tx: Transaction) -> None:
        """Refuse where another seat changed the draft or made an end of it; what is typed is a new draft from then."""
        if self.draft_id is None or self._seen is None:
            return
        try:
            orders.require_own_draft(tx, self.draft_id, self._seen)
        except Refused:
            self.draft_id = None
            raise

    def forget(self, tx: Transaction) -> None:
        """Throw the draft away."""
        if self.draft_id is not None:
            orders.delete_draft(tx, self.draft_id)
            self.draft_id = None
