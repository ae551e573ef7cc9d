"""F7: why a thing is made, bought or kept, and what hangs on it: the peg chain, up and down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from pegboard.domain.errors import PegboardError
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.storage.store import Reading
from pegboard.ui import formats, icons, theme
from pegboard.ui.columns import Column, quantity_column, text_column
from pegboard.ui.detail import section_title
from pegboard.ui.overlay import Overlay
from pegboard.ui.runner import Runner
from pegboard.ui.tree_model import TreeModel
from pegboard.ui.tree_view import TreeView
from pegboard.ui.window_state import WindowState


class HopLike(Protocol):
    """One peg of a chain, such as `queries.pegging.Hop`; level counts from 1, deeper ones follow their own."""

    @property
    def supply(self) -> str: ...
    @property
    def demand(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def quantity(self) -> Quantity: ...
    @property
    def level(self) -> int: ...


class WhyLike(Protocol):
    """What a chain function gives, such as `queries.pegging.Why`."""

    @property
    def number(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def quantity(self) -> Quantity: ...
    @property
    def up(self) -> Sequence[HopLike]: ...
    @property
    def down(self) -> Sequence[HopLike]: ...


Chain = Callable[[Reading, str], WhyLike]


@dataclass(frozen=True, slots=True)
class Link:
    """A peg in the tree.

    Attributes: number: the demand (up) or supply (down) at this end; item, quantity: what is pegged; below: what comes
    next in the same direction; key: its place, unique among its siblings.
    """

    number: str
    item: str
    quantity: Quantity
    below: tuple["Link", ...]
    key: str


def tree(hops: Sequence[HopLike], *, is_up: bool) -> tuple[Link, ...]:
    """Arrange the hops of a walk as a tree; a job that several ways lead to shows what is below it once."""
    below: dict[str, list[HopLike]] = {}
    for hop in hops:
        if hop.level > 1:
            below.setdefault(hop.supply if is_up else hop.demand, []).append(hop)

    def links(found: Sequence[HopLike], path: str) -> tuple[Link, ...]:
        made = []
        for place, hop in enumerate(found):
            number = hop.demand if is_up else hop.supply
            key = f"{path}/{place}.{number}"
            made.append(Link(number, hop.item, hop.quantity, links(below.pop(number, ()), key), key))
        return tuple(made)

    return links([hop for hop in hops if hop.level == 1], "")


def peg_words(name: str) -> str:
    """Say a supply or demand as people do; numbers of orders and jobs are left as they are.

    >>> peg_words("STOCK:MAIN:GLASS-200:V2609"), peg_words("KANBAN:BRACKET:3"), peg_words("WO-0078")
    ('on hand at MAIN, lot V2609', 'card 3 of BRACKET', 'WO-0078')
    """
    kind, *rest = name.split(":")
    if kind == "STOCK" and len(rest) >= 2:
        place = tr("on hand at {location}", location=rest[0])
        return tr("{place}, lot {lot}", place=place, lot=":".join(rest[2:])) if rest[2:] else place
    if kind == "KANBAN" and len(rest) == 2:
        return tr("card {card} of {item}", card=rest[1], item=rest[0])
    if kind == "POS" and len(rest) == 2:
        return tr("sold at {location}", location=rest[0])
    return tr("inferred, {number}", number=rest[0]) if kind == "INFERRED" and rest else name


def _columns(first: str) -> tuple[Column[Link], ...]:
    return (
        text_column("number", first, lambda link: peg_words(link.number), width=230),
        text_column("item", tr("Item"), lambda link: link.item, width=140),
        quantity_column("quantity", tr("Quantity"), lambda link: link.quantity, width=80),
    )


class WhyPanel(Overlay):
    """Two trees: what it is for, and what hangs on it. Enter opens what is marked; Esc closes."""

    def __init__(
        self, window: QWidget, runner: Runner, state: WindowState, chain: Chain, show_number: Callable[[str], None]
    ) -> None:
        super().__init__(window, width=1000, height=620)
        self._runner = runner
        self._chain = chain
        self._show_number = show_number
        self._title = QLabel()
        self._title.setObjectName("detail_title")
        self._note = QLabel(wordWrap=True)
        close = QToolButton()
        close.setIcon(icons.icon("close"))
        close.setAccessibleName(tr("Close"))
        close.clicked.connect(self.close_panel)
        head = QHBoxLayout()
        head.setContentsMargins(theme.GAP, theme.GAP, 0, 0)
        head.addWidget(self._title, 1)
        head.addWidget(close)
        self._up, up = self._half(tr("What it is for"), "why.up", tr("Demand"), state)
        self._down, down = self._half(tr("What hangs on it"), "why.down", tr("Supply"), state)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setHandleWidth(1)
        halves.addWidget(up)
        halves.addWidget(down)
        self.card_layout.addLayout(head)
        self.card_layout.addWidget(self._note)
        self.card_layout.addWidget(halves, 1)

    def _half(self, title: str, name: str, first: str, state: WindowState) -> tuple[TreeModel[Link], QWidget]:
        columns = _columns(first)
        model: TreeModel[Link] = TreeModel(columns, lambda link: link.key, lambda link: link.below, self)
        view = TreeView(name, title, state, columns, open_levels=12)
        view.show_model(model)
        view.opened.connect(self._open)
        half = QWidget()
        layout = QVBoxLayout(half)
        layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, 0)
        layout.addWidget(section_title(title))
        layout.addWidget(view, 1)
        return model, half

    def ask(self, number: str) -> None:
        """Show the chain of `number`."""
        self._title.setText(tr("Why {number}?", number=number))
        self._note.setText(tr("Reading the pegs…"))
        self._up.show(())
        self._down.show(())
        self.open()
        self.findChildren(TreeView)[0].setFocus()
        chain = self._chain
        self._runner.read("why", lambda reading: chain(reading, number), self._show_chain, self._refuse)

    def _show_chain(self, why: WhyLike) -> None:
        self._title.setText(
            tr(
                "Why {number}: {quantity} of {item}",
                number=why.number,
                quantity=formats.quantity(why.quantity),
                item=why.item,
            )
        )
        self._up.show(tree(why.up, is_up=True))
        self._down.show(tree(why.down, is_up=False))
        self._note.setText(_summary(why))

    def _refuse(self, error: PegboardError) -> None:
        self._note.setText(str(error))

    @Slot(object)
    def _open(self, link: Link) -> None:
        self.close_panel()
        self._show_number(link.number)


def _summary(why: WhyLike) -> str:
    ends = {hop.demand for hop in why.up} - {hop.supply for hop in why.up}
    if not why.up and not why.down:
        return tr("No peg: no order wants it, and nothing hangs on it.")
    if not why.up:
        return tr("It stands at the top: a person or a card asked for it.")
    return tr(
        "It is for {demands}.", demands=", ".join(map(peg_words, sorted(ends)[:5])) + (" …" if len(ends) > 5 else "")
    )
