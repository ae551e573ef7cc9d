"""The fields of one record: each is kept as soon as it is left; what is wrong stands in words below."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.errors import ChangedMeanwhile, InvalidInput, PegboardError
from pegboard.domain.problem import Problem
from pegboard.storage.store import Transaction
from pegboard.ui import theme
from pegboard.ui.choice_fields import ChoiceField, YesField
from pegboard.ui.desk import Desk
from pegboard.ui.fields import Field, PriceField
from pegboard.ui.lines_field import LinesField
from pegboard.ui.meanwhile import ProblemLine

AnyField = Field | ChoiceField | YesField | LinesField


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that the form keeps.

    Attributes: noun: as in the ids of its commands; fields: by their names in the draft, made anew for each form;
    make: a draft from the values of all fields; blank: the draft of a new record; check: what is wrong with a draft,
    given the codes that others have; create, update: keep one (update takes what was `seen`, too).
    """

    noun: str
    fields: Callable[[], dict[str, AnyField]]
    make: Callable[..., Any]
    blank: Any
    check: Callable[[Any, frozenset[str]], Sequence[Problem]]
    create: Callable[[Transaction, Any], None]
    update: Callable[..., None]


class RecordForm(QWidget):
    """Shows a draft of a kind, or an empty form for a new record.

    Signals: created(str code): a new record is in the workshop; renamed(str code): it has another code.
    """

    created = Signal(str)
    renamed = Signal(str)

    def __init__(self, desk: Desk, kind: Kind) -> None:
        super().__init__()
        self._desk, self._kind = desk, kind
        self._code = ""
        self._kept: Any = None
        self._theirs: Any = None  # what another seat made of it, where ours was refused for that
        self._pending = 0
        self._taken: frozenset[str] = frozenset()
        self.is_new = False
        self._begun: list[object] = []  # what the fields said when a new record was begun
        self.by_name = kind.fields()
        self.problem = ProblemLine(self._keep_mine, self._take_theirs)
        self._build()
        for field in self.by_name.values():
            field.committed.connect(self._commit)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, theme.GAP, 0, 0)
        grid.setHorizontalSpacing(theme.MARGIN)
        grid.setVerticalSpacing(theme.GAP)
        for row, field in enumerate(self.by_name.values()):
            if isinstance(field, YesField):
                grid.addWidget(field, row, 1)
                continue
            label = QLabel(_title(field))
            label.setProperty("secondary", True)
            label.setBuddy(field)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop if isinstance(field, LinesField)
                           else Qt.AlignmentFlag.AlignVCenter)  # fmt: skip
            grid.addWidget(field, row, 1)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self.problem)  # above the fields: what is refused is never out of sight
        layout.addLayout(grid)
        layout.addStretch(1)
        self.setMaximumWidth(620)
        self.setFocusProxy(self.by_name["code"])
        for first, second in pairwise(self.by_name.values()):
            QWidget.setTabOrder(first, second)

    # --- what is shown

    def show_record(self, draft: Any, taken: frozenset[str]) -> None:
        """Show a record as it can be typed on; a field that a person is in is left alone."""
        self._taken = taken - {draft.code}
        is_same = not self.is_new and draft.code == self._code
        if is_same and (self._pending or self.problem.asks or draft == self._kept):
            return
        self.is_new = False
        before, self._code, self._kept = self._kept, draft.code, draft
        for name, field in self.by_name.items():
            if is_same and before is not None and field.hasFocus() and _is_typed(field):
                # Whoever is typing saw what stood there, not what another seat put there meanwhile.
                self._kept = replace(self._kept, **{name: getattr(before, name)})
            else:
                _fill(field, getattr(draft, name))
        self._refuse({})

    def start_new(self, taken: frozenset[str]) -> None:
        """Show an empty form; the record is made as soon as it has a code."""
        self.is_new = True
        self._code, self._kept, self._taken = "", None, taken
        for name, field in self.by_name.items():
            _fill(field, getattr(self._kind.blank, name))
        self._begun = self._texts()
        self._refuse({})
        self.by_name["code"].setFocus()

    @property
    def is_new_typed(self) -> bool:
        """Whether something was typed of a record that is not kept yet."""
        return self.is_new and self._texts() != self._begun

    def _texts(self) -> list[object]:
        return [
            field.value() if isinstance(field, YesField | ChoiceField) else field.text()
            for field in self.by_name.values()
        ]

    def settle(self) -> None:
        """Keep the field that is being typed in."""
        for field in self.by_name.values():
            if isinstance(field, Field | LinesField):
                field.settle()

    # --- what is kept

    @Slot()
    def _commit(self) -> None:
        draft = self._read()
        if draft is None or (self.is_new and not draft.code):
            return
        problems = {found.field: found.message for found in reversed(self._kind.check(draft, self._taken))}
        self._refuse(problems)
        if not problems and draft != self._kept:
            self._keep(draft)

    def _read(self) -> Any:
        """Return what was typed, None while a field cannot be read."""
        values: dict[str, Any] = {}
        problems = {}
        for name, field in self.by_name.items():
            if isinstance(field, PriceField) and not self._desk.runner.rights.sees_money:
                values[name] = getattr(self._kept or self._kind.blank, name)  # hidden, not blank
                continue
            try:
                values[name] = _value(field, getattr(self._kind.blank, name))
            except InvalidInput as error:
                problems[name] = str(error)
        if problems:
            self._refuse(problems)
            return None
        return self._kind.make(**values)

    def _refuse(self, problems: Mapping[str, str]) -> None:
        for name, field in self.by_name.items():
            if isinstance(field, Field):
                field.refuse(problems.get(name, ""))
        told = [f"{_title(self.by_name[name])}: {text}" for name, text in problems.items() if name in self.by_name]
        self.problem.say("\n".join(told))

    def _keep(self, draft: Any) -> None:
        code, before, was_new, kind = self._code, self._kept, self.is_new, self._kind
        self._code, self._kept, self.is_new = draft.code, draft, False
        self._pending += 1
        refused = partial(self._on_refused, draft.code, code, before, was_new)
        if was_new:
            self._desk.runner.write(
                f"{kind.noun}.create",
                lambda tx: kind.create(tx, draft),
                partial(self._on_kept, draft.code, True),
                refused,
            )
        else:
            renamed = draft.code if draft.code != code else ""
            self._desk.runner.write(
                f"{kind.noun}.change",
                lambda tx: kind.update(tx, code, draft, seen=before),
                partial(self._on_kept, renamed, False),
                refused,
            )

    def _on_kept(self, code: str, is_created: bool, _nothing: object) -> None:
        self._pending -= 1
        if is_created:
            self.created.emit(code)
        elif code:
            self.renamed.emit(code)

    def _on_refused(self, now: str, code: str, before: Any, was_new: bool, error: PegboardError) -> None:
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


def _title(field: AnyField) -> str:
    return field.accessibleName() if isinstance(field, LinesField) else field.title


def _is_typed(field: AnyField) -> bool:
    return (
        field.document().isModified()
        if isinstance(field, LinesField)
        else (isinstance(field, Field) and field.isModified())
    )


def _value(field: AnyField, default: Any) -> Any:
    """What a field means; a blank one means what a new record has."""
    found = field.text() if isinstance(field, LinesField) else field.value()
    return default if found is None else found


def _fill(field: AnyField, value: Any) -> None:
    setter: Callable[[Any], None] = field.set_value
    setter(None if isinstance(field, Field) and value == "" else value)
