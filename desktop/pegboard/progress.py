"""How long work says how far it has come, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Whoever shows how far long work is; raises to cancel it."""

    def step(self, done: int, total: int, text: str = "") -> None:
        """Take that `done` of `total` steps are done."""


class Unwatched:
    """Nobody looks on."""

    def step(self, done: int, total: int, text: str = "") -> None:
        """Take no notice."""


UNWATCHED = Unwatched()
