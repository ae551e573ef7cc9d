"""The options of items on the Setup page: choices and rules in grids, kept as soon as they are right."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pegboard.domain.configuration import NumberRange
from pegboard.domain.configuration_draft import ChoiceDraft, OptionsDraft, RulesDraft, check_options, check_rules
from pegboard.domain.problem import Problem
from pegboard.domain.quantity import Price, Quantity, micro_text
from pegboard.i18n import tr
from pegboard.queries.options import ItemOptions, OptionsRow, item_options, option_rows
from pegboard.queries.setup import optionable_items
from pegboard.services.options import save_options, save_rules
from pegboard.storage.store import Transaction
from pegboard.ui.choice_fields import YesField
from pegboard.ui.columns import Column, text_column, whole_column
from pegboard.ui.command import Command
from pegboard.ui.completion import Choice
from pegboard.ui.desk import Desk
from pegboard.ui.detail import Split
from pegboard.ui.fields import CodeField, PriceField, QuantityField, TextField
from pegboard.ui.form import Form
from pegboard.ui.kept_grid import KeptGrid
from pegboard.ui.list_view import Empty, ListPane
from pegboard.ui.setup.options_grids import (
    choice_columns,
    choice_texts,
    read_choices,
    read_rules,
    rule_columns,
    rule_texts,
)
from pegboard.ui.setup.section import RecordPane, Section


def option_columns() -> tuple[Column[OptionsRow], ...]:
    """Return the columns of the list of items with options."""
    return (
        text_column("item", tr("Item"), lambda row: row.item, width=110, tip=lambda row: row.description),
        text_column("groups", tr("Groups"), lambda row: ", ".join(group.code for group in row.groups), width=210),
        whole_column("rules", tr("Rules"), lambda row: row.rules or None, width=56),
    )


class OptionsSection(Section):
    """Items with options left, the choices and rules of one right."""

    name = "option"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.one = tr("Item with options")
        self._desk = desk
        self._shown: ItemOptions | None = None
        self._items: tuple[Choice, ...] = ()
        self._awaited = ""
        self.list: ListPane[OptionsRow] = ListPane(
            desk,
            "setup.options",
            tr("Items with options"),
            option_columns(),
            key=lambda row: row.item,
            query=option_rows,
            empty=Empty(
                tr("Products that customers configure stand here: their colours, lengths, extras."),
                tr("Give an item options"),
                self.start_new,
            ),
        )
        self.choices = KeptGrid(
            desk,
            "options",
            tr("Choices"),
            choice_columns(),
            texts=lambda draft: choice_texts(draft.choices),
            build=lambda rows: OptionsDraft(item=self._item, choices=read_choices(rows)),
            check=check_options,
            save=save_options,
            holds_money=True,
        )
        self.rules = KeptGrid(
            desk,
            "option_rules",
            tr("Rules"),
            rule_columns(self._pairs),
            texts=lambda draft: rule_texts(draft.rules),
            build=lambda rows: RulesDraft(item=self._item, rules=read_rules(rows)),
            check=self._check_rules,
            save=save_rules,
        )
        self.pane = RecordPane(tr("Options"))
        self._build()

    def _build(self) -> None:
        hint = QLabel(
            tr(
                "One line for each choice; a blank group is that of the line above. A choice * lets several be taken,"
                " 1..5/0.5 lets a number be typed. BOM lines and routing steps hang on a choice in Items."
            ),
            wordWrap=True,
        )
        hint.setProperty("secondary", True)
        self.pane.add("", hint)
        self.pane.add(tr("Choices"), self.choices, 3)
        self.pane.add(tr("Rules"), self.rules, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(Split(self._desk, "setup.options", self.list, self.pane, (2, 4)))
        self.setFocusProxy(self.list)
        self.list.current_changed.connect(self._show_row)
        self.list.rows_shown.connect(self._on_rows)
        self.list.opened.connect(self._open)
        self.choices.kept.connect(self._read_shown)
        self.rules.kept.connect(self._read_shown)

    def set_verbs(self, commands: Sequence[Command]) -> None:
        """Put these commands at the foot."""
        self.pane.set_verbs(commands)

    def refresh(self) -> None:
        """Read again what is shown."""
        self.list.refresh()
        self._desk.runner.read("setup.optionable", optionable_items, self._take_items)
        self._read_shown()

    def _take_items(self, items: Sequence[tuple[str, str]]) -> None:
        self._items = tuple(Choice(code, words) for code, words in items)

    # --- the item

    @property
    def _item(self) -> str:
        return self._shown.options.item if self._shown is not None else ""

    def _pairs(self) -> frozenset[tuple[str, str]]:
        if self._shown is None:
            return frozenset()
        return self._shown.options.pairs | self._shown.below

    def _check_rules(self, draft: RulesDraft) -> Sequence[Problem]:
        return check_rules(draft, self._shown.options, self._pairs()) if self._shown is not None else ()

    @property
    def has_record(self) -> bool:
        """Whether an item is shown."""
        return self._shown is not None

    @Slot(object)
    def _show_row(self, row: OptionsRow | None) -> None:
        if row is not None and row.item != self._item:
            self._read(row.item)

    @Slot()
    def _read_shown(self) -> None:
        if self._shown is not None:
            self._read(self._item)

    def _read(self, item: str) -> None:
        self._desk.runner.read("setup.item_options", partial(item_options, item=item), self._show)

    def _show(self, found: ItemOptions | None) -> None:
        self._shown = found
        if found is None:
            self.pane.show_nothing(tr("Choose an item on the left."))
        else:
            self.pane.show_heading(f"{found.options.item}   {found.description}".rstrip())
            self.choices.show_draft(found.options.item, found.options)
            self.rules.show_draft(found.options.item, found.rules)
        self.changed.emit()

    @Slot()
    def _on_rows(self) -> None:
        item, self._awaited = self._awaited, ""
        if item:
            self.list.select(item)
        self.rows_shown.emit()

    @Slot(object)
    def _open(self, row: OptionsRow | None) -> None:
        if row is not None:
            self.enter()

    # --- what can be done

    def start_new(self) -> None:
        """Ask for an item and show its empty grids."""
        form = ItemForm(self._items)
        if self._desk.messages.run_dialog(form):
            self._read(str(form.item.value()))
            self.choices.setFocus()

    def add_number(self) -> None:
        """Ask for a number option and put it into the choices."""
        form = NumberForm()
        if self._shown is None or not self._desk.messages.run_dialog(form):
            return
        texts = [*self.choices.grid.texts(), *choice_texts(form.choices())]
        place = len(self.choices.grid.texts())
        changed = {
            (place + offset, key): text for offset, row in enumerate(texts[place:]) for key, text in row.items() if text
        }
        self.choices.grid.model.change(tr("Add a number option"), changed)
        self.choices.setFocus()

    def enter(self) -> None:
        """Put the keys into the choices."""
        self.choices.setFocus()

    def leave(self) -> None:
        """Keep the cell that is being typed."""
        self.choices.grid.finish_edit()
        self.rules.grid.finish_edit()

    def go_to(self, code: str) -> None:
        """Choose an item."""
        self._awaited = code
        self.list.refresh()
        self._read(code)

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return (self.list, self.choices, self.rules)

    def focus_find(self) -> None:
        """Go to the find box."""
        self.list.focus_find()

    def delete(self) -> None:
        """Take all options of the item away, rules first."""
        if self._shown is None:
            return
        before = self._shown
        item = before.options.item

        def work(tx: Transaction) -> None:
            save_rules(tx, replace(before.rules, rules=()))
            save_options(tx, replace(before.options, choices=()))

        def again(tx: Transaction) -> None:
            save_options(tx, before.options)
            save_rules(tx, before.rules)

        def undo() -> None:
            self._desk.runner.write("options.save", again)

        self._desk.runner.write(
            "options.delete",
            work,
            lambda _done: self._desk.messages.notice(tr("{item} has no options now.", item=item), tr("Undo"), undo),
        )


class ItemForm(Form):
    """Asks which item shall have options."""

    def __init__(self, items: Sequence[Choice]) -> None:
        super().__init__(
            tr("Options"), tr("Choose them"), explain=tr("Which item can be configured? One that is made or sold.")
        )
        self.item = CodeField(tr("Item"), lambda: items)
        self.add(tr("Item"), self.item)


class NumberForm(Form):
    """Asks for a number that an order types, such as a length."""

    def __init__(self) -> None:
        super().__init__(
            tr("Number option"),
            tr("Add it"),
            explain=tr("The order types a number. A BOM line that names it takes its quantity that many times."),
            check=self._wrong,
        )
        self.group = TextField(tr("Group"))
        self.low = QuantityField(tr("From"), positive=False)
        self.high = QuantityField(tr("To"))
        self.step = QuantityField(tr("In steps of"))
        self.unit = TextField(tr("Counted in, as m"), is_needed=False)
        self.each = PriceField(tr("Extra for each 1"), is_needed=False)
        self.usual = QuantityField(tr("Usually"), is_needed=False, positive=False)
        self.required = YesField(tr("Required"))
        self.required.set_value(True)
        for field in (self.group, self.low, self.high, self.step, self.unit, self.each, self.usual):
            self.add(field.title, field)
        self.add("", self.required)
        self.group.setFocus()

    def _numbers(self) -> NumberRange:
        return NumberRange(self.low.value().micro, self.high.value().micro, self.step.value().micro)

    def _wrong(self) -> str:
        found = check_options(OptionsDraft(item="", choices=self.choices()))
        if self._numbers().low > self._numbers().high:
            return tr("The smallest number is above the largest.")
        return found[0].message if found else ""

    def choices(self) -> tuple[ChoiceDraft, ...]:
        """Return the lines that make it: the range, and the number that is the default."""
        group, required = str(self.group.value()).strip(), self.required.value()
        each: Price | None = self.each.value()
        usual: Quantity | None = self.usual.value()
        numbers = ChoiceDraft(
            group=group,
            choice=str(self._numbers()),
            description=self.unit.value() or "",
            extra=each or Price(0),
            required=required,
        )
        if usual is None:
            return (numbers,)
        return (numbers, ChoiceDraft(group=group, choice=micro_text(usual.micro), is_default=True, required=required))
