"""Tries the address of a server before anything is moved there or opened, and keeps its password for the next time."""

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.storage.postgres import tables
from pegboard.storage.postgres.driver import asked
from pegboard.storage.postgres.server import ServerPlace

OLDEST = 13  # of PostgreSQL


@dataclass(frozen=True, slots=True)
class Address:
    """Where a workshop is on a server, as a person types it."""

    host: str
    port: int
    database: str
    user: str
    password: str
    encrypted: bool

    @property
    def url(self) -> str:
        """The address as a whole, with its password."""
        url = URL.create(
            "postgresql",
            username=self.user or None,
            password=self.password or None,
            host=self.host,
            port=self.port,
            database=self.database,
            query={"sslmode": "require"} if self.encrypted else {},
        )
        return url.render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a server answered.

    Attributes: version: of PostgreSQL; holds_workshop: whether one is in the database; may_make: whether this login may
    put one there.
    """

    version: str
    holds_workshop: bool
    may_make: bool


def try_address(address: Address) -> Tried:
    """Connect and look. Raises WorkshopFileError in words where that does not work."""
    place = ServerPlace(address.url)
    with place.administered() as connection:
        [(version, number, may_make)] = asked(
            connection,
            "SELECT current_setting('server_version'), current_setting('server_version_num')::int,"
            " has_database_privilege(current_database(), 'CREATE')",
        )
        found = Tried(str(version).split(" ")[0], tables.is_there(connection), bool(may_make))
    if number < OLDEST * 10_000:
        raise InvalidInput(
            tr("The server runs PostgreSQL {version}.", version=found.version),
            hint=tr("Pegboard needs version {oldest} or later.", oldest=OLDEST),
        )
    return found


def password_file() -> Path:
    """Where PostgreSQL's own programs look for passwords."""
    given = os.environ.get("PGPASSFILE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", str(Path.home()))) / "postgresql" / "pgpass.conf"
    return Path.home() / ".pgpass"


def keep_password(address: Address) -> Path:
    """Write the password into the file of passwords, which only this user may read; return the file."""
    file = password_file()
    name = ":".join(_field(part) for part in (address.host, str(address.port), address.database, address.user))
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    lines = [f"{name}:{_field(address.password)}", *(line for line in lines if not line.startswith(f"{name}:"))]
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    beside.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    beside.chmod(stat.S_IRUSR | stat.S_IWUSR)
    beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    os.replace(beside, file)
    return file


def _field(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")
