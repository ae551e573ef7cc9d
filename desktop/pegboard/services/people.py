"""The people who work here: their roles, PINs and badges."""

from typing import Any

from sqlalchemy import Row

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.domain.roles import Role
from pegboard.i18n import tr
from pegboard.queries.people import people, roles_are_on
from pegboard.storage.rows import add, change, first, number
from pegboard.storage.store import Transaction
from pegboard.storage.tables.workshop import Person

LEAST_PIN = 4
LONGEST = 80


def add_person(tx: Transaction, name: str, role: Role, *, badge: str = "", pin: str = "") -> None:
    """Enter someone who works here; the first one with a PIN must be an owner."""
    name = name.strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise InvalidInput(tr("This is no name for a person."), hint=tr("Write a short name, such as MK or Maria."))
    if number(tx, "SELECT count(*) FROM person WHERE name = ?", name):
        raise Refused(
            tr("{name} works here already.", name=name), hint=tr("Change that person, or choose another name.")
        )
    _require_free_badge(tx, badge, name)
    add(tx, Person, name=name, role=role.value, badge=badge, secret_hash=_secret(tx, pin, role))
    tx.changed("person")
    tx.note(tr("{name} works here: {role}.", name=name, role=role.words))


def set_role(tx: Transaction, name: str, role: Role) -> None:
    """Change what a person is; the last owner with a PIN stays one."""
    row = _person(tx, name)
    if role is not Role.OWNER:
        _require_other_owner(tx, row)
    change(tx, Person, row.person_id, role=role.value)
    tx.changed("person")
    tx.note(tr("{name} is {role} now.", name=name, role=role.words))


def set_pin(tx: Transaction, name: str, pin: str) -> None:
    """Give a person a new PIN or password; "" takes it away."""
    row = _person(tx, name)
    if not pin:
        _require_other_owner(tx, row)
    change(tx, Person, row.person_id, secret_hash=_secret(tx, pin, Role(row.role)))
    tx.changed("person")
    tx.note(tr("{name} has a new PIN.", name=name) if pin else tr("{name} has no PIN any more.", name=name))


def set_badge(tx: Transaction, name: str, badge: str) -> None:
    """Give a person a badge."""
    row = _person(tx, name)
    _require_free_badge(tx, badge, name)
    change(tx, Person, row.person_id, badge=badge)
    tx.changed("person")
    tx.note(tr("{name} has badge {badge}.", name=name, badge=badge or "-"))


def set_active(tx: Transaction, name: str, *, active: bool) -> None:
    """Note that a person left, or came back; the name stays in the audit trail."""
    row = _person(tx, name)
    if not active:
        _require_other_owner(tx, row)
    change(tx, Person, row.person_id, active=active)
    tx.changed("person")
    tx.note(tr("{name} works here again.", name=name) if active else tr("{name} left.", name=name))


def _secret(tx: Transaction, pin: str, role: Role) -> str:
    if not pin:
        return ""
    if len(pin) < LEAST_PIN:
        raise InvalidInput(
            tr("A PIN has at least {count} characters.", count=LEAST_PIN), hint=tr("Choose a longer one.")
        )
    if role is not Role.OWNER and not roles_are_on(tx):
        raise Refused(
            tr("The first person with a PIN must be an owner."), hint=tr("Give an owner a PIN first, then the others.")
        )
    from argon2 import PasswordHasher

    return PasswordHasher().hash(pin)


def _person(tx: Transaction, name: str) -> Row[Any]:
    found = first(tx, "SELECT * FROM person WHERE name = ?", name)
    if found is None:
        raise NotFound(
            tr("Nobody here is called {name}.", name=name),
            hint=tr("People: {names}.", names=", ".join(person.name for person in people(tx)) or "-"),
        )
    return found


def _require_other_owner(tx: Transaction, row: Row[Any]) -> None:
    """Whoever could lock everybody out may not."""
    others = number(
        tx,
        "SELECT count(*) FROM person WHERE role = 'owner' AND active = 1 AND secret_hash <> '' AND person_id <> ?",
        row.person_id,
    )
    if row.role == Role.OWNER.value and row.secret_hash and not others and _others_have_pins(tx, row):
        raise Refused(
            tr("{name} is the only owner with a PIN.", name=row.name),
            hint=tr("Give another owner a PIN first, or take everybody else's PINs away."),
        )


def _others_have_pins(tx: Transaction, row: Row[Any]) -> bool:
    return bool(
        number(
            tx, "SELECT count(*) FROM person WHERE secret_hash <> '' AND active = 1 AND person_id <> ?", row.person_id
        )
    )


def _require_free_badge(tx: Transaction, badge: str, name: str) -> None:
    owner = first(tx, "SELECT name FROM person WHERE badge = ? AND badge <> '' AND name <> ?", badge, name)
    if owner is not None:
        raise Refused(tr("{name} has this badge.", name=owner.name), hint=tr("Choose another code."))
