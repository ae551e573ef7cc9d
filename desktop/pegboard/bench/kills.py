"""Kills the program at random moments of its work, opens the workshop again and proves that nothing was lost.

What was committed is noted outside the workshop after each commit. A killed process may have committed one step more
than it could note, never one less. Backups that were made must open and be whole; drafts must be there.
"""

import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pegboard.bench.day_shop import furnish
from pegboard.bench.days import STEPS, WEIGHTED, Shop
from pegboard.domain.errors import PegboardError
from pegboard.exchange.export import export_folder
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.integrity import check
from pegboard.services.orders import save_draft
from pegboard.storage.backup import backup, restore
from pegboard.storage.bulk import fetch
from pegboard.storage.integrity import problems_of
from pegboard.storage.store import Store

LONGEST = 0.6  # seconds until a kill
KILLS_OF_A_SHOP = 100  # then a new one opens: a small file is quick to check


class Loss(Exception):
    """Something that was committed is not there, or something is broken."""


@dataclass(frozen=True, slots=True)
class Survived:
    """How far a soak has come: kills, and the steps that were committed in all."""

    kills: int
    steps: int


def soak(folder: Path, kills: int, seed: int) -> Iterator[Survived]:
    """Kill so many times; yield after each. Raises Loss."""
    chance = random.Random(seed)
    done = steps = 0
    while done < kills:
        shop = folder / f"shop-{done}"
        shop.mkdir()
        path = shop / "kills.pegboard"
        with Store.create(path) as store:
            furnish(store, shop / "furniture")
            with store.read() as reading:
                export_folder(reading, shop / "folder")
        for _kill in range(min(KILLS_OF_A_SHOP, kills - done)):
            _work_until_killed(path, chance)
            steps += _prove(path)
            done += 1
            yield Survived(done, steps)
        shutil.rmtree(shop)


def _work_until_killed(path: Path, chance: random.Random) -> None:
    """Let another process work on the workshop, and kill it."""
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    start = multiprocessing.get_context("fork").Process if can_fork else multiprocessing.Process
    process = start(target=work, args=(path, chance.randrange(2**31)))
    process.start()
    time.sleep(chance.random() * LONGEST)
    process.kill()
    process.join()
    if process.exitcode == 1:
        raise Loss(f"The working process failed by itself; see {path.with_name('failed.txt')}.")


def work(path: Path, seed: int) -> None:
    """Do one thing after the other until killed, and note each commit where no workshop is concerned."""
    chance = random.Random(seed)
    try:
        with Store.open(path) as store, open(_journal(path), "ab", buffering=0) as journal:
            shop = Shop(store, chance)
            for step in range(10_000):
                token = f"{seed}-{step}"
                if _do(shop, path, token):
                    journal.write(f"{token}\n".encode())
                    os.fsync(journal.fileno())
    except BaseException as error:
        path.with_name("failed.txt").write_text(repr(error), encoding="utf-8")
        raise


def _do(shop: Shop, path: Path, token: str) -> bool:
    """One thing, small or large; False where it was refused."""
    name = shop.chance.choice([*WEIGHTED, "draft", "draft", "import", "backup"])
    if name == "backup":
        backup(shop.store, path.with_name(f"saved-{token}.pegboard"))
        return False
    try:
        with shop.store.transaction(f"day.{name}", today=shop.today, actor="Ann") as tx:
            if name == "draft":
                save_draft(tx, {"customer": "ZIN", "reference": token})
            elif name == "import":
                import_paths(tx, [path.with_name("folder")])
            else:
                STEPS[name](shop, tx)
            tx.note(f"token {token}.")
    except PegboardError:
        return False
    return True


def _journal(path: Path) -> Path:
    return path.with_name("committed.txt")


def _prove(path: Path) -> int:
    """Open what the killed process left and look at everything; how many steps were committed since the last look."""
    noted = _journal(path).read_text(encoding="utf-8").split() if _journal(path).exists() else []
    with Store.open(path) as store, store.read() as reading:
        notes = {note.rpartition("token ")[2].rstrip(".") for (note,) in fetch(reading, "SELECT note FROM audit_entry")}
        lost = [token for token in noted if token not in notes]
        broken = [breach for invariant in check(reading).invariants for breach in invariant.breaches]
    if lost:
        raise Loss(f"Committed and not there any more: {', '.join(lost[:5])}.")
    if broken:
        raise Loss(" ".join(broken[:5]))
    for saved in path.parent.glob("saved-*.pegboard"):
        if problems_of(saved):
            raise Loss(f"The backup {saved.name} is broken.")
        saved.unlink()
    _restore_now_and_then(path, len(noted))
    _journal(path).unlink(missing_ok=True)
    return len(noted)


def _restore_now_and_then(path: Path, chance: int) -> None:
    """Put a copy in the place of the workshop, as a person would after a fright; nothing may change by it."""
    if chance % 5 == 0:
        saved = path.with_name("again.pegboard")
        backup(path, saved)
        kept = restore(path, saved)
        saved.unlink()
        if kept is not None:
            kept.unlink()
