"""Finds codes by what people type: the code itself, its beginning, its words, and last what is nearly spelled so.

No Qt in this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 12  # proposals shown
LEAST_SCORE = 60  # of 100; below that a proposal is noise


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a code stands for.

    Attributes: code: what is entered, such as LAMP-HB; words: what it is, such as "Harbor desk lamp".
    """

    code: str
    words: str = ""

    @property
    def label(self) -> str:
        """How a list of proposals shows it."""
        return f"{self.code}   {self.words}" if self.words else self.code


def proposals(text: str, choices: Sequence[Choice], most: int = MOST) -> tuple[Choice, ...]:
    """Return the choices that `text` may mean, the likeliest first; all of them, in their order, for no text."""
    wanted = text.strip().casefold()
    if not wanted:
        return tuple(choices[:most])
    sure = certain(wanted, choices)[:most]
    if len(sure) >= most or len(wanted) < 2:
        return sure
    return (sure + _similar(wanted, [choice for choice in choices if choice not in sure]))[:most]


def certain(text: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the choices that hold `text`: exact code, start of the code, all words; nothing merely similar.

    >>> lamps = (Choice("LAMP-HB", "Harbor desk lamp"), Choice("LAMP", "Lamp kit"))
    >>> [choice.code for choice in certain("lamp", lamps)]
    ['LAMP', 'LAMP-HB']
    """
    wanted = text.strip().casefold()
    words = wanted.split()
    ranked: list[tuple[int, int, Choice]] = []
    for place, choice in enumerate(choices):
        code = choice.code.casefold()
        if code == wanted:
            ranked.append((0, place, choice))
        elif code.startswith(wanted):
            ranked.append((1, place, choice))
        elif all(word in f"{code} {choice.words.casefold()}" for word in words):
            ranked.append((2, place, choice))
    return tuple(choice for _rank, _place, choice in sorted(ranked, key=lambda entry: entry[:2]))


def only_meaning(text: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the one choice that `text` certainly means: its exact code, else the only one that holds it."""
    found = certain(text, choices)
    wanted = text.strip().casefold()
    if found and (len(found) == 1 or found[0].code.casefold() == wanted):
        return found[0]
    return None


def _similar(text: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    from rapidfuzz import fuzz, process

    labels = [f"{choice.code} {choice.words}".casefold() for choice in choices]
    found = process.extract(text, labels, scorer=fuzz.partial_token_ratio, limit=MOST, score_cutoff=LEAST_SCORE)
    return tuple(choices[place] for _label, _score, place in found)
