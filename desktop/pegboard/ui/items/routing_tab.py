"""An item's routing: the steps in which it is made, here or at a supplier."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pegboard.domain.errors import ChangedMeanwhile, InvalidInput
from pegboard.domain.item import OperationDraft, check_routing
from pegboard.domain.problem import Problem
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.boms import has_routing, revisions
from pegboard.queries.items import ItemDetail
from pegboard.services.items import load_routing, save_routing
from pegboard.storage.store import Reading, Transaction
from pegboard.ui import cells, theme
from pegboard.ui.columns import Align
from pegboard.ui.desk import Desk
from pegboard.ui.entry_grid import EntryColumn, EntryRow
from pegboard.ui.items.bom_tab import chosen_revision
from pegboard.ui.items.choices import Choices
from pegboard.ui.kept_grid import KeptGrid

STEP = 10  # between two operations, so that one can be put in later


@dataclass(frozen=True, slots=True, eq=False)
class Routing:
    """The steps of an item for one BOM revision; "" serves all that have none of their own."""

    item: str
    revision: str
    steps: tuple[OperationDraft, ...]

    def __eq__(self, other: object) -> bool:
        """Compare without regard to the order in which the steps were typed."""
        if not isinstance(other, Routing):
            return NotImplemented
        return (self.item, self.revision, set(self.steps)) == (other.item, other.revision, set(other.steps))

    def __hash__(self) -> int:
        return hash((self.item, self.revision))


def read_routing(reading: Reading, key: int, code: str, wanted: str | None) -> Routing:
    """Read the routing of the wanted revision (None: of the one that holds today), else the one that serves all."""
    revision = chosen_revision(revisions(reading, key), wanted)
    if revision and not has_routing(reading, key, revision):
        revision = ""
    return Routing(code, revision, load_routing(reading, code, revision))


def _save(tx: Transaction, routing: Routing, *, seen: Routing | None) -> None:
    try:
        save_routing(tx, routing.item, routing.steps, routing.revision, seen=None if seen is None else seen.steps)
    except ChangedMeanwhile as error:
        error.now = replace(routing, steps=error.now)
        raise


class RoutingTab(QWidget):
    """Shows a Routing; each change is kept at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._detail: ItemDetail | None = None
        self._routing = Routing("", "", ())
        self._revision: str | None = None
        self.choices = Choices()
        self.kept = KeptGrid(
            desk,
            "routing",
            tr("Operations"),
            self._columns(),
            texts=lambda routing: step_texts(routing.steps),
            build=lambda rows: replace(self._routing, steps=read_steps(rows)),
            check=self._check,
            save=_save,
            holds_money=True,
        )
        self._note = QLabel(wordWrap=True)
        self._note.setProperty("secondary", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.GAP, 0, 0)
        layout.addWidget(self._note)
        layout.addWidget(self.kept, 1)
        self.setFocusProxy(self.kept)
        self.kept.kept.connect(self.reload)
        self.kept.grid.committed.connect(self._number_step)

    def _columns(self) -> tuple[EntryColumn, ...]:
        return (
            EntryColumn(
                "sequence",
                tr("Step"),
                parse=cells.whole(1),
                show=cells.text_of,
                align=Align.RIGHT,
                required=True,
                width=50,
                help=tr("In this order; a blank one is numbered."),
            ),
            EntryColumn(
                "work_center",
                tr("Work center"),
                parse=cells.code(tr("work center"), lambda: self.choices.work_centers),
                choices=lambda _row: self.choices.work_centers,
                width=100,
            ),
            EntryColumn("description", tr("What is done"), parse=cells.plain, width=170),
            _minutes("setup_minutes", tr("Setup min"), tr("Minutes, once for a job.")),
            _minutes("run_minutes", tr("Run min"), tr("Minutes for each unit.")),
            EntryColumn(
                "supplier",
                tr("Supplier"),
                parse=self._read_supplier,
                choices=lambda _row: self.choices.suppliers,
                width=100,
                help=tr("Who does it, where it is given out."),
            ),
            EntryColumn(
                "price",
                tr("Price"),
                parse=cells.price,
                show=cells.text_of,
                align=Align.RIGHT,
                width=64,
                help=tr("The supplier's, for each unit."),
            ),
            EntryColumn(
                "lead_time_days",
                tr("Days"),
                parse=cells.whole(0),
                show=cells.text_of,
                align=Align.RIGHT,
                width=48,
                help=tr("The supplier's lead time."),
            ),
            EntryColumn(
                "option",
                tr("Option"),
                parse=cells.option(lambda: self.choices.options),
                choices=lambda _row: self.choices.options,
                width=100,
                help=tr("Done only where the order chose it, as in FINISH=CHROME."),
            ),
            EntryColumn("instructions", tr("Instructions"), parse=cells.plain, width=260),
        )

    def _read_supplier(self, text: str, row: EntryRow) -> str:
        if row.text("work_center"):
            raise InvalidInput(tr("A step is done at a work center or at a supplier."))
        return str(cells.code(tr("supplier"), lambda: self.choices.suppliers)(text, row))

    # --- what is shown

    def show_item(self, detail: ItemDetail, choices: Choices, revision: str | None) -> None:
        """Read and show the routing of an item for one of its revisions; None is the one that holds today."""
        self._detail, self.choices, self._revision = detail, choices, revision
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Read again what is shown."""
        if self._detail is not None:
            row = self._detail.row
            work = partial(read_routing, key=row.key, code=row.code, wanted=self._revision)
            self._desk.runner.read("items.routing", work, self._show)

    def _show(self, routing: Routing) -> None:
        if self._detail is None or routing.item != self._detail.row.code:
            return
        self._routing = routing
        if routing.revision:
            self._note.setText(tr("For revision {revision}.", revision=routing.revision))
        else:
            self._note.setText(tr("For all revisions that have no routing of their own."))
        self.kept.show_draft((self._detail.row.key, routing.revision), routing)

    # --- what is kept

    def _check(self, routing: Routing) -> Sequence[Problem]:
        centers = {choice.code for choice in self.choices.work_centers}
        suppliers = {choice.code for choice in self.choices.suppliers} | {step.supplier for step in self._routing.steps}
        options = (choice.code.partition("=") for choice in self.choices.options)
        choices = {(group, choice) for group, _sign, choice in options}
        centers |= {step.work_center for step in self._routing.steps}
        return check_routing(routing.steps, centers, suppliers, choices)

    @Slot(int, str)
    def _number_step(self, row_id: int, key: str) -> None:
        """Number a step that was begun without a number: it comes last."""
        rows = self.kept.rows()
        place = next((place for place, row in enumerate(rows) if row.id == row_id), -1)
        if place < 0 or rows[place].text("sequence") or key == "sequence":
            return
        last = max((row.value("sequence") or 0 for row in rows), default=0)
        self.kept.grid.model.change(tr("Number the step"), {(place, "sequence"): str(last + STEP)})


def _minutes(key: str, title: str, words: str) -> EntryColumn:
    return EntryColumn(
        key, title, parse=cells.not_negative, show=cells.text_of, align=Align.RIGHT, width=70, help=words
    )


def step_texts(steps: Sequence[OperationDraft]) -> list[dict[str, str]]:
    """Write operations into rows."""
    return [
        {
            "sequence": str(step.sequence),
            "work_center": step.work_center,
            "supplier": step.supplier,
            "description": step.description,
            "instructions": step.instructions,
            "setup_minutes": cells.unless_nothing(step.setup_minutes),
            "run_minutes": cells.unless_nothing(step.run_minutes),
            "lead_time_days": cells.text_of(step.lead_time_days),
            "option": f"{step.option_group}={step.option_choice}" if step.option_group else "",
            "price": cells.text_of(step.price),
        }
        for step in steps
    ]


def read_steps(rows: Sequence[EntryRow]) -> tuple[OperationDraft, ...]:
    """Read operations from rows."""
    return tuple(
        OperationDraft(
            **_option(row),
            sequence=row.value("sequence") or 0,
            work_center=row.value("work_center") or "",
            supplier=row.value("supplier") or "",
            description=row.value("description") or "",
            instructions=row.value("instructions") or "",
            setup_minutes=row.value("setup_minutes") or Quantity(0),
            run_minutes=row.value("run_minutes") or Quantity(0),
            lead_time_days=row.value("lead_time_days"),
            price=row.value("price"),
        )
        for row in rows
    )


def _option(row: EntryRow) -> dict[str, str]:
    group, _sign, choice = str(row.value("option") or "").partition("=")
    return {"option_group": group, "option_choice": choice}
