"""What a person says when something is to be built for stock."""

from collections.abc import Sequence

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.signals import Buildable
from pegboard.ui.completion import Choice
from pegboard.ui.fields import CodeField, QuantityField, TextField
from pegboard.ui.form import Form


class BuildForm(Form):
    """Asks what is built for stock, how much of it, and why; whoever works here signs."""

    def __init__(self, items: Sequence[Buildable], person: str, item: str = "") -> None:
        super().__init__(
            tr("Build for stock"),
            tr("Sign and build"),
            explain=tr(
                "Nothing else in the shop is made or bought without demand. {person} signs for this with today's date;"
                " it stands in the list until it has come, and the first real demand may take it.",
                person=person or tr("Whoever works here"),
            ),
            check=self._problem_together,
        )
        self._whole = {each.code: each.is_whole for each in items}
        choices = [Choice(each.code, each.description) for each in items]
        self.item = CodeField(tr("Item"), lambda: choices)
        self.quantity = QuantityField(tr("Quantity"))
        self.reason = TextField(tr("Reason"))
        for field in (self.item, self.quantity, self.reason):
            self.add(field.title, field)
        if item:
            self.item.set_value(item)
            self.quantity.setFocus()

    def _problem_together(self) -> str:
        quantity = self.quantity.value()
        if self._whole.get(str(self.item.value())) and quantity is not None and quantity.micro % 1_000_000:
            return tr("This item is counted in whole units.")
        return ""

    def wanted(self) -> tuple[str, Quantity, str]:
        """Return item, quantity and reason."""
        quantity = self.quantity.value()
        assert quantity is not None
        return str(self.item.value()), quantity, str(self.reason.value())
