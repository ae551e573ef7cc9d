"""The people who work here on the Setup page: role, badge and PIN; who left stays in the history."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.roles import Role
from pegboard.i18n import tr
from pegboard.queries.people import people, roles_are_on
from pegboard.services import people as services
from pegboard.services.seats import joined
from pegboard.storage.store import Reading, Transaction
from pegboard.ui.choice_fields import ChoiceField
from pegboard.ui.columns import Column, mark_column, text_column
from pegboard.ui.desk import Desk
from pegboard.ui.fields import Field, TextField
from pegboard.ui.form import Form
from pegboard.ui.marks import Mark, State
from pegboard.ui.setup.record_form import AnyField, Kind
from pegboard.ui.setup.section import RecordSection, Verbs

CHANGE = "person.change"


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What is typed about a person: the name, the role's value and the badge's code."""

    code: str
    role: str = Role.OFFICE.value
    badge: str = ""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in the list. Attributes: is_retired: whether they left; signs_in: whether people sign in here at all."""

    code: str
    draft: PersonDraft
    has_pin: bool
    is_retired: bool
    signs_in: bool


def person_lines(reading: Reading, *, shows_badges: bool = True) -> tuple[PersonLine, ...]:
    """Everyone, those who left last; whoever knows a badge is taken for its owner at the floor station."""
    signs_in = roles_are_on(reading)
    return tuple(
        PersonLine(
            row.name,
            PersonDraft(row.name, row.role.value, row.badge if shows_badges else ""),
            row.has_pin,
            not row.is_active,
            signs_in,
        )
        for row in people(reading)
    )


def person_columns() -> tuple[Column[PersonLine], ...]:
    """Return the columns of the list of people."""
    return (
        text_column("name", tr("Name"), lambda row: row.code, width=180),
        text_column("role", tr("Role"), lambda row: Role(row.draft.role).words, width=110),
        text_column("badge", tr("Badge"), lambda row: row.draft.badge, width=130),
        text_column("pin", tr("PIN"), lambda row: tr("yes") if row.has_pin else tr("no"), width=60),
        mark_column("state", tr("State"), lambda row: _left(row), width=86),
    )


def _left(row: PersonLine) -> Mark | None:
    return Mark(State.DONE, tr("left")) if row.is_retired else None


def person_kind() -> Kind:
    """Return how people are kept; what is wrong the services say."""
    return Kind("person", _fields, PersonDraft, PersonDraft(code=""), lambda _draft, _taken: (), _create, _update)


def _fields() -> dict[str, AnyField]:
    return {
        "code": TextField(tr("Name")),
        "role": ChoiceField(tr("Role"), tuple((role.value, role.words) for role in Role)),
        "badge": TextField(tr("Badge"), is_needed=False),
    }


def _create(tx: Transaction, draft: PersonDraft) -> None:
    services.add_person(tx, draft.code, Role(draft.role), badge=draft.badge)


def _update(tx: Transaction, name: str, draft: PersonDraft, *, seen: PersonDraft | None = None) -> None:
    before = next((row for row in people(tx) if row.name == name), None)
    if before is None:
        raise NotFound(tr("Nobody here is called {name}.", name=name))
    now = PersonDraft(before.name, before.role.value, before.badge)
    draft = joined(tx, "person", name, draft, seen=seen, now=now)
    if before.role.value != draft.role:
        services.set_role(tx, name, Role(draft.role))
    if before.badge != draft.badge:
        services.set_badge(tx, name, draft.badge)


class PinForm(Form):
    """Asks for a new PIN, twice and unseen."""

    def __init__(self, name: str) -> None:
        explain = tr("At least {count} characters. Nobody can read it back.", count=services.LEAST_PIN)
        super().__init__(tr("PIN of {name}", name=name), tr("Set the PIN"), explain=explain, check=self._compare)
        self.first = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.second = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.add(tr("New PIN"), self.first)
        self.add(tr("Once more"), self.second)

    @property
    def pin(self) -> str:
        """What was typed."""
        return self.first.text()

    def _compare(self) -> str:
        """What is wrong, or ""; both are typed anew then, since nobody sees which one is."""
        told = ""
        if len(self.pin) < services.LEAST_PIN:
            told = tr("A PIN has at least {count} characters.", count=services.LEAST_PIN)
        elif self.pin != self.second.text():
            told = tr("The two are not the same. Type the PIN again.")
        if told:
            self.first.clear()
            self.second.clear()
            self.first.setFocus()
        return told


class PeopleSection(RecordSection):
    """Who works here left, the chosen one's role and badge right; the name stays as it was entered."""

    def __init__(self, desk: Desk) -> None:
        left, back = partial(services.set_active, active=False), partial(services.set_active, active=True)
        super().__init__(
            desk,
            person_kind(),
            tr("Person"),
            tr("People"),
            person_columns(),
            partial(person_lines, shows_badges=desk.runner.rights.may(CHANGE)),
            Verbs(left, back, _refuse_to_delete),
            tr("Who works here stands here. Until an owner has a PIN, everybody may do everything."),
            chips=(tr("Work here"), tr("Left")),
        )

    def start_new(self) -> None:
        """Begin a new person."""
        self._name_field.setReadOnly(False)
        super().start_new()
        explain = tr("Type a name, such as MK or Maria. All you type from then on is kept at once.")
        self.pane.show_heading(tr("New person"), explain)

    def enter(self) -> None:
        """Put the keys into the role: a name does not change."""
        self.form.by_name["role" if self.has_record else "code"].setFocus()

    def can_retire(self) -> bool:
        """People leave; they are not retired."""
        return False

    def can_delete(self) -> bool:
        """Names stay in the history."""
        return False

    @property
    def _name_field(self) -> Field:
        field = self.form.by_name["code"]
        assert isinstance(field, Field)
        return field

    @Slot(object)
    def _show(self, row: Any) -> None:
        super()._show(row)
        if row is not None:
            self._name_field.setReadOnly(True)
            self.pane.show_heading(row.code, self._words(row), _left(row))

    def _words(self, row: PersonLine) -> str:
        """What the person's PIN lets them do here."""
        if not self._desk.runner.rights.may(CHANGE):
            return tr("Only an owner changes people.")
        if not row.signs_in:
            return tr("Nobody signs in yet: roles begin when an owner gets a PIN.")
        if row.has_pin:
            return tr("Signs in with a PIN.")
        return tr("Has no PIN, so cannot sign in at a desk; a badge is enough at the floor station.")

    # --- verbs

    def _current(self) -> PersonLine | None:
        row = self.list.current()
        return row if self.has_record and self._desk.runner.rights.may(CHANGE) else None

    def can_set_pin(self) -> bool:
        """Whether the chosen person can have a PIN."""
        row = self._current()
        return row is not None and not row.is_retired

    def can_clear_pin(self) -> bool:
        """Whether the chosen person has a PIN."""
        row = self._current()
        return row is not None and row.has_pin

    def can_leave(self) -> bool:
        """Whether the chosen person works here."""
        return self.can_set_pin()

    def can_come_back(self) -> bool:
        """Whether the chosen person left."""
        row = self._current()
        return row is not None and row.is_retired

    def set_pin(self) -> None:
        """Ask for a PIN and set it; the first one lets roles begin."""
        row = self._current()
        if row is None:
            return
        form, name, begins = PinForm(row.code), row.code, not row.signs_in
        if not self._desk.messages.run_dialog(form):
            return
        pin = form.pin

        def done(_nothing: object) -> None:
            if begins:
                told = tr("{name} has a PIN: from now on people sign in.", name=name)
                self._desk.messages.notice(told, tr("Sign in"), self._sign_in)
            else:
                self._desk.messages.notice(tr("{name} has a new PIN.", name=name))

        self._desk.runner.write(CHANGE, lambda tx: services.set_pin(tx, name, pin), done)

    def _sign_in(self) -> None:
        self._desk.shell.run_command("window.person")

    def clear_pin(self) -> None:
        """Take the PIN away."""
        self._change(lambda tx, name: services.set_pin(tx, name, ""), tr("{name} has no PIN any more."))

    def leave_shop(self) -> None:
        """Note that the person left; it can be taken back."""
        self._change(partial(services.set_active, active=False), tr("{name} left."))

    def come_back(self) -> None:
        """Note that the person works here again."""
        self._change(partial(services.set_active, active=True), tr("{name} works here again."))

    def _change(self, work: Callable[[Transaction, str], None], told: str) -> None:
        row = self._current()
        if row is None:
            return
        name = row.code
        said = told.replace("{name}", name)
        self._desk.runner.write(CHANGE, lambda tx: work(tx, name), lambda _done: self._desk.messages.notice(said))


def _refuse_to_delete(_tx: Transaction, name: str) -> None:
    raise Refused(
        tr("{name} stands in the history and is not deleted.", name=name), hint=tr("Say that the person has left.")
    )
