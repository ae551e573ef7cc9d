"""What is wrong with something that a person is typing: all at once, each problem beside its field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that cannot stay.

    Attributes: field: which one, such as `customer` or `lines.2.quantity` (lines count from 1); message: a whole
    sentence that says what is wrong and what is allowed.
    """

    field: str
    message: str
