"""Beside an order that is being typed: what it would pull, what that costs, and why it is late."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.order_preview import Preview, Surplus
from pegboard.ui import formats, theme
from pegboard.ui.desk import Desk
from pegboard.ui.detail import line, section_title
from pegboard.ui.orders.pull_tree import PullTree
from pegboard.ui.orders.words import reason_word

MOST_SURPLUS = 3  # named; the rest is in the tooltip
MOST_TOLD = 4


class PreviewPanel(QWidget):
    """Shows a Preview."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setAccessibleName(tr("What this pulls"))
        self.tree = PullTree(desk, "order_preview", tr("What this pulls"), open_levels=1, item_width=136)
        self._summary = QLabel(wordWrap=True)
        self._surplus = QLabel(wordWrap=True)
        self._surplus.setProperty("secondary", True)
        self._told = QLabel(wordWrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        layout.setSpacing(theme.STEP)
        layout.addWidget(section_title(tr("What this pulls")))
        layout.addWidget(self.tree, 1)
        layout.addWidget(line())
        for label in (self._summary, self._told, self._surplus):
            layout.addWidget(label)
        self.show_preview(Preview())

    def show_preview(self, preview: Preview) -> None:
        """Show what would be pulled."""
        self.tree.show_pulls(preview.pulls)
        self._summary.setText(summary(preview))
        told = preview.told[:MOST_TOLD]
        self._told.setText("\n".join(told))
        self._told.setVisible(bool(told))
        self._told.setToolTip("\n".join(preview.told))
        self._surplus.setText(_surplus(preview.surplus))
        self._surplus.setToolTip("\n".join(_one_surplus(each) for each in preview.surplus))
        self._surplus.setVisible(bool(preview.surplus))

    def show_problem(self, text: str) -> None:
        """Say why nothing can be shown."""
        self._summary.setText(text)


def summary(preview: Preview) -> str:
    """Say in a sentence what would be made and bought."""
    if not preview.pulls:
        return tr("Type a line: what it pulls shows here.")
    if not preview.jobs and not preview.lines:
        return tr("Nothing is made or bought: all of it is here or on its way.")
    parts = []
    if preview.jobs:
        parts.append(tr("1 new job") if preview.jobs == 1 else tr("{count} new jobs", count=preview.jobs))
    if preview.lines:
        parts.append(tr("buy 1 line") if preview.lines == 1 else tr("buy {count} lines", count=preview.lines))
    if preview.amounts:
        parts.append(tr("{amount} to buy", amount=formats.total(preview.amounts)))
    if preview.order_by is not None:
        parts.append(tr("first order by {day}", day=formats.day(preview.order_by)))
    return ", ".join(parts)


def _surplus(surplus: tuple[Surplus, ...]) -> str:
    if not surplus:
        return ""
    worth = formats.total(each.worth for each in surplus)
    most = sorted(surplus, key=lambda each: -(each.worth.minor if each.worth else 0))[:MOST_SURPLUS]
    named = ", ".join(_one_surplus(each) for each in most)
    more = len(surplus) - len(most)
    tail = tr(" and {count} more", count=more) if more else ""
    return tr("Surplus {worth}: {named}{tail}", worth=worth, named=named, tail=tail)


def _one_surplus(each: Surplus) -> str:
    return tr(
        "{quantity} {unit} {item} ({reason})",
        quantity=formats.quantity(each.quantity),
        unit=each.unit,
        item=each.item,
        reason=reason_word(each.reason),
    )
