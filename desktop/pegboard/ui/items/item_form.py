"""The fields of one item: each is kept as soon as it is left; what is wrong stands in the field and in words below."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.errors import ChangedMeanwhile, InvalidInput, PegboardError
from pegboard.domain.item import NOTHING, ItemDraft, check_item
from pegboard.i18n import tr
from pegboard.queries.items import ItemDetail
from pegboard.services.items import create_item, update_item
from pegboard.ui import theme
from pegboard.ui.choice_fields import ChoiceField, YesField
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Fact, Facts
from pegboard.ui.fields import Field, PriceField, QuantityField, TextField, WholeField
from pegboard.ui.items import words
from pegboard.ui.items.choices import Choices
from pegboard.ui.meanwhile import ProblemLine

MOST_DAYS = 3650
FIELD_WIDTH = 120


AnyField = Field | ChoiceField | YesField


class ItemForm(QWidget):
    """Shows an item's own columns, or an empty form for a new item.

    Signals: created(str code): a new item is in the workshop; renamed(str code): it has another code.
    """

    created = Signal(str)
    renamed = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._code = ""
        self._kept: ItemDraft | None = None
        self._theirs: Any = None  # what another seat made of it, where ours was refused for that
        self._pending = 0
        self.choices = Choices()
        self.is_new = False
        self.by_name: dict[str, AnyField] = {**_what_it_is(), **_how_it_comes()}
        self._labels: dict[str, QLabel] = {}
        self.problem = ProblemLine(self._keep_mine, self._take_theirs)
        self.options = Facts()
        self._build()
        for field in self.by_name.values():
            field.committed.connect(self._commit)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, theme.GAP, 0, 0)
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(theme.GAP)
        columns: tuple[Sequence[str], Sequence[str]] = (tuple(_what_it_is()), tuple(_how_it_comes()))
        for side, names in enumerate(columns):
            for place, name in enumerate(names):
                self._place(grid, name, place, 2 * side)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addLayout(grid)
        layout.addWidget(self.problem)
        layout.addWidget(self.options)
        layout.addStretch(1)
        self.setFocusProxy(self.by_name["code"])
        self._order_tabs()

    def _place(self, grid: QGridLayout, name: str, row: int, column: int) -> None:
        field = self.by_name[name]
        field.setMinimumWidth(FIELD_WIDTH if column == 0 else FIELD_WIDTH - 40)
        if isinstance(field, YesField):
            grid.addWidget(field, row, column + 1)
            return
        label = QLabel(field.title)
        label.setProperty("secondary", True)
        label.setBuddy(field)
        self._labels[name] = label
        grid.addWidget(label, row, column)
        grid.addWidget(field, row, column + 1)

    def _order_tabs(self) -> None:
        """Down the left column, then down the right one."""
        order = list(self.by_name.values())
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    # --- what is shown

    def show_item(self, detail: ItemDetail, choices: Choices) -> None:
        """Show an item as it can be typed on; a field that a person is in is left alone."""
        self.choices = choices
        is_same = not self.is_new and detail.row.code == self._code
        if is_same and (self._pending or self.problem.asks or detail.draft == self._kept):
            return
        self.is_new = False
        before, self._code, self._kept = self._kept, detail.row.code, detail.draft
        for name, field in self.by_name.items():
            if is_same and before is not None and isinstance(field, Field) and field.hasFocus() and field.isModified():
                # Whoever is typing saw what stood there, not what another seat put there meanwhile.
                self._kept = replace(self._kept, **{name: getattr(before, name)})
            else:
                _fill(field, getattr(detail.draft, name))
        self.options.show_facts([Fact(*each) for each in words.option_texts(detail.options)])
        self._refuse({})

    def start_new(self) -> None:
        """Show an empty form; the item is made as soon as it has a code."""
        self.is_new = True
        self._code, self._kept = "", None
        blank = ItemDraft(code="", source="buy")
        for name, field in self.by_name.items():
            _fill(field, getattr(blank, name))
        self.options.show_facts(())
        self._refuse({})
        self.by_name["code"].setFocus()

    # --- what is kept

    @Slot()
    def _commit(self) -> None:
        draft = self._read()
        if draft is None or (self.is_new and not draft.code):
            return
        taken = self.choices.items.keys() - {self._code}
        problems = {found.field: found.message for found in reversed(check_item(draft, taken))}
        self._refuse(problems)
        if not problems and draft != self._kept:
            self._keep(draft)

    def _read(self) -> ItemDraft | None:
        """Return what was typed, None while a field cannot be read."""
        values: dict[str, Any] = {}
        problems = {}
        for name, field in self.by_name.items():
            if isinstance(field, PriceField) and not self._desk.runner.rights.sees_money:
                values[name] = getattr(self._kept, name, None)  # hidden, not blank
                continue
            try:
                values[name] = _value(field, name)
            except InvalidInput as error:
                problems[name] = str(error)
        if problems:
            self._refuse(problems)
            return None
        return ItemDraft(**values)

    def _refuse(self, problems: dict[str, str]) -> None:
        for name, field in self.by_name.items():
            if isinstance(field, Field):
                field.refuse(problems.get(name, ""))
        told = [f"{self.by_name[name].title}: {text}" for name, text in problems.items() if name in self.by_name]
        self.problem.say("\n".join(told))

    def _keep(self, draft: ItemDraft) -> None:
        code, before, was_new = self._code, self._kept, self.is_new
        self._code, self._kept, self.is_new = draft.code, draft, False
        self._pending += 1
        refused = partial(self._on_refused, draft.code, code, before, was_new)
        if was_new:
            self._desk.runner.write(
                "item.create", lambda tx: create_item(tx, draft), partial(self._on_kept, draft.code, True), refused
            )
        else:
            self._desk.runner.write(
                "item.change",
                lambda tx: update_item(tx, code, draft, seen=before),
                partial(self._on_kept, draft.code if draft.code != code else "", False),
                refused,
            )

    def _on_kept(self, code: str, is_created: bool, _nothing: object) -> None:
        self._pending -= 1
        if is_created:
            self.created.emit(code)
        elif code:
            self.renamed.emit(code)

    def _on_refused(self, now: str, code: str, before: ItemDraft | None, was_new: bool, error: PegboardError) -> None:
        self._pending -= 1
        if now == self._code:
            self._code, self._kept, self.is_new = code, before, was_new
            self._refuse(error.clashes if isinstance(error, ChangedMeanwhile) else {})
            self.problem.tell(error)
            if isinstance(error, ChangedMeanwhile):
                self._theirs = error.now
        else:
            self._desk.messages.error(error)

    def _keep_mine(self) -> None:
        """Keep what was typed over what another seat made of it meanwhile, which was shown."""
        self._kept, self._theirs = self._theirs or self._kept, None
        self._commit()

    def _take_theirs(self) -> None:
        """Show what another seat made of it instead of what was typed."""
        if self._theirs is not None:
            self._kept, self._theirs = self._theirs, None
            for name, field in self.by_name.items():
                _fill(field, getattr(self._kept, name))
            self._refuse({})


def _what_it_is() -> dict[str, AnyField]:
    """The fields of the left column, by their names in an ItemDraft."""
    return {
        "code": TextField(tr("Code")),
        "description": TextField(tr("Description"), is_needed=False),
        "source": ChoiceField(tr("Source"), words.source_choices()),
        "unit": TextField(tr("Unit")),
        "whole_units": YesField(tr("Counted in whole units")),
        "tracking": ChoiceField(tr("Tracked by"), words.tracking_choices()),
        "drawing": TextField(tr("Drawing"), is_needed=False),
        "revision": TextField(tr("Revision"), is_needed=False),
        "active": YesField(tr("Active")),
    }


def _how_it_comes() -> dict[str, AnyField]:
    """The fields of the right column, by their names in an ItemDraft."""
    return {
        "lead_time_days": WholeField(tr("Lead time, days"), most=MOST_DAYS, is_needed=False),
        "standard_cost": PriceField(tr("Standard cost"), is_needed=False),
        "list_price": PriceField(tr("List price"), is_needed=False),
        "batching": ChoiceField(tr("Jobs"), words.batching_choices()),
        "loss_percent": QuantityField(tr("Loss, %"), positive=False, is_needed=False),
        "minimum_quantity": QuantityField(tr("Make at least"), is_needed=False),
        "order_multiple": QuantityField(tr("in multiples of"), is_needed=False),
        "over_receipt_percent": QuantityField(tr("Over receipt, %"), positive=False, is_needed=False),
    }


_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(ItemDraft)}


def _value(field: AnyField, name: str) -> Any:
    """What a field means; a blank one means the default of its column."""
    found = field.value()
    if found is None:
        return "" if isinstance(field, TextField) else _DEFAULTS[name]
    return found


def _fill(field: AnyField, value: Any) -> None:
    setter: Callable[[Any], None] = field.set_value
    setter(None if isinstance(field, Field) and value in ("", NOTHING) else value)
