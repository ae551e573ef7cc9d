"""Configures an order line by keys alone; price, cost, margin and the day it can ship follow each choice."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pegboard.domain.configuration import OptionGroup, number_of, range_words, refusals
from pegboard.domain.errors import PegboardError
from pegboard.domain.quantity import Money, Price, Quantity, extended_amount
from pegboard.i18n import tr
from pegboard.queries.order_costs import margin_percent
from pegboard.queries.order_lookups import EntryItem, LastTime
from pegboard.storage.store import Reading
from pegboard.ui import formats, theme
from pegboard.ui.button import Button
from pegboard.ui.desk import Desk
from pegboard.ui.fields import QuantityField
from pegboard.ui.form import Form
from pegboard.ui.orders.configuring import Configured
from pegboard.ui.orders.entry_cells import Chosen
from pegboard.ui.orders.words import latest_cause

WORK_AFTER = 120  # milliseconds after the last choice
ONE = 1_000_000
READ = "orders.configure"
WorkedOut = Callable[[Chosen], Callable[[Reading], Configured]]


class ConfigureForm(Form):
    """A list of choices, boxes to tick or a number for each group; the verb takes only what can be made.

    `worked_out` gives the reading for a configuration, `price` what one costs the customer.
    """

    def __init__(
        self,
        desk: Desk,
        item: EntryItem,
        chosen: Chosen,
        *,
        worked_out: WorkedOut,
        price: Callable[[Chosen], Price | None],
        last: LastTime | None,
        currency: str,
    ) -> None:
        super().__init__(
            tr("Options of {item}", item=item.code), tr("Take these"), explain=item.description, check=self._refused
        )
        self._desk, self._item, self._worked_out, self._price = desk, item, worked_out, price
        self._last, self._currency = last, currency
        self._told: tuple[Chosen, Configured] | None = None
        self._pickers: list[Picker] = []
        for group in item.groups:
            picker = _picker(group)
            self._pickers.append(picker)
            self.add(group.code.capitalize() if group.code.isupper() else group.code, picker)
            picker.on_change(self._changed)
        self.figures = Figures(sees_cost=desk.runner.rights.sees_money)
        self.add("", self.figures)
        if last is not None:
            again = Button(tr("Same as last time"))
            again.setToolTip(
                tr("As this customer had it last: {options}", options=", ".join(c for _g, c in last.options))
            )
            again.clicked.connect(self._take_last)
            self.add("", again)
        self._timer = QTimer(self, singleShot=True, interval=WORK_AFTER)
        self._timer.timeout.connect(self._work_out)
        self.set_chosen(chosen)
        self._pickers[0].focus_first()

    def set_chosen(self, chosen: Chosen) -> None:
        """Choose these."""
        for picker in self._pickers:
            picker.set_choices(tuple(choice for group, choice in chosen if group == picker.group.code))
        self._changed()

    def chosen(self) -> Chosen:
        """Return what was chosen, in the order of the groups."""
        return tuple((picker.group.code, choice) for picker in self._pickers for choice in picker.choices())

    @Slot()
    def _take_last(self) -> None:
        if self._last is not None:
            self.set_chosen(self._last.options)

    def _refused(self) -> str:
        """Why these cannot be taken: told of a moment ago, else by the rules that are at hand."""
        chosen = self.chosen()
        if self._told is not None and self._told[0] == chosen:
            refused = self._told[1].refused
        else:
            refused = tuple(refusals(self._item.code, self._item.by_group, self._item.rules, chosen))
        if refused:
            self.figures.show_problem("")  # it stands above the verb now
        return "\n".join(dict.fromkeys(each.message for each in refused))

    # --- live

    @Slot()
    def _changed(self) -> None:
        self._problem.hide()
        self.figures.show_price(self._price(self.chosen()), self._currency)
        self._timer.start()

    @Slot()
    def _work_out(self) -> None:
        chosen = self.chosen()
        self._desk.runner.read(READ, self._worked_out(chosen), partial(self._show, chosen), self._failed)

    def _show(self, chosen: Chosen, told: Configured) -> None:
        if chosen == self.chosen():
            self._told = (chosen, told)
            self.figures.show_told(told, self._price(chosen), self._currency)

    def _failed(self, error: PegboardError) -> None:
        self.figures.show_problem(str(error))

    def done(self, result: int) -> None:
        """Qt: the form closes; a late answer is no longer waited for."""
        self._timer.stop()
        self._desk.runner.forget(READ)
        super().done(result)


class Picker(QWidget):
    """The choices of one group."""

    def __init__(self, group: OptionGroup) -> None:
        super().__init__()
        self.group = group
        self.setAccessibleName(group.code)

    def choices(self) -> tuple[str, ...]:
        """Return what is chosen."""
        raise NotImplementedError

    def set_choices(self, choices: tuple[str, ...]) -> None:
        """Choose these."""
        raise NotImplementedError

    def on_change(self, told: Callable[[], None]) -> None:
        """Call `told` after each change of a person."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Go to its first field."""
        raise NotImplementedError


class OnePicker(Picker):
    """One of a list; letters choose."""

    def __init__(self, group: OptionGroup) -> None:
        super().__init__(group)
        self.box = QComboBox()
        self.box.setAccessibleName(group.code)
        if not group.defaults:
            self.box.addItem(tr("(none)"), "")
        for choice in group.choices:
            self.box.addItem(_named(choice.code, choice.description, choice.extra), choice.code)
        self.setFocusProxy(self.box)
        _row(self, self.box)

    def choices(self) -> tuple[str, ...]:
        found = str(self.box.currentData() or "")
        return (found,) if found else ()

    def set_choices(self, choices: tuple[str, ...]) -> None:
        wanted = choices[0] if choices else self.group.default
        self.box.setCurrentIndex(max(0, self.box.findData(wanted)))

    def on_change(self, told: Callable[[], None]) -> None:
        self.box.currentIndexChanged.connect(lambda _index: told())

    def focus_first(self) -> None:
        self.box.setFocus()


class SeveralPicker(Picker):
    """Boxes to tick; Space does it."""

    def __init__(self, group: OptionGroup) -> None:
        super().__init__(group)
        self.boxes = [QCheckBox(_named(choice.code, choice.description, choice.extra)) for choice in group.choices]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.STEP)
        for box in self.boxes:
            column.addWidget(box)
        if self.boxes:
            self.setFocusProxy(self.boxes[0])

    def choices(self) -> tuple[str, ...]:
        named = zip(self.group.choices, self.boxes, strict=True)
        return tuple(choice.code for choice, box in named if box.isChecked())

    def set_choices(self, choices: tuple[str, ...]) -> None:
        for choice, box in zip(self.group.choices, self.boxes, strict=True):
            box.setChecked(choice.code in choices)

    def on_change(self, told: Callable[[], None]) -> None:
        for box in self.boxes:
            box.toggled.connect(lambda _on: told())

    def focus_first(self) -> None:
        if self.boxes:
            self.boxes[0].setFocus()


class NumberPicker(Picker):
    """A number within its range."""

    def __init__(self, group: OptionGroup) -> None:
        super().__init__(group)
        self.field = QuantityField(group.code, is_needed=False, positive=False)
        self.field.setFixedWidth(90)
        self.setFocusProxy(self.field)
        said = range_words(group.number) if group.number is not None else ""
        each = tr("+{extra} each", extra=formats.price(group.each)) if group.each else ""
        hint = QLabel(
            "   ".join(part for part in (f"{group.meaning}, {said}" if group.meaning else said, each) if part)
        )
        hint.setProperty("secondary", True)
        _row(self, self.field, hint)

    def choices(self) -> tuple[str, ...]:
        if not self.field.text().strip():
            return ()
        return (self.field.text().strip(),) if self.field.problem() else (str(self.field.value()),)

    def set_choices(self, choices: tuple[str, ...]) -> None:
        wanted = choices[0] if choices else self.group.default
        self.field.set_value(None)
        if wanted:
            self.field.setText(formats.quantity(Quantity(number_of(wanted) or 0)))

    def on_change(self, told: Callable[[], None]) -> None:
        self.field.textChanged.connect(lambda _text: told())

    def focus_first(self) -> None:
        self.field.setFocus()
        self.field.selectAll()


class Figures(QWidget):
    """Price, cost and margin for who may see them, and the day, or why the configuration cannot be made."""

    def __init__(self, *, sees_cost: bool) -> None:
        super().__init__()
        self._sees_cost = sees_cost
        self.money = QLabel()
        self.day = QLabel(wordWrap=True)
        self.day.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.day.setMinimumHeight(2 * self.day.fontMetrics().lineSpacing() + theme.STEP)  # room for a rule in words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.GAP, 0, 0)
        column.setSpacing(theme.STEP)
        column.addWidget(self.money)
        column.addWidget(self.day)

    def show_price(self, price: Price | None, currency: str) -> None:
        """Show the price while the rest is being worked out."""
        self.money.setText(_price_words(price, currency))

    def show_told(self, told: Configured, price: Price | None, currency: str) -> None:
        """Show what a configuration does."""
        parts = [_price_words(price, currency)]
        if told.cost is not None and self._sees_cost:
            cost = extended_amount(ONE, told.cost.micro, currency)
            parts.append(tr("cost {amount}", amount=formats.money(cost)))
            margin = _margin(price, told.cost, currency)
            if margin is not None:
                parts.append(tr("margin {percent} %", percent=margin))
        self.money.setText("    ".join(part for part in parts if part))
        self.day.setProperty("problem", bool(told.refused))
        self.day.style().unpolish(self.day)
        self.day.style().polish(self.day)
        self.day.setText(_day_words(told))

    def show_problem(self, text: str) -> None:
        """Say why nothing can be told."""
        self.day.setText(text)


def _day_words(told: Configured) -> str:
    if told.refused:
        return "\n".join(dict.fromkeys(each.message for each in told.refused))
    if told.promise is None:
        return ""
    day = formats.day(told.promise.ready)
    if told.promise.is_late:
        cause = latest_cause(told.pull) if told.pull is not None else ""
        return (
            tr("Can ship {day}, late: {cause}", day=day, cause=cause) if cause else tr("Can ship {day}, late", day=day)
        )
    return tr("Can ship {day}", day=day)


def _price_words(price: Price | None, currency: str) -> str:
    return tr("Price {amount} {currency}", amount=formats.price(price), currency=currency) if price is not None else ""


def _margin(price: Price | None, cost: Price, currency: str) -> int | None:
    if price is None:
        return None
    net, spent = (extended_amount(ONE, each.micro, currency) for each in (price, cost))
    return margin_percent(net, Money(spent.minor, currency))


def _named(code: str, description: str, extra: Price) -> str:
    words = f"{code}   {description}" if description else code
    return words + (f"   +{formats.price(extra)}" if extra else "")


def _picker(group: OptionGroup) -> Picker:
    if group.number is not None:
        return NumberPicker(group)
    return SeveralPicker(group) if group.is_several else OnePicker(group)


def _row(holder: QWidget, *widgets: QWidget) -> None:
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget, 1 if isinstance(widget, QComboBox | QLabel) else 0)
