"""Where a person was: back and forward through pages and records. No Qt in this module."""

from dataclasses import dataclass

MOST = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A page, or a record on it.

    Attributes: page: the workspace's id; noun, number: the record, "" for the page alone.
    """

    page: str
    noun: str = ""
    number: str = ""


class History:
    """The places visited, and where in them the person is."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    def visit(self, place: Place) -> None:
        """Go to a new place; what lay ahead is forgotten. A record replaces its own page without one."""
        current = self.current
        if place == current:
            return
        del self._places[self._at + 1 :]
        if current is not None and current == Place(place.page):
            self._places.pop()
        self._places.append(place)
        del self._places[:-MOST]
        self._at = len(self._places) - 1

    @property
    def current(self) -> Place | None:
        """Where the person is."""
        return self._places[self._at] if self._at >= 0 else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place before."""
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a place ahead."""
        return self._at + 1 < len(self._places)

    def back(self) -> Place | None:
        """Go one place back; None at the start."""
        if not self.can_go_back:
            return None
        self._at -= 1
        return self.current

    def forward(self) -> Place | None:
        """Go one place ahead; None at the end."""
        if not self.can_go_forward:
            return None
        self._at += 1
        return self.current
