"""Chooses the options of an order line: a group in each row, the defaults chosen (F4)."""

from PySide6.QtWidgets import QComboBox

from pegboard.i18n import tr
from pegboard.queries.order_lookups import EntryGroup, EntryItem
from pegboard.ui import formats
from pegboard.ui.form import Form
from pegboard.ui.orders.entry_cells import Chosen


class OptionsForm(Form):
    """One list of choices for each group; letters choose, Enter takes them all."""

    def __init__(self, item: EntryItem, chosen: Chosen) -> None:
        super().__init__(tr("Options of {item}", item=item.code), tr("Take these"), check=self._missing)
        self._lists: list[tuple[EntryGroup, QComboBox]] = []
        for group in item.groups:
            box = _box(group, dict(chosen).get(group.code, group.default))
            self._lists.append((group, box))
            self.add(group.code.capitalize(), box)
        self._lists[0][1].setFocus()

    def chosen(self) -> Chosen:
        """Return what was chosen, in the order of the groups."""
        pairs = ((group.code, str(box.currentData() or "")) for group, box in self._lists)
        return tuple((group, choice) for group, choice in pairs if choice)

    def _missing(self) -> str:
        missing = [group.code for group, box in self._lists if group.required and not box.currentData()]
        return tr("Choose {groups}.", groups=", ".join(missing)) if missing else ""


def _box(group: EntryGroup, current: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(group.code)
    if not group.required or not group.default:
        box.addItem(tr("(none)"), "")
    for choice in group.choices:
        words = f"{choice.code}   {choice.description}" if choice.description else choice.code
        extra = f"   +{formats.price(choice.extra)}" if choice.extra.micro else ""
        box.addItem(words + extra, choice.code)
    box.setCurrentIndex(max(0, box.findData(current)))
    return box
