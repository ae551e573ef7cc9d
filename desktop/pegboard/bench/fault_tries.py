"""What people do while a drive fails, and the proof that it is done wholly or not at all."""

import datetime
import hashlib
import random
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pegboard.bench.day_shop import furnish
from pegboard.bench.days import STEPS, Shop
from pegboard.bench.kill_work import tomorrow
from pegboard.domain.errors import PegboardError
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.integrity import check
from pegboard.services.orders import save_draft
from pegboard.storage import migrations
from pegboard.storage.automatic_backup import automatic_backup, default_folder
from pegboard.storage.backup import backup, restore
from pegboard.storage.bulk import fetch
from pegboard.storage.integrity import problems_of
from pegboard.storage.store import Store, Transaction
from pegboard.system_errors import in_words

NOW = datetime.datetime(2026, 1, 5, 9, 30, tzinfo=datetime.UTC)
DAYS_BEFORE = 60  # random steps after which the shop has some of everything
INCOMING_ITEMS = 150


class Loss(Exception):
    """Something is half-written, lost, or was not told in words."""


class Ground:
    """A folder with a shop in it, of which every try gets a copy.

    Attributes: folder; path: the workshop; saved: a backup of it as it was earlier; incoming: files to import.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "shop.pegboard"
        self.saved = folder / "saved.pegboard"
        self.incoming = folder / "incoming"
        self.other = folder / "other"
        self.store: Store | None = None

    def copy_to(self, folder: Path) -> "Ground":
        """The same ground once more, in a folder of its own that holds nothing else."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return Ground(folder)

    def open(self) -> Store:
        """Open the workshop, with a clock that stands."""
        self.store = Store.open(self.path, lambda: NOW)
        return self.store

    def close(self) -> None:
        """Close what is open."""
        if self.store is not None:
            self.store.close()
            self.store = None


def make_ground(folder: Path) -> Ground:
    """Make a shop some days old, with a backup and with files that wait to be imported."""
    ground = Ground(folder)
    folder.mkdir(parents=True)
    ground.other.mkdir()
    with Store.create(ground.path, lambda: NOW) as store:
        furnish(store, folder / "furniture")
        shop = Shop(store, random.Random(7))
        backup(store, ground.saved)
        for _step in range(DAYS_BEFORE):
            shop.step()
    shutil.rmtree(folder / "furniture")
    ground.incoming.mkdir()
    rows = "".join(f"NEW-{count},buy,ea\n" for count in range(INCOMING_ITEMS))
    (ground.incoming / "items.csv").write_text("code,source,unit\n" + rows, encoding="utf-8")
    return ground


@dataclass(frozen=True, slots=True)
class Try:
    """Something that a person does. `opens`: the workshop is open before the drive begins to fail."""

    name: str
    run: Callable[[Ground], object]
    opens: bool = True


def _command(name: str, work: Callable[[Shop, Transaction], object]) -> Try:
    def run(ground: Ground) -> None:
        assert ground.store is not None
        shop = Shop(ground.store, random.Random(11))
        with ground.store.transaction(name, today=shop.today, actor="Ann") as tx:
            work(shop, tx)
            tx.note("Done while the drive failed.")

    return Try(name, run)


def _import(ground: Ground) -> None:
    """As the program does it: the copy is made within the command, before it commits."""
    assert ground.store is not None
    with ground.store.transaction("import", today=NOW.date(), actor="Ann") as tx:
        import_paths(tx, [ground.incoming])
        automatic_backup(ground.store, "before import")


def _back_up(ground: Ground) -> None:
    assert ground.store is not None
    automatic_backup(ground.store, "interval")


def _restore(ground: Ground) -> None:
    restore(ground.path, ground.saved, lambda: NOW)


def _upgrade(ground: Ground) -> None:
    migrations.upgrade(ground.path, lambda: NOW, (*migrations.REVISIONS, tomorrow()))


def _open(ground: Ground) -> None:
    with ground.open() as store, store.read() as reading:
        fetch(reading, "SELECT count(*) FROM item")


def _create(ground: Ground) -> None:
    Store.create(ground.other / "new.pegboard", lambda: NOW).close()


TRIES = (
    _command("order", STEPS["order"]),
    _command("draft", lambda _shop, tx: save_draft(tx, {"customer": "ZIN", "reference": "typed"})),
    _command("explosion", STEPS["explode"]),
    _command("receipt", STEPS["receive"]),
    Try("import", _import),
    Try("backup", _back_up),
    Try("restore", _restore, opens=False),
    Try("upgrade", _upgrade, opens=False),
    Try("open", _open, opens=False),
    Try("create", _create, opens=False),
)


def told(ground: Ground, attempt: Try) -> str:
    """Do it; returns what the program said against it, "" where it was done. Raises Loss where it had no words."""
    try:
        attempt.run(ground)
    except (PegboardError, OSError) as error:  # what is said of the system's own errors is said in one place
        words = in_words(error) if isinstance(error, OSError) else str(error)
        if not words.endswith((".", "FILE", "import")) or len(words) < 30:
            raise Loss(f"{attempt.name}: said only {words}") from error
        return words
    except Exception as error:
        raise Loss(f"{attempt.name}: no words for {error!r}") from error
    return ""


def content(path: Path) -> str:
    """A digest of every row in a workshop that is whole and adds up. Raises Loss where it is not."""
    found = problems_of(path)
    if found:
        raise Loss(f"{path.name} is broken: {found[0]}")
    with Store.open(path) as store, store.read() as reading:
        digest = _digest([row[0] for row in fetch(reading, _TABLES)], lambda table: fetch(reading, _rows_of(table)))
        if digest not in _PROVED:
            breaches = [breach for invariant in check(reading).invariants for breach in invariant.breaches]
            if breaches:
                raise Loss(" ".join(breaches[:5]))
            _PROVED.add(digest)
    return digest


_PROVED: set[str] = set()  # the same rows need not be checked a thousand times
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%' ORDER BY name"


def _rows_of(table: str) -> str:
    return f'SELECT * FROM "{table}"'


def _digest(tables: list[str], rows: Callable[[str], Iterable[Iterable[object]]]) -> str:
    digest = hashlib.sha256()
    for table in tables:
        digest.update(repr((table, sorted(repr(tuple(row)) for row in rows(table)))).encode())
    return digest.hexdigest()


def state(ground: Ground) -> str:
    """What the ground holds: the workshop's rows, and whether a new workshop was made. Raises Loss."""
    new = ground.other / "new.pegboard"
    made = content(new) if new.exists() else ""
    for file in (*default_folder(ground.path).glob("*.pegboard"), *ground.folder.glob("* replaced *.pegboard")):
        found = problems_of(file)
        if found:
            raise Loss(f"{file.name} is broken: {found[0]}")
    return f"{content_of_any(ground.path)} {made}"


def content_of_any(path: Path) -> str:
    """As `content`; of a file that tomorrow's program upgraded, that it is whole and of that version."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if version == migrations.REVISIONS[-1].REVISION:
            connection.close()
            return content(path)
        if problems_of(path):
            raise Loss(f"{path.name} is broken.")
        tables = [name for (name,) in connection.execute(_TABLES)]
        return _digest(tables, lambda table: connection.execute(_rows_of(table)).fetchall())
