"""Errors that the user can mend; anything else is a bug of ours."""


class PegboardError(Exception):
    """Something in the user's world is not as it must be; the text says what happened and what to do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep `message` (what happened) and `hint` (what to do), both whole sentences, already translated."""
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class Refused(PegboardError):
    """The rules of the shop do not allow this step."""


class NotFound(PegboardError):
    """No record has this number or code."""


class InvalidInput(PegboardError):
    """A value does not parse or is out of range."""


class WorkshopFileError(PegboardError):
    """The workshop file cannot be opened or written."""


class ConnectionLost(WorkshopFileError):
    """The server of the workshop does not answer; the same step may do a moment later."""
