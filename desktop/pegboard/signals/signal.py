"""What a demand signal is: one of the few ways in which the shop may be told to make, buy or move something."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """A way in which demand speaks.

    Attributes: kind: of its demands in the file; sign: the shape that stands beside its word, told apart without
    colour; word: what people call one, translated; help: who speaks and when it pulls, in a sentence; noun: the record
    behind it, as the window opens it; raise_demand: the function of the gate that lets it in.
    """

    kind: str
    sign: str
    word: Callable[[], str]
    help: Callable[[], str]
    noun: str
    raise_demand: Callable[..., int]
