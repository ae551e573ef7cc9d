"""A PostgreSQL server for the tests: started on loopback in a temporary folder, with an empty workshop for each test.

`pytest --engine postgresql` runs the tests on it. `PEGBOARD_TEST_SERVER` names a server that runs already, as a URL of
its superuser; else the server of the system packages is started, and stopped at the end.
"""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

ADDRESS = "PEGBOARD_TEST_SERVER"
TEMPLATE = "pegboard_template"
# Nothing here outlives the run, so nothing need reach the disk.
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "max_connections=150",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "jit=off",
)


def programs() -> Path | None:
    """The folder of the newest PostgreSQL on this computer, None without one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Server:
    """A server of its own in a folder; `url` is its superuser's."""

    def __init__(self, bin_folder: Path, folder: Path) -> None:
        self._control = bin_folder / "pg_ctl"
        self._folder, self._data = folder, folder / "data"
        self._as_server = _as_server_user(folder)
        port = _free_port()
        settings = (*SETTINGS, f"port={port}", f"unix_socket_directories={folder}")
        self._options = " ".join(f"-c {setting}" for setting in settings)
        self.url = f"postgresql://pegboard@127.0.0.1:{port}/postgres"
        made_as = ("-U", "pegboard", "-A", "trust", "-E", "UTF8", "--locale=C")
        _run(*self._as_server, bin_folder / "initdb", "-D", self._data, *made_as)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = ("-l", self._folder / "log")
        _run(*self._as_server, self._control, "-D", self._data, *log, "-o", self._options, "-w", "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it: connections are cut."""
        _run(*self._as_server, self._control, "-D", self._data, "-m", how, "-w", "stop")


@contextlib.contextmanager
def running(bin_folder: Path) -> Iterator[Server]:
    """Start a server in a temporary folder, and stop it."""
    with tempfile.TemporaryDirectory(prefix="pegboard-server-") as name:
        server = Server(bin_folder, Path(name))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def make_template(server: str) -> None:
    """Make the empty workshop that those of the tests are copied from."""
    from tests.builders import clock

    from pegboard.storage.store import Store

    _command(server, f"DROP DATABASE IF EXISTS {TEMPLATE}")
    _command(server, f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    Store.create(database(server, TEMPLATE), clock).close()


def database(server: str, name: str) -> str:
    """The URL of a database on the server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


class Databases:
    """Workshops of this process, used again by one test after the other: cleaning one costs less than making one."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: list[str] = []
        self._made = 0

    def lend(self) -> str:
        """Give the URL of an empty workshop."""
        return self._free.pop() if self._free else self._make()

    def take_back(self, url: str) -> None:
        """Clean a workshop for the next test."""
        _command(url, _CLEAN)
        self._free.append(url)

    def empty(self) -> str:
        """Give the URL of a database without a workshop."""
        return self._make(template="template0")

    def _make(self, template: str = TEMPLATE) -> str:
        self._made += 1
        name = f"shop_{os.getpid()}_{self._made}"
        _command(self._server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return database(self._server, name)


@cache
def databases() -> Databases:
    """The workshops of this process."""
    return Databases(os.environ[ADDRESS])


# Triggers and references are off meanwhile. Only what a test filled is emptied; for so few rows TRUNCATE would take
# ten times as long.
_CLEAN = """
SET search_path = pegboard, pg_catalog;
SET session_replication_role = replica;
DO $$
DECLARE name text; filled boolean;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'pegboard' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
  END LOOP;
END $$;
INSERT INTO location (code, description) VALUES ('MAIN', '');
"""


def _command(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def _as_server_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it is the user that its package made."""
    if getpass.getuser() != "root":
        return []
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _run(*words: object) -> None:
    # No pipe: the server that is started would keep it open.
    with tempfile.TemporaryFile("w+") as output:
        command = [str(word) for word in words]
        if subprocess.run(command, stdout=output, stderr=output, cwd="/", check=False).returncode:
            output.seek(0)
            raise RuntimeError(output.read())


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
