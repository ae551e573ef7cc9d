"""What the window itself reads, whatever page stands in it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pegboard.storage.store import Reading

if TYPE_CHECKING:
    from pegboard.queries.pegging import Why
    from pegboard.queries.search import Hit


class WindowQueries:
    """What the window itself reads."""

    def search(self, reading: Reading, text: str) -> "tuple[Hit, ...]":
        """Find records by number or words."""
        from pegboard.queries import search

        return search.search(reading, text)

    def why(self, reading: Reading, number: str) -> "Why":
        """Return the peg chain of a number."""
        from pegboard.queries import pegging

        return pegging.why(reading, number)

    def counts(self, reading: Reading) -> Mapping[str, int]:
        """Return how much waits on each page."""
        from pegboard.queries import today

        return today.waiting_counts(reading)

    def name(self, reading: Reading) -> str:
        """Return the workshop's name."""
        from pegboard.queries import settings

        return settings.settings(reading).company_name
