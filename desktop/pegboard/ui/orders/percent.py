"""Percentages as they are typed."""

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.ui.entry_text import parse_quantity
from pegboard.ui.fields import QuantityField, number_locale

HUNDRED = Quantity.of(100)


def parse_percent(text: str, title: str) -> Quantity:
    """Read 0 to 100 percent; InvalidInput where it is none."""
    found = parse_quantity(text.strip().removesuffix("%"), number_locale(), positive=False)
    if not Quantity(0) <= found <= HUNDRED:
        raise InvalidInput(tr("{field} is 0 to 100 percent.", field=title))
    return found


class PercentField(QuantityField):
    """0 to 100 percent."""

    def __init__(self, title: str) -> None:
        super().__init__(title, is_needed=False, positive=False)

    def parse(self, text: str) -> Quantity:
        """Read a percentage."""
        return parse_percent(text, self.title)
