"""Keeps an order that is being typed as a draft."""

from collections.abc import Mapping
from typing import Any

from pegboard.services import orders
from pegboard.storage.store import Transaction


class KeptAs:
    """Under which id the draft is kept; set on the writer's thread, so that a second save makes no second draft."""

    def __init__(self, draft_id: int | None) -> None:
        self.draft_id = draft_id

    def keep(self, tx: Transaction, cells: Mapping[str, Any]) -> None:
        """Keep the cells under the id, or under a new one."""
        self.draft_id = orders.save_draft(tx, cells, self.draft_id)

    def forget(self, tx: Transaction) -> None:
        """Throw the draft away."""
        if self.draft_id is not None:
            orders.delete_draft(tx, self.draft_id)
            self.draft_id = None
