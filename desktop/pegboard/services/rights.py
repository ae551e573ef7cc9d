"""Signing in, and the gate that every command goes through: who may not run it is refused before it does anything."""

from pegboard.domain.errors import Refused
from pegboard.i18n import tr
from pegboard.queries.people import rights
from pegboard.storage.rows import first
from pegboard.storage.store import Reading, Store, Transaction


def keep_rights(store: Store) -> None:
    """Let every command of this store go through the gate."""
    store.gate = require_right


def require_right(tx: Transaction) -> None:
    """Refuse a command that its actor may not run; one query while nobody signs in."""
    if rights(tx, tx.actor).may(tx.command):
        return
    if first(tx, "SELECT 1 AS known FROM person WHERE name = ? AND active = 1", tx.actor) is None:
        raise Refused(
            tr("Nobody is signed in as {name}.", name=tx.actor or tr("anybody")),
            hint=tr("Sign in with a name and a PIN."),
        )
    raise Refused(
        tr("{name} may not do this.", name=tx.actor), hint=tr("Ask an owner; Setup > People says who may do what.")
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
