"""What a change does, before it is done: what follows by itself, and a choice for each thing a person must decide."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QTreeWidget, QTreeWidgetItem

from pegboard.i18n import tr
from pegboard.queries.orphans import Served
from pegboard.services.consequences import KINDS, ChangeResult, OpenDecision
from pegboard.services.decisions import ASK, KEEP, REPEG, SCRAP
from pegboard.ui import formats
from pegboard.ui.form import Form

MOST_SHOWN = 10  # rows of consequences without scrolling
MOST_OFFERED = 8  # demands to give a supply to
WIDTH = 760
MONEY = 5  # the column of money


class ConsequencesForm(Form):
    """Shows what a change does before it is done; each thing that somebody has acted on gets its own choice."""

    def __init__(self, title: str, verb: str, result: ChangeResult, *, sees_money: bool = True) -> None:
        explain = tr("This is what it does.") if result.consequences else tr("Nothing that was pulled changes.")
        super().__init__(title, verb, explain=explain, check=self._undecided)
        self.choosers: dict[str, QComboBox] = {}
        if result.consequences:
            table = _table(result)
            table.setColumnHidden(MONEY, not sees_money)
            self.add_wide(table)
        for decision in result.decisions:
            chooser = _chooser(decision, result.serves.get(decision.item_id, ()))
            self.choosers[decision.number] = chooser
            chooser.setAccessibleName(decision.sentence())
            chooser.setToolTip(decision.sentence())
            self.add(_label(decision), chooser)
        if self.choosers:
            next(iter(self.choosers.values())).setFocus()
        self.setMinimumWidth(WIDTH)

    def _undecided(self) -> str:
        open_ones = [number for number, chooser in self.choosers.items() if not chooser.currentData()]
        if open_ones:
            return tr("Decide first what becomes of {numbers}.", numbers=", ".join(open_ones))
        return ""

    def choices(self) -> dict[str, str]:
        """Return what was decided, by number."""
        return {number: str(chooser.currentData()) for number, chooser in self.choosers.items()}

    def asked(self) -> tuple[str, ...]:
        """Return the lines about which a supplier is to be asked."""
        return tuple(number for number, choice in self.choices().items() if choice == ASK)


def _chooser(decision: OpenDecision, serves: tuple[Served, ...]) -> QComboBox:
    chooser = QComboBox()
    chooser.addItem(tr("Decide…"), "")
    chooser.addItem(tr("Leave it as it is") if decision.is_late else tr("Keep it as surplus"), KEEP)
    if decision.column == "purchase_line_id":
        chooser.addItem(
            tr("Ask for an earlier day") if decision.is_late else tr("Ask the supplier to take it off"), ASK
        )
    if decision.is_late:
        return chooser
    if decision.column == "stock_id":
        chooser.addItem(tr("Scrap it: booked out of the stock"), SCRAP)
    if decision.column == "work_order_id":
        chooser.addItem(tr("Cut the job: it makes no more than is wanted"), SCRAP)
    offered = {served.demand: served for served in reversed(serves) if served.key != decision.key}
    for served in sorted(offered.values(), key=lambda each: (not each.is_short, each.needed))[:MOST_OFFERED]:
        chooser.addItem(_offer(served), f"{REPEG}:{served.demand}")
    return chooser


def _label(decision: OpenDecision) -> str:
    values = {"number": decision.number, "quantity": formats.quantity(decision.quantity), "item": decision.item}
    if decision.is_late:
        return tr("{number}: {quantity} {item} too late", **values)
    return tr("{number}: {quantity} {item} not wanted any more", **values)


def _offer(served: Served) -> str:
    values = {
        "demand": served.demand,
        "quantity": formats.quantity(served.quantity),
        "day": formats.short_day(served.needed),
    }
    if served.is_short:
        return tr("Give it to {demand}, short of {quantity} by {day}", **values)
    return tr("Give it to {demand}, which waits for {quantity} by {day}", **values)


def _table(result: ChangeResult) -> QTreeWidget:
    table = QTreeWidget()
    table.setAccessibleName(tr("Consequences"))
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setHeaderLabels([tr("What"), tr("Number"), tr("Item"), tr("From"), tr("To"), tr("Money")])
    for each in result.consequences:
        cells = [KINDS[each.kind]() if each.kind in KINDS else each.kind, each.number, each.item, each.before]
        row = QTreeWidgetItem([*cells, each.after, formats.money(each.money)])
        for place in (3, 4, 5):
            row.setTextAlignment(place, Qt.AlignmentFlag.AlignRight)
        table.addTopLevelItem(row)
    for place in (3, 4, 5):
        table.headerItem().setTextAlignment(place, Qt.AlignmentFlag.AlignRight)
    table.header().setStretchLastSection(False)
    for place in range(6):
        table.resizeColumnToContents(place)
    table.setMinimumHeight(28 * (min(len(result.consequences), MOST_SHOWN) + 2))
    return table
