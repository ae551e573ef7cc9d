"""The command that lets people log in to a workshop on a server, each with the rights of a role in the database."""

import argparse
import os

from pegboard.commands.console import Arguments, Command, Console, table
from pegboard.commands.people import ROLES
from pegboard.domain.errors import Refused
from pegboard.i18n import tr


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="LOGIN", help=tr("whose login; without it, all are listed"))
    parser.add_argument("--role", choices=ROLES, help=tr("what the login may do; makes it where it is new"))
    parser.add_argument(
        "--password", action="store_true", help=tr("set its password: from PEGBOARD_NEW_PASSWORD, or asked for")
    )
    parser.add_argument("--take-away", action="store_true", help=tr("let the login open this workshop no more"))
    parser.add_argument(
        "--sql", action="store_true", help=tr("only print the statements, for whoever looks after the server")
    )


def _grants(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.roles import Role
    from pegboard.storage.postgres import grants
    from pegboard.storage.postgres.server import ServerPlace, reader_sees_money
    from pegboard.storage.store import place_of

    place = place_of(console.workshop)
    if not isinstance(place, ServerPlace):
        raise Refused(
            tr("A workshop in a file has no logins: whoever can read the file reads all of it."),
            hint=tr("Move it to a server first; the help on several seats says how."),
        )
    with console.transaction("person.login") as tx:
        if arguments.name and arguments.role and not arguments.sql:
            tx.note(tr("{login} may log in as {role}.", login=arguments.name, role=Role(arguments.role).words))
        elif arguments.name and arguments.take_away:
            tx.note(tr("{login} may log in no more.", login=arguments.name))
    password = new_password(arguments.name) if arguments.name and arguments.password else ""
    role = Role(arguments.role) if arguments.role else None
    if password and role is None:
        raise Refused(tr("Say with --role what the login may do."))
    with place.administered() as connection:
        said = grants.statements(connection, reader_sees_money=reader_sees_money(connection))
        if arguments.name and role is not None:
            said += grants.login_statements(connection, arguments.name, role, password)
        if arguments.sql:
            console.result({"statements": said}, "".join(f"{statement.strip()};\n" for statement in said))
            return
        if role is not None or not arguments.name:
            grants.run(connection, said)
        if arguments.name and arguments.take_away:
            grants.take_away(connection, arguments.name)
        found = grants.logins(connection)
    rows = [(login.name, login.role.words) for login in found]
    console.result(
        {"logins": [{"name": login.name, "role": login.role.value} for login in found]},
        table((tr("login"), tr("role")), rows) if rows else tr("No login has a role here yet."),
    )


def new_password(name: str) -> str:
    """The new password of a login: from the environment, or typed unseen."""
    given = os.environ.get("PEGBOARD_NEW_PASSWORD")
    if given is not None:
        return given
    import getpass

    return getpass.getpass(tr("New password of {name}: ", name=name))


COMMANDS = (
    Command(
        "grants", tr("let people log in to a workshop on a server, each with a role's rights"), _arguments, _grants
    ),
)
