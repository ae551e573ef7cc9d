"""The life of a purchase order, and how much a line may bring."""

from dataclasses import dataclass
from enum import StrEnum

from pegboard.domain.quantity import MICRO

HUNDRED = 100 * MICRO


class PurchaseOrderState(StrEnum):
    """Where a purchase order stands. A draft grows with each explosion; a sent one is never changed silently."""

    DRAFT = "draft"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLED = "cancelled"


MOVES: dict[PurchaseOrderState, frozenset[PurchaseOrderState]] = {
    PurchaseOrderState.DRAFT: frozenset({PurchaseOrderState.SENT, PurchaseOrderState.CANCELLED}),
    PurchaseOrderState.SENT: frozenset({PurchaseOrderState.CLOSED, PurchaseOrderState.CANCELLED}),
    PurchaseOrderState.CLOSED: frozenset(),
    PurchaseOrderState.CANCELLED: frozenset(),
}


def can_move(state: str, target: PurchaseOrderState) -> bool:
    """Say whether a purchase order in this state may go to that one."""
    return target in MOVES[PurchaseOrderState(state)]


@dataclass(frozen=True, slots=True)
class LineFigures:
    """A purchase line in millionths; `over_percent` is how much more it may bring without a question."""

    quantity: int
    received: int
    over_percent: int

    @property
    def open(self) -> int:
        """What is still to come."""
        return max(0, self.quantity - self.received)

    @property
    def acceptable(self) -> int:
        """The most that may still come: the open quantity and what is left of the tolerance, rounded down."""
        limit = self.quantity + self.quantity * self.over_percent // HUNDRED
        return max(0, limit - self.received)
