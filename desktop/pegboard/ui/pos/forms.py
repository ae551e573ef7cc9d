"""Small forms of the page Shops: a level, unknown codes, a place that a file does not name."""

from collections.abc import Sequence

from pegboard.exchange.shop_sales import NOT_OURS, UnknownSku
from pegboard.i18n import tr
from pegboard.queries.replenishment import ShelfRow, ShopChoices
from pegboard.ui import formats
from pegboard.ui.completion import Choice
from pegboard.ui.fields import CodeField, QuantityField
from pegboard.ui.form import Form
from pegboard.ui.pos import words

MOST_ASKED = 12  # codes in one form; the rest is asked next


def choices(pairs: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    """Return codes with their words as choices of a field."""
    return tuple(Choice(code, text) for code, text in pairs)


class LevelForm(Form):
    """Sets what a shelf is filled up to; the proposal stands above, with every term."""

    def __init__(self, known: ShopChoices, row: ShelfRow | None, *, take_proposal: bool = False) -> None:
        lines = [f"{label}: {text}" for label, text in words.term_lines(row)] if row is not None else []
        if row is not None and row.level is not None:
            lines.append(tr("Present level: {level}", level=formats.quantity(row.level)))
        title = tr("Level of {item} at {shop}", item=row.item, shop=row.location) if row else tr("Level of a shelf")
        super().__init__(title, tr("Set level"), explain="\n".join(lines))
        self.item = CodeField(tr("Item"), lambda: choices(known.items))
        self.location = CodeField(tr("Shop"), lambda: choices(known.locations), is_new_ok=True)
        self.level = QuantityField(tr("Fill up to"), positive=False)
        if row is None:
            self.add(self.item.title, self.item)
            self.add(self.location.title, self.location)
        else:
            self.item.set_value(row.item)
            self.location.set_value(row.location)
            self.level.set_value(row.proposed if take_proposal or row.level is None else row.level)
        self.add(self.level.title, self.level)
        (self.level if row is not None else self.item).setFocus()
        self.level.selectAll()


class AliasForm(Form):
    """Asks what foreign codes stand for; a blank one is not ours and is passed over from then on."""

    def __init__(self, title: str, skus: Sequence[UnknownSku], known: ShopChoices) -> None:
        super().__init__(
            tr("What is this?"),
            tr("Remember and import"),
            explain=tr(
                "{source} sold what no item is known for. Say once what each is; leave blank what is not ours.",
                source=title,
            ),
        )
        self._asked: list[tuple[str, CodeField]] = []
        for sku in skus[:MOST_ASKED]:
            label = sku.sku if sku.sku == sku.name else f"{sku.sku} ({sku.name})"
            text = tr("{label}, {quantity} sold", label=label, quantity=sku.quantity)
            field = CodeField(sku.sku, lambda: choices(known.items), is_needed=False)
            field.set_value(sku.proposed or None)
            self.add(text, field)
            self._asked.append((sku.sku, field))
        self._asked[0][1].setFocus()

    def aliases(self) -> dict[str, str]:
        """Return the item of each code, NOT_OURS for the blank ones."""
        return {sku: field.value() or NOT_OURS for sku, field in self._asked}


class PlaceForm(Form):
    """Asks where the sales of a file took place."""

    def __init__(self, file: str, known: ShopChoices) -> None:
        super().__init__(
            tr("Where was it sold?"),
            tr("Import"),
            explain=tr("{file} does not say where it was sold. The setting pos_location answers for good.", file=file),
        )
        self.place = CodeField(tr("Shop"), lambda: choices(known.locations), is_new_ok=True)
        self.add(self.place.title, self.place)
        self.place.setFocus()
