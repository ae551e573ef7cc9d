"""An item's BOM: its revisions, the lines of one revision in a grid, and the whole tree below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from pegboard.domain.errors import InvalidInput
from pegboard.domain.item import BomDraft, Period, check_bom
from pegboard.domain.problem import Problem
from pegboard.i18n import tr
from pegboard.queries.boms import BomNode, BomTree, RevisionRow, bom_tree, revisions, where_used
from pegboard.queries.costs import item_costs
from pegboard.queries.items import ItemDetail
from pegboard.services.items import load_bom, save_bom
from pegboard.storage.store import Reading
from pegboard.ui import theme
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.detail import CommandButton
from pegboard.ui.entry_grid import Computed, EntryRow
from pegboard.ui.fields import DayLine, QuantityField
from pegboard.ui.items import words
from pegboard.ui.items.bom_grid import bom_columns, line_texts, read_lines
from pegboard.ui.items.choices import Choices
from pegboard.ui.items.columns import bom_tree_columns
from pegboard.ui.kept_grid import KeptGrid
from pegboard.ui.tree_model import TreeModel
from pegboard.ui.tree_view import TreeView


@dataclass(frozen=True, slots=True)
class BomView:
    """A revision of an item's BOM with all that is shown around it; `ways_down` are what a cycle would close."""

    key: int
    draft: BomDraft
    revisions: tuple[RevisionRow, ...]
    tree: BomTree
    ways_down: Mapping[str, tuple[str, ...]]


def read_bom(reading: Reading, key: int, code: str, wanted: str | None) -> BomView:
    """Read the wanted revision of an item's BOM, else the one that holds today, else the latest, else an empty one."""
    known = revisions(reading, key)
    revision = chosen_revision(known, wanted)
    draft = load_bom(reading, code, revision) if known else BomDraft(item=code, lines=())
    tree = bom_tree(reading, key, revision, item_costs(reading, words.USUAL_BATCH, key), words.USUAL_BATCH)
    return BomView(key, draft, known, tree, where_used(reading, key).ways_down())


def chosen_revision(known: Sequence[RevisionRow], wanted: str | None) -> str:
    """Return the wanted revision if there is one of this name, else the current, else the latest."""
    names = [row.revision for row in known]
    if wanted in names:
        return str(wanted)
    current = [row.revision for row in known if row.is_current]
    return (current or names or [""])[-1]


class BomTab(QWidget):
    """Shows a BomView; each change of a line or of the head is kept at once.

    Signals: revision_chosen(): another revision is shown.
    """

    revision_chosen = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.view: BomView | None = None
        self.choices = Choices()
        self._wanted: str | None = None
        self._detail: ItemDetail | None = None
        self.kept = KeptGrid(
            desk,
            "bom",
            tr("BOM lines"),
            bom_columns(self, desk.today),
            texts=lambda draft: line_texts(draft.lines),
            build=self._build,
            check=self._check,
            save=save_bom,
        )
        columns = bom_tree_columns()
        self._model: TreeModel[BomNode] = TreeModel(
            columns, lambda node: node.key, lambda node: node.tree.children(node), self
        )
        self.tree = TreeView("bom", tr("All levels"), desk.state, columns, open_levels=1)
        self.tree.show_model(self._model)
        self._build_layout()
        self.tree.opened.connect(self._open)
        self.kept.kept.connect(self.reload)
        self.kept.grid.changed.connect(self._explain_rows)
        self._revision.activated.connect(self._choose_revision)
        for field in (self.output, self.valid_from, self.valid_to):
            field.committed.connect(self._head_committed)

    def _build_layout(self) -> None:
        self._revision = QComboBox()
        self._revision.setAccessibleName(tr("Revision"))
        self._revision.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.output = QuantityField(tr("Makes"))
        self.output.setMaximumWidth(64)
        self.valid_from = DayLine(tr("Holds from"), self._desk.today, is_needed=False)
        self.valid_to = DayLine(tr("to"), self._desk.today, is_needed=False)
        self._unit = QLabel()
        self._chosen = _bar(_label(tr("Revision"), self._revision), self._revision)
        self._chosen.setStretch(1, 1)
        head = _bar()
        for field in self._fields():
            head.addWidget(_label(field.title, field))
            head.addWidget(field)
            if field is self.output:
                head.addWidget(self._unit)
            else:
                field.setMaximumWidth(104)
        head.addStretch(1)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(theme.STEP)
        halves.setContentsMargins(0, theme.GAP, 0, 0)
        halves.addWidget(self.kept)
        halves.addWidget(self.tree)
        halves.setSizes([240, 240])
        self.kept.setMinimumHeight(150)
        self.tree.setMinimumHeight(120)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._chosen)
        layout.addLayout(head)
        layout.addWidget(halves, 1)
        self.setFocusProxy(self.kept)

    def offer(self, command: Command) -> None:
        """Put a command beside the revision."""
        button = CommandButton(command)
        self._chosen.addWidget(button)
        self.revision_chosen.connect(button.refresh)

    # --- what is shown

    @property
    def item(self) -> str:
        """The item whose BOM it is."""
        return self._detail.row.code if self._detail is not None else ""

    @property
    def ways_down(self) -> Mapping[str, tuple[str, ...]]:
        """By the code of each item above, the codes from it down to the item."""
        return self.view.ways_down if self.view is not None else {}

    @property
    def revision(self) -> str:
        """The revision that is shown."""
        return self.view.draft.revision if self.view is not None else ""

    def show_item(self, detail: ItemDetail, choices: Choices) -> None:
        """Read and show an item's BOM."""
        if self._detail is None or self._detail.row.key != detail.row.key:
            self._wanted = None
        self._detail, self.choices = detail, choices
        self.reload()

    def show_revision(self, revision: str) -> None:
        """Show this revision."""
        self._wanted = revision
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Read again what is shown."""
        if self._detail is not None:
            row = self._detail.row
            self._desk.runner.read(
                "items.bom", partial(read_bom, key=row.key, code=row.code, wanted=self._wanted), self._show
            )

    def _show(self, view: BomView) -> None:
        if self._detail is None or view.key != self._detail.row.key:
            return
        self.view = view
        self._wanted = view.draft.revision
        self._show_revisions(view)
        for field, value in (
            (self.output, view.draft.output_quantity),
            (self.valid_from, view.draft.valid_from),
            (self.valid_to, view.draft.valid_to),
        ):
            if not (field.hasFocus() and field.isModified()):
                field.set_value(value)
        self._unit.setText(self._detail.row.unit)
        self.kept.show_draft((view.key, view.draft.revision), view.draft)
        self._model.show(view.tree.top)
        self._explain_rows()
        self.revision_chosen.emit()

    def _show_revisions(self, view: BomView) -> None:
        self._revision.clear()
        for row in view.revisions:
            self._revision.addItem(words.revision_text(row), row.revision)
        if not view.revisions:
            self._revision.addItem(tr("none yet"), "")
        self._revision.setCurrentIndex(max(0, self._revision.findData(view.draft.revision)))

    @Slot(int)
    def _choose_revision(self, place: int) -> None:
        self.show_revision(str(self._revision.itemData(place)))

    # --- what is kept

    def _build(self, rows: Sequence[EntryRow]) -> BomDraft:
        assert self.view is not None
        head = replace(self.view.draft, lines=read_lines(rows))
        try:
            return replace(
                head,
                output_quantity=self.output.value(),
                valid_from=self.valid_from.value(),
                valid_to=self.valid_to.value(),
            )
        except InvalidInput:
            return head

    def _check(self, draft: BomDraft) -> Sequence[Problem]:
        assert self.view is not None
        others = {row.revision: Period(row.valid_from, row.valid_to) for row in self.view.revisions}
        chosen = [choice.code.partition("=") for choice in self.choices.options]
        found = check_bom(draft, self.choices.items.keys(), others, {(group, choice) for group, _, choice in chosen})
        return [Problem("head", field.problem()) for field in self._fields() if field.problem()] or found

    def _fields(self) -> tuple[QuantityField | DayLine, ...]:
        return (self.output, self.valid_from, self.valid_to)

    @Slot()
    def _head_committed(self) -> None:
        self.kept.keep()

    @Slot()
    def _explain_rows(self) -> None:
        for row in self.kept.rows():
            found = self.choices.items.get(row.text("component"))
            self.kept.grid.set_computed(
                row.id,
                {
                    "description": Computed(found.description if found else "", tip=found.description if found else ""),
                    "unit": Computed(found.unit if found else ""),
                },
            )

    @Slot(object)
    def _open(self, node: BomNode) -> None:
        self._desk.show_record("item", node.item)


def _bar(*widgets: QWidget) -> QHBoxLayout:
    bar = QHBoxLayout()
    bar.setContentsMargins(0, theme.GAP, 0, 0)
    bar.setSpacing(theme.GAP)
    for widget in widgets:
        bar.addWidget(widget)
    return bar


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setProperty("secondary", True)
    label.setBuddy(buddy)
    return label
