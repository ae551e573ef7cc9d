"""The process that is killed: it does one thing after the other in a workshop, and notes each commit outside of it."""

import os
import random
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType

from pegboard.bench.days import STEPS, WEIGHTED, Shop
from pegboard.domain.errors import PegboardError
from pegboard.exchange.workshop_folder import import_paths
from pegboard.services.orders import save_draft
from pegboard.storage import migrations
from pegboard.storage.automatic_backup import automatic_backup
from pegboard.storage.backup import backup, restore
from pegboard.storage.store import Store, Transaction

# What a person may be at when the power goes; "entry" is anything that people do in a day.
ACTIVITIES = ("entry", "draft", "import", "explosion", "receipt", "backup", "restore", "migration", "window")
ITEMS_OF_AN_IMPORT = 60
FOCUS = 0.7  # share of the steps that are of the activity which this kill is about
TOMORROW = "9001"


class Journal:
    """What was done, in a file of its own that is on the disk before the next thing begins."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def note(self, word: str, name: str) -> None:
        """Append one line."""
        self._file.write(f"{word} {name}\n".encode())
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def journal_of(path: Path) -> Path:
    """Where the journal of a workshop lies."""
    return path.with_name("journal.txt")


def work(path: Path, seed: int, focus: str, told: Connection) -> None:
    """Work until killed; `told` gets the name of each activity as it begins."""
    try:
        if focus == "window":
            from pegboard.bench.kill_window import type_orders

            type_orders(path, seed, Journal(journal_of(path)), told)
        else:
            Worker(path, seed, focus, told).run()
    except BaseException as error:
        path.with_name("failed.txt").write_text(f"{focus}: {error!r}", encoding="utf-8")
        raise


class Worker:
    """One life of the program."""

    def __init__(self, path: Path, seed: int, focus: str, told: Connection) -> None:
        self.path = path
        self.folder = path.parent
        self._seed = seed
        self._focus = focus
        self._told = told
        self._journal = Journal(journal_of(path))
        self._chance = random.Random(seed)
        self._draft_id: int | None = None
        self._token = ""
        self._store = Store.open(path)
        self._shop = Shop(self._store, self._chance)

    def run(self) -> None:
        """Do ten thousand things; somebody pulls the plug before."""
        for step in range(10_000):
            self._token = f"{self._seed}-{step}"
            some = ACTIVITIES[:-1]  # a window is another program
            activity = self._focus if self._chance.random() < FOCUS else self._chance.choice(some)
            self._told.send(activity)
            self._do(activity)

    def _do(self, activity: str) -> None:
        if activity == "explosion":
            self._commit("kept", lambda: STEPS["order"])
            self._commit("kept", lambda: STEPS["explode"])
        elif activity == "receipt":
            self._commit("kept", lambda: STEPS["send"])
            self._commit("kept", lambda: STEPS["receive"])
        elif activity == "entry":
            self._commit("kept", lambda: STEPS[self._chance.choice(WEIGHTED)])
        else:
            {
                "draft": self._type,
                "import": self._import,
                "backup": self._back_up,
                "restore": self._restore,
                "migration": self._migrate,
            }[activity]()

    def _commit(self, word: str, step: Callable[[], Callable[..., object]]) -> None:
        """One command, noted once it is committed."""
        self._token += "."
        try:
            with self._store.transaction("day.step", today=self._shop.today, actor="Ann") as tx:
                step()(self._shop, tx)
                tx.note(f"token {self._token}")
        except PegboardError:
            return
        self._journal.note(word, self._token)

    def _type(self) -> None:
        """One more cell of an order that is being typed."""
        token = f"{self._token}."

        def keep(_shop: Shop, tx: Transaction) -> None:
            self._draft_id = save_draft(tx, {"customer": "ZIN", "reference": token}, self._draft_id)

        self._commit("draft", lambda: keep)

    def _import(self) -> None:
        """Many items at once: all of them, or none."""
        folder = self.folder / "incoming"
        folder.mkdir(exist_ok=True)
        name = self._token.upper().replace("-", "X")
        rows = "".join(f"I{name}-{count},buy,ea\n" for count in range(ITEMS_OF_AN_IMPORT))
        (folder / "items.csv").write_text("code,source,unit\n" + rows, encoding="utf-8")
        self._commit("kept", lambda: lambda _shop, tx: import_paths(tx, [folder]))

    def _back_up(self) -> None:
        if self._chance.random() < 0.5:
            backup(self._store, self.folder / f"saved-{self._token}.pegboard")
        else:
            automatic_backup(self._store, "interval")

    def _restore(self) -> None:
        """Save, go on, and go back to what was saved."""
        saved = self.folder / f"saved-{self._token}.pegboard"
        backup(self._store, saved)
        self._journal.note("saved", saved.name)
        draft_id = self._draft_id
        self._commit("kept", lambda: STEPS["order"])
        self._store.close()
        self._journal.note("restoring", saved.name)
        restore(self.path, saved)
        self._journal.note("restored", saved.name)
        self._draft_id = draft_id
        self._store = Store.open(self.path)
        self._shop.store = self._store

    def _migrate(self) -> None:
        """Upgrade a copy of the workshop, as the next version of the program will."""
        folder = self.folder / f"upgrade-{self._token}"
        folder.mkdir()
        copy = backup(self._store, folder / "shop.pegboard")
        self._journal.note("upgrading", folder.name)
        migrations.upgrade(copy, revisions=(*migrations.REVISIONS, tomorrow()))
        self._journal.note("upgraded", folder.name)


def tomorrow() -> ModuleType:
    """A revision that the next version might bring: a column more, a table made anew, every row changed."""

    def upgrade() -> None:
        import sqlalchemy
        from alembic import op

        op.add_column("customer_order", sqlalchemy.Column("soaked", sqlalchemy.Text, server_default=""))
        with op.batch_alter_table("item") as item:
            item.add_column(sqlalchemy.Column("soaked", sqlalchemy.Text, server_default=""))
        op.execute("UPDATE customer_order SET soaked = number")

    module = ModuleType("r9001_tomorrow")
    vars(module).update(REVISION=TOMORROW, upgrade=upgrade)
    return module
