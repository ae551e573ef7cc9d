"""Divides what a paper says into pages: blocks one below the other, none split, table heads repeated."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pegboard.documents.sheet import Sheet

Drawing = Callable[[Sheet, float], None]  # draws with its top edge at the given y


@dataclass(slots=True)
class Block:
    """Something that stays in one piece.

    Attributes: height: in millimetres; draw: draws it; head: the table head to repeat where a page begins with this
    block; keeps_next: the next block must stand on the same page; mark: the content line it shows, for the change bar.
    """

    height: float
    draw: Drawing
    head: "Block | None" = None
    keeps_next: bool = False
    mark: str = ""


@dataclass(slots=True)
class Choice:
    """Blocks to show together where they still fit on the page, else others instead."""

    wanted: Sequence[Block]
    otherwise: Sequence[Block] = ()


@dataclass(slots=True)
class Page:
    """The blocks of one page, each with its y."""

    placed: list[tuple[float, Block]] = field(default_factory=list)


def space(height: float, *, keeps_next: bool = False) -> Block:
    """An empty block."""
    return Block(height, lambda _sheet, _y: None, keeps_next=keeps_next)


def paginate(flow: Sequence[Block | Choice], first_top: float, next_top: float, bottom: float) -> list[Page]:
    """Place the blocks on pages whose content begins at `first_top`, later at `next_top`, and ends at `bottom`.

    A block taller than a page has one to itself.
    """
    pages = [Page()]
    y = first_top
    for group in _together(flow):
        if isinstance(group, Choice):
            fits = y + sum(block.height for block in group.wanted) <= bottom
            blocks: Sequence[Block] = group.wanted if fits else group.otherwise
        else:
            blocks = group
        needed = sum(block.height for block in blocks)
        if y + needed > bottom and pages[-1].placed:
            pages.append(Page())
            y = next_top
            head = next((block.head for block in blocks if block.head), None)
            if head and blocks[0] is not head:
                pages[-1].placed.append((y, head))
                y += head.height
        for block in blocks:
            pages[-1].placed.append((y, block))
            y += block.height
    return pages


def _together(flow: Sequence[Block | Choice]) -> Iterator[list[Block] | Choice]:
    """Runs of blocks that must stand on one page."""
    run: list[Block] = []
    for entry in flow:
        if isinstance(entry, Choice):
            if run:
                yield run
            run = []
            yield entry
            continue
        run.append(entry)
        if not entry.keeps_next:
            yield run
            run = []
    if run:
        yield run
