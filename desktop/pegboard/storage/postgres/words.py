"""Cuts a statement into its words, and finds its way among brackets."""

import re
from collections.abc import Iterator

_WORD = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\?\d+|\?|::|:[A-Za-z_]\w*|[A-Za-z_]\w*|\d+(?:\.\d+)?|\s+"
    r"|\|\||<>|<=|>=|!=|==|->>?|.",
    re.DOTALL,
)
KEYWORDS = frozenset(
    word
    for line in (
        "ALL AND ANY AS ASC BETWEEN BY CASE COLLATE CROSS DELETE DESC DISTINCT DO ELSE END EXCEPT EXISTS FROM FULL",
        "GROUP HAVING IN INNER INSERT INTERSECT INTO IS JOIN LEFT LIKE LIMIT NOT NULL NULLS OFFSET ON OR ORDER OUTER",
        "OVER PARTITION RANGE RETURNING RIGHT ROWS SELECT SET THEN UNION UPDATE USING VALUES WHEN WHERE WINDOW WITH",
    )
    for word in line.split()
)


class Words:
    """The words of a statement; those between, such as blanks, stay where they are."""

    def __init__(self, statement: str) -> None:
        self.texts = _WORD.findall(statement)
        self.folded = [text.upper() if text[0].isalpha() or text[0] == "_" else text for text in self.texts]
        self.partners = _partners(self.folded)

    def __len__(self) -> int:
        return len(self.texts)

    def __str__(self) -> str:
        return "".join(self.texts)

    def is_blank(self, place: int) -> bool:
        """Whether a word is a blank or a comment."""
        text = self.texts[place]
        return not text or text.isspace() or text.startswith(("--", "/*"))

    def after(self, place: int) -> int:
        """The next word that says something; the length where there is none."""
        place += 1
        while place < len(self.texts) and self.is_blank(place):
            place += 1
        return place

    def before(self, place: int) -> int:
        """The last word before that says something; -1 where there is none."""
        place -= 1
        while place >= 0 and self.is_blank(place):
            place -= 1
        return place

    def at(self, place: int) -> str:
        """A word in capitals; "" beyond either end."""
        return self.folded[place] if 0 <= place < len(self.folded) else ""

    def say(self, place: int, text: str) -> None:
        """Put another text in the place of a word."""
        self.texts[place] = text

    def add_after(self, place: int, text: str) -> None:
        """Put text behind a word."""
        self.texts[place] += text

    def add_before(self, place: int, text: str) -> None:
        """Put text before a word."""
        self.texts[place] = text + self.texts[place]

    def run(self, first: int, *expected: str) -> list[int] | None:
        """The places of these words in a row, from `first` on; None where they do not stand there."""
        places, place = [], first
        for word in expected:
            if self.at(place) != word:
                return None
            places.append(place)
            place = self.after(place)
        return places

    def is_name(self, place: int) -> bool:
        """Whether a word is a name and no keyword."""
        text = self.at(place)
        return bool(text) and (text[0].isalpha() or text[0] in '_"') and text not in KEYWORDS

    def operand_end(self, first: int) -> int:
        """The last word of the operand that begins at `first`: a name, a literal, a call, brackets; with its `||`."""
        last = self.partners.get(first, first)
        while True:
            following = self.after(last)
            if self.at(following) in (".", "||"):
                last = self.after(following)
                last = self.partners.get(last, last)
            elif self.at(following) == "(" and self.is_name(last):
                last = self.partners[following]
            else:
                return last

    def operand_start(self, last: int) -> int:
        """The first word of the operand that ends at `last`: a name, a literal, a call or brackets."""
        first = self.partners.get(last, last)
        if self.at(first) == "(" and self.is_name(self.before(first)):
            first = self.before(first)
        while self.at(self.before(first)) == ".":
            first = self.before(self.before(first))
        return first

    def parts(self, first: int, last: int, separator: str = ",") -> Iterator[tuple[int, int]]:
        """The stretches between `first` and `last` (both in it) that `separator` parts, outside inner brackets."""
        start = place = first
        while place <= last:
            if self.at(place) == separator:
                yield start, place - 1
                start = place + 1
            place = self.partners.get(place, place) if self.at(place) == "(" else place
            place += 1
        yield start, last


def _partners(texts: list[str]) -> dict[int, int]:
    """Each bracket's other one."""
    opened: list[int] = []
    partners: dict[int, int] = {}
    for place, text in enumerate(texts):
        if text == "(":
            opened.append(place)
        elif text == ")" and opened:
            first = opened.pop()
            partners[first], partners[place] = place, first
    return partners
