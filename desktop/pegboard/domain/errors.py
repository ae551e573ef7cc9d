"""Errors that the user can mend; anything else is a bug of ours."""

from collections.abc import Mapping
from typing import Any


class PegboardError(Exception):
    """Something in the user's world is not as it must be; the text says what happened and what to do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep `message` (what happened) and `hint` (what to do), both whole sentences, already translated."""
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class Refused(PegboardError):
    """The rules of the shop do not allow this step."""


class ChangedMeanwhile(Refused):
    """Another seat changed the same since it was shown.

    Attributes: who: changed it; clashes: by field, what it says now in words; now: the record as it stands.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        who: str = "",
        clashes: Mapping[str, str] | None = None,
        now: Any = None,
    ) -> None:
        """Keep what the window needs to offer both versions."""
        super().__init__(message, hint=hint)
        self.who = who
        self.clashes = dict(clashes or {})
        self.now = now


class NotFound(PegboardError):
    """No record has this number or code."""


class InvalidInput(PegboardError):
    """A value does not parse or is out of range."""


class WorkshopFileError(PegboardError):
    """The workshop file cannot be opened or written."""


class WorkshopDamaged(WorkshopFileError):
    """The workshop file is broken: a backup takes its place, or what can be read is salvaged."""


class ConnectionLost(WorkshopFileError):
    """The server of the workshop does not answer; the same step may do a moment later."""
