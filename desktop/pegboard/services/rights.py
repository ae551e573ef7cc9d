"""Signing in, and the gate that every command goes through: who may not run it is refused before it does anything."""

import datetime
from collections.abc import Iterable
from contextlib import suppress

from pegboard.domain.errors import PegboardError, Refused
from pegboard.domain.roles import MONEY_PAPERS, OWNERS_SETTINGS
from pegboard.i18n import tr
from pegboard.queries.people import rights, roles_are_on
from pegboard.storage.rows import first, number
from pegboard.storage.store import Reading, Store, Transaction

MOST_WRONG = 5  # PINs of one person before the next one must wait
PATIENCE = datetime.timedelta(minutes=5)


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


def require_settings(tx: Transaction, names: Iterable[str]) -> None:
    """Refuse settings that only an owner sets to anybody else, however they come: by hand, by import or by undo."""
    if OWNERS_SETTINGS.isdisjoint(names) or rights(tx, tx.actor).may("person.change"):
        return
    raise Refused(
        tr("Only an owner sets {names}.", names=", ".join(sorted(OWNERS_SETTINGS.intersection(names)))),
        hint=tr("Ask an owner; Setup > People says who may do what."),
    )


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
    """Whether this name counts only with its PIN: people sign in here, and this is one of them.

    Who has no PIN is asked too, and refused: anybody could claim such a name.
    """
    return roles_are_on(reading) and (
        first(reading, "SELECT 1 AS known FROM person WHERE name = ? AND active = 1", person) is not None
    )


def sign_in(reading: Reading, name: str, pin: str) -> None:
    """Check a person's PIN. Raises Refused for a wrong one, without saying whether the name or the PIN is wrong.

    Who has no PIN cannot sign in at a desk: a badge at the floor station serves them.
    """
    found = first(reading, "SELECT secret_hash FROM person WHERE name = ? AND active = 1", name)
    if found is None or not found.secret_hash or not _matches(found.secret_hash, pin):
        raise Refused(tr("The name or the PIN is wrong."), hint=tr("Try again, or ask an owner for a new PIN."))


def sign_in_at(store: Store, name: str, pin: str) -> None:
    """Check a person's PIN at a seat; a wrong one stands in the audit trail, and after some the seat must wait.

    Raises Refused as `sign_in` does.
    """
    told = tr("Wrong PIN for {name}.", name=name)
    with store.read() as reading:
        _require_patience(reading, store.clock(), name, told)
        is_known = first(reading, "SELECT 1 AS known FROM person WHERE name = ? AND active = 1", name) is not None
        try:
            sign_in(reading, name, pin)
        except Refused as error:
            refused = error
        else:
            return
    if is_known:  # a loop over made-up names must not fill the trail
        with suppress(PegboardError), store.transaction("seat.refused", today=store.clock().date()) as tx:
            tx.note(told)
    raise refused


def _require_patience(reading: Reading, now: datetime.datetime, name: str, told: str) -> None:
    # None from long after now count: a clock that was ahead once would shut people out until then.
    since, until = (
        at.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        for at in (now - PATIENCE, now + PATIENCE)
    )
    wrong = number(
        reading,
        "SELECT count(*) FROM audit_entry WHERE command = 'seat.refused' AND note = ? AND at > ? AND at < ?",
        told,
        since,
        until,
    )
    if wrong >= MOST_WRONG:
        raise Refused(
            tr("{count} wrong PINs for {name} within a few minutes.", count=wrong, name=name),
            hint=tr("Wait five minutes, then try again."),
        )


def _matches(secret: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(secret, pin)
    except (Argon2Error, InvalidHashError):
        return False
