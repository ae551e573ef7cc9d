"""What a person says of a new BOM revision: its name and from when it holds."""

import datetime
from collections.abc import Callable

from pegboard.i18n import tr
from pegboard.ui.fields import DayField, TextField
from pegboard.ui.form import Form


class RevisionForm(Form):
    """Names a new revision of an item's BOM; without an old one it is the first and holds from ever."""

    def __init__(self, item: str, old: str | None, proposed: str, today: Callable[[], datetime.date]) -> None:
        explain = tr("The first revision of the BOM of {item}.", item=item)
        if old is not None:
            explain = tr(
                "An exact copy of revision {old} with its routing. {old} ends the day before. Released jobs keep it.",
                old=old or tr("without a name"),
            )
        super().__init__(tr("New revision of {item}", item=item), tr("Make revision"), explain=explain)
        self.name = TextField(tr("Name"))
        self.name.set_value(proposed)
        self.day = DayField(tr("Holds from"), today)
        self.day.set_value(today())
        self.add(self.name.title, self.name)
        if old is not None:
            self.add(self.day.title, self.day)
        self.name.setFocus()
        self.name.selectAll()


def next_name(old: str) -> str:
    """Propose the name after `old`: B after A, 3 after 2.

    >>> next_name("A"), next_name("12"), next_name("R9"), next_name(""), next_name("Z")
    ('B', '13', 'R10', 'A', 'Z2')
    """
    if not old:
        return "A"
    digits = old[len(old.rstrip("0123456789")) :]
    if digits:
        return old[: -len(digits)] + str(int(digits) + 1)
    last = old[-1]
    return old[:-1] + chr(ord(last) + 1) if last.isascii() and last.isalpha() and last not in "zZ" else old + "2"
