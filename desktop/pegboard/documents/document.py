"""The declaration of a kind of paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.paper import Laid, Printing
from pegboard.documents.sheet import PaperSize
from pegboard.domain.prints import Content
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of paper.

    Attributes: name: on the command line, such as pick-list; title: for menus; numbers: what its numbers name, such as
    work_order; read: numbers -> one row for each paper, NotFound for unknown ones; title_of, content_of: of a row; lay:
    row -> blocks; is_kept: whether prints are numbered and kept (labels and cards are not); size: the paper it always
    comes on, such as a roll of labels, None for the shop's sheets.
    """

    name: str
    title: Callable[[], str]
    numbers: str
    read: Callable[[Reading, Sequence[str]], Sequence[Any]]
    title_of: Callable[[Any], Title]
    content_of: Callable[[Any], Content]
    lay: Callable[[Any, Furniture, Printing], Laid]
    is_kept: bool = True
    size: PaperSize | None = None
