"""Commands about people: who works here, their roles and PINs, and signing in for a command."""

import argparse
import os
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, table
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.storage.store import Reading

ROLES = ("owner", "office", "floor", "reader")


def _people_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help=tr("who; without it, everybody is listed"))
    parser.add_argument("--role", choices=ROLES, help=tr("what the person is; enters somebody new"))
    parser.add_argument("--badge", metavar="CODE", help=tr("the code on the person's badge"))
    parser.add_argument("--pin", action="store_true", help=tr("set the PIN: from PEGBOARD_NEW_PIN, or asked for"))
    parser.add_argument("--no-pin", action="store_true", help=tr("take the PIN away"))
    parser.add_argument("--left", action="store_true", help=tr("the person does not work here any more"))


def _people(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.roles import Role
    from pegboard.queries.people import people
    from pegboard.services import people as services

    if arguments.name:
        pin = new_pin(arguments.name) if arguments.pin else ""
        with console.transaction("person.change") as tx:
            known = {person.name for person in people(tx)}
            role = Role(arguments.role) if arguments.role else None
            if arguments.name not in known and role is not None:
                services.add_person(tx, arguments.name, role)
            elif role is not None:
                services.set_role(tx, arguments.name, role)
            if arguments.badge is not None:
                services.set_badge(tx, arguments.name, arguments.badge)
            if arguments.pin or arguments.no_pin:
                services.set_pin(tx, arguments.name, pin)
            if arguments.left:
                services.set_active(tx, arguments.name, active=False)
    with console.read() as reading:
        found = people(reading)
        shows_badges = _shows_badges(console, reading)
    rows = [
        (
            person.name,
            person.role.words if person.is_active else tr("left"),
            person.badge if shows_badges else "",
            tr("yes") if person.has_pin else tr("no"),
        )
        for person in found
    ]
    machine = [
        {
            "name": person.name,
            "role": person.role.value,
            "badge": person.badge if shows_badges else None,
            "pin": person.has_pin,
            "active": person.is_active,
        }
        for person in found
    ]
    console.result({"people": machine}, table((tr("name"), tr("role"), tr("badge"), tr("PIN")), rows))


def _shows_badges(console: Console, reading: "Reading") -> bool:
    """Whether badges are listed: whoever knows one is taken for its owner at the floor station."""
    from pegboard.queries.people import rights

    return rights(reading, console.person_said(reading)).may("person.change")


def new_pin(name: str) -> str:
    """The new PIN of a person: from the environment, or typed unseen."""
    given = os.environ.get("PEGBOARD_NEW_PIN")
    if given is not None:
        return given
    import getpass

    return getpass.getpass(tr("New PIN of {name}: ", name=name))


COMMANDS = (
    Command("people", tr("list who works here, enter people, set roles, badges and PINs"), _people_arguments, _people),
)
