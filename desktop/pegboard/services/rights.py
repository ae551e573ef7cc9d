"""Signing in, and the gate that every command goes through: who may not run it is refused before it does anything."""

from pegboard.domain.errors import Refused
from pegboard.domain.roles import MONEY_PAPERS
from pegboard.i18n import tr
from pegboard.queries.people import rights, roles_are_on
from pegboard.storage.rows import first
from pegboard.storage.store import Reading, Store, Transaction


def keep_rights(store: Store) -> None:
    """Let every command of this store go through the gate."""
    store.gate = require_right


def require_right(tx: Transaction) -> None:
    """Refuse a command that its actor may not run; one query while nobody signs in."""
    found = rights(tx, tx.actor)
    if found.may(tx.command):
        return
    _require_known(tx, tx.actor)
    noun, _dot, paper = tx.command.partition(".")
    if noun == "document" and paper in MONEY_PAPERS and not found.sees_money:
        raise _hidden(tx.actor)
    raise _refused(tx.actor)


def require_money(reading: Reading, person: str) -> None:
    """Refuse a read that tells amounts to whoever may not see them."""
    if not rights(reading, person).sees_money:
        _require_known(reading, person)
        raise _hidden(person)


def require_copy(reading: Reading, person: str, command: str) -> None:
    """Refuse a copy of the whole workshop, such as workshop.export, to whoever may not run that or see all of it."""
    if not rights(reading, person).may(command):
        _require_known(reading, person)
        raise _refused(person)
    require_money(reading, person)


def _require_known(reading: Reading, person: str) -> None:
    if first(reading, "SELECT 1 AS known FROM person WHERE name = ? AND active = 1", person) is None:
        raise Refused(
            tr("Nobody is signed in as {name}.", name=person or tr("anybody")),
            hint=tr("Sign in with a name and a PIN; a command takes the name with --person."),
        )


def _refused(person: str) -> Refused:
    return Refused(
        tr("{name} may not do this.", name=person), hint=tr("Ask an owner; Setup > People says who may do what.")
    )


def _hidden(person: str) -> Refused:
    return Refused(
        tr("This shows money, and {name} may not see it.", name=person),
        hint=tr("Ask an owner; Setup > People says who may do what."),
    )


def asks_for_pin(reading: Reading, person: str) -> bool:
    """Whether this name counts only with its PIN: people sign in here, and this one has a PIN."""
    return roles_are_on(reading) and (
        first(reading, "SELECT 1 AS known FROM person WHERE name = ? AND secret_hash <> ''", person) is not None
    )


def sign_in(reading: Reading, name: str, pin: str) -> None:
    """Check a person's PIN. Raises Refused for a wrong one, without saying whether the name or the PIN is wrong.

    Who has no PIN cannot sign in at a desk: a badge at the floor station serves them.
    """
    found = first(reading, "SELECT secret_hash FROM person WHERE name = ? AND active = 1", name)
    if found is None or not found.secret_hash or not _matches(found.secret_hash, pin):
        raise Refused(tr("The name or the PIN is wrong."), hint=tr("Try again, or ask an owner for a new PIN."))


def _matches(secret: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(secret, pin)
    except (Argon2Error, InvalidHashError):
        return False
