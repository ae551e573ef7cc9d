"""What makes a print a first print, a copy or a reissue.

A print of unchanged content is a copy; one of changed content is a reissue that supersedes the print before it and
marks what has changed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Content:
    """What a paper says, line by line, without the accidents of its printing.

    Attributes: number: the document's number; lines: name of a line ("quantity", "op 30") -> its cells; is_draft: it
    may not be acted on, so its prints are counted apart from those of the real paper.
    """

    number: str
    lines: Mapping[str, tuple[str, ...]]
    is_draft: bool = False

    @property
    def content_hash(self) -> str:
        """The same for the same content."""
        return hashlib.sha256(json.dumps(list(self.lines.items()), ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PrintMark:
    """The identity of one print.

    Attributes: number: of the document; print_code: such as P7K3; copy: 1 is the first print of this content; reissue:
    0 is the first content; supersedes: the print of older content that this one replaces; copy_of: the first print of
    the same content; before: the lines that changed since the superseded print, as they were (empty cells: the line is
    new); gone: those that are no more.
    """

    number: str
    print_code: str
    copy: int = 1
    reissue: int = 0
    supersedes: str = ""
    copy_of: str = ""
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def has_changed(self, line: str) -> bool:
        """Whether this line differs from the print before."""
        return line in self.before


@dataclass(frozen=True, slots=True)
class KeptPrint:
    """An earlier print.

    Attributes: content_hash, copy, reissue, supersedes as in PrintMark; first_code: the first print of that content;
    lines, before, gone: its content and what had changed then.
    """

    print_code: str
    content_hash: str
    copy: int
    reissue: int
    supersedes: str
    first_code: str
    lines: Mapping[str, tuple[str, ...]]
    before: Mapping[str, tuple[str, ...]]
    gone: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, print_code: str, content_hash: str, copy: int, reissue: int, supersedes: str, kept: str) -> Self:
        """Build it from its row; `kept` is the text that `kept_text` wrote."""
        parts: dict[str, Any] = json.loads(kept or "{}")
        lines, before, gone = ({key: tuple(cells) for key, cells in parts.get(name, {}).items()} for name in _PARTS)
        first = parts.get("first") or print_code
        return cls(print_code, content_hash, copy, reissue, supersedes, first, lines, before, gone)


_PARTS = ("lines", "before", "gone")


def mark_print(content: Content, print_code: str, last: KeptPrint | None) -> PrintMark:
    """Decide what the next print of `content` is, given the last one of the same document."""
    if last is None:
        return PrintMark(content.number, print_code)
    if last.content_hash == content.content_hash:
        return PrintMark(
            content.number,
            print_code,
            last.copy + 1,
            last.reissue,
            last.supersedes,
            last.first_code,
            last.before,
            last.gone,
        )
    before = {key: last.lines.get(key, ()) for key, cells in content.lines.items() if last.lines.get(key) != cells}
    gone = {key: cells for key, cells in last.lines.items() if key not in content.lines}
    return PrintMark(content.number, print_code, 1, last.reissue + 1, last.print_code, "", before, gone)


def kept_text(content: Content, mark: PrintMark) -> str:
    """Return what is kept of a print to compare the next one with."""
    parts = {"first": mark.copy_of, "lines": content.lines, "before": mark.before, "gone": mark.gone}
    return json.dumps({name: part for name, part in parts.items() if part}, ensure_ascii=False)
