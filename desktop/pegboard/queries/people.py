"""Reads who works here and what they may do."""

from dataclasses import dataclass

from pegboard.domain.roles import Rights, Role, rights_of
from pegboard.queries.settings import settings
from pegboard.storage.rows import first, number, rows
from pegboard.storage.store import Reading

EVERYTHING = rights_of(Role.OWNER)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Someone who works here. Attributes: badge: what their badge's code says; has_pin: whether a PIN was set."""

    name: str
    role: Role
    badge: str
    has_pin: bool
    is_active: bool


def people(reading: Reading) -> tuple[PersonRow, ...]:
    """Everyone, those who left last."""
    found = rows(reading, "SELECT name, role, badge, secret_hash, active FROM person ORDER BY active DESC, name")
    return tuple(
        PersonRow(row.name, Role(row.role), row.badge, bool(row.secret_hash), bool(row.active)) for row in found
    )


def roles_are_on(reading: Reading) -> bool:
    """Whether people sign in: as soon as an owner has a PIN."""
    return bool(
        number(
            reading,
            "SELECT count(*) FROM person WHERE role = ? AND active = 1 AND secret_hash <> ''",
            Role.OWNER.value,
        )
    )


def rights(reading: Reading, person: str) -> Rights:
    """What a person may do; everything while nobody signs in, nothing for whoever is not known."""
    if not roles_are_on(reading):
        return EVERYTHING
    found = first(reading, "SELECT role FROM person WHERE name = ? AND active = 1", person)
    if found is None:
        return Rights(frozenset(), sees_money=False)
    return rights_of(Role(found.role), office_sees_money=settings(reading).office_sees_money)
