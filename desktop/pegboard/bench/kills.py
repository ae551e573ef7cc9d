"""Kills the program at random moments of its work, opens the workshop again and proves that nothing was lost.

What was committed is noted outside the workshop after each commit. A killed process may have committed one step more
than it could note, never one less. A restore and an upgrade leave the old file or the new one, whole. Backups that got
their name open and are whole; drafts are there; an import is there with all its rows or with none.
"""

import json
import multiprocessing
import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

from pegboard.bench.day_shop import furnish
from pegboard.bench.kill_work import ACTIVITIES, ITEMS_OF_AN_IMPORT, TOMORROW, journal_of, tomorrow, work
from pegboard.queries.integrity import check
from pegboard.storage import migrations, schema
from pegboard.storage.automatic_backup import default_folder
from pegboard.storage.bulk import fetch
from pegboard.storage.integrity import problems_of
from pegboard.storage.store import Reading, Store

LONGEST = 0.6  # seconds until a kill
LONGEST_OF_A_WINDOW = 2.0  # it types as fast as a person could, and begins once it is open
WINDOW_OPENS = 60.0  # seconds that a window may take on a busy computer
ONE_WINDOW_IN = 20  # kills: each costs a second or two to open
KILLS_OF_A_SHOP = 100  # then a new one opens: a small file is quick to check


class Loss(Exception):
    """Something that was committed is not there, or something is broken."""


@dataclass(frozen=True, slots=True)
class Survived:
    """How far a soak has come: kills, the steps that were committed in all, and what was being done when killed."""

    kills: int
    steps: int
    during: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class State:
    """What is in the workshop: the tokens of the steps, and by its reference each draft with how many lines it has.

    `typing` is the reference of the draft that the process was at, "" without one.
    """

    tokens: frozenset[str] = frozenset()
    drafts: Mapping[str, int] = field(default_factory=dict)
    typing: str = ""

    def with_draft(self, reference: str, lines: int = 0) -> "State":
        """After one more cell: the draft that is being typed has another reference, or another line."""
        others = {name: count for name, count in self.drafts.items() if name != self.typing}
        return replace(self, drafts={**others, reference: lines}, typing=reference)


def soak(folder: Path, kills: int, seed: int, *, windows: bool = True) -> Iterator[Survived]:
    """Kill so many times; yield after each. `windows` kills the real window now and then. Raises Loss."""
    chance = random.Random(seed)
    during: Counter[str] = Counter()
    done = steps = 0
    while done < kills:
        path = _new_shop(folder / f"shop-{done}")
        known = State()
        for _kill in range(min(KILLS_OF_A_SHOP, kills - done)):
            is_window = windows and done % ONE_WINDOW_IN == ONE_WINDOW_IN - 1
            focus = "window" if is_window else chance.choice(ACTIVITIES[:-1])
            during[_work_until_killed(path, focus, chance)] += 1
            known, committed = _prove(path, known)
            steps += committed
            done += 1
            yield Survived(done, steps, dict(during))
        shutil.rmtree(path.parent)


def _new_shop(folder: Path) -> Path:
    folder.mkdir()
    path = folder / "kills.pegboard"
    with Store.create(path) as store:
        furnish(store, folder / "furniture")
    return path


def _work_until_killed(path: Path, focus: str, chance: random.Random) -> str:
    """Let another process work on the workshop, and kill it; returns what it was doing."""
    # Forking is quick; a window must not have another one's application in it.
    can_fork = "fork" in multiprocessing.get_all_start_methods() and focus != "window"
    start = multiprocessing.get_context("fork").Process if can_fork else multiprocessing.get_context("spawn").Process
    hears, tells = multiprocessing.Pipe(duplex=False)
    process = start(target=work, args=(path, chance.randrange(2**31), focus, tells))
    process.start()
    tells.close()
    if focus == "window":
        hears.poll(WINDOW_OPENS)
        time.sleep(chance.random() * LONGEST_OF_A_WINDOW)
    else:
        time.sleep(chance.random() * LONGEST)
    process.kill()
    process.join()
    if process.exitcode == 1:
        raise Loss(f"The working process failed by itself: {path.with_name('failed.txt').read_text(encoding='utf-8')}")
    return _last_heard(hears)


def _last_heard(hears: Connection) -> str:
    heard = "opening"
    try:
        while hears.poll():
            heard = hears.recv()
    except (EOFError, OSError):  # the end, or a name that was cut off by the kill
        pass
    hears.close()
    return heard


def _prove(path: Path, known: State) -> tuple[State, int]:
    """Open what the killed process left and look at everything.

    Returns what is in it now, and how many steps were committed since the last look.
    """
    lines = _journal_lines(path)
    with Store.open(path) as store, store.read() as reading:
        found = _found(reading)
        _prove_whole(reading)
    prove_nothing_lost(known, lines, found)
    _prove_files(path)
    _prove_upgrades(path, {name for word, name in lines if word == "upgraded"})
    journal_of(path).unlink(missing_ok=True)
    return found, sum(word in ("kept", "draft", "typed") for word, _name in lines)


def _journal_lines(path: Path) -> list[tuple[str, str]]:
    """The lines that were noted wholly."""
    journal = journal_of(path)
    text = journal.read_text(encoding="utf-8") if journal.exists() else ""
    return [(word, name) for word, _, name in (line.partition(" ") for line in text.split("\n")[:-1])]


def _found(reading: Reading) -> State:
    notes = (str(note).rpartition("token ") for (note,) in fetch(reading, "SELECT note FROM audit_entry"))
    drafts = [json.loads(text) for (text,) in fetch(reading, "SELECT cells FROM order_draft")]
    return State(
        frozenset(token for _before, sign, token in notes if sign),
        {cells.get("reference", ""): len(cells.get("lines", ())) for cells in drafts},
    )


def _prove_whole(reading: Reading) -> None:
    broken = [breach for invariant in check(reading).invariants for breach in invariant.breaches]
    if broken:
        raise Loss(" ".join(broken[:5]))
    for (count,) in fetch(
        reading, "SELECT count(*) FROM item WHERE code LIKE 'I%-%' GROUP BY substr(code, 1, instr(code, '-'))"
    ):
        if count != ITEMS_OF_AN_IMPORT:
            raise Loss(f"An import is there with {count} of its {ITEMS_OF_AN_IMPORT} items.")


def prove_nothing_lost(known: State, lines: list[tuple[str, str]], found: State) -> None:
    """Go through the journal: what must be there now, with a restore that was begun either done or not."""
    now, saved, restoring = known, dict[str, State](), ""
    for word, name in lines:
        if word == "typed":
            reference, _, count = name.partition(" ")
            now = now.with_draft(reference, int(count))
        elif word == "saved":
            saved[name] = now
        elif word == "restoring":
            restoring = name
        elif word == "restored":
            now, restoring = saved[name], ""
        elif word in ("kept", "draft"):
            now = replace(now, tokens=now.tokens | {name})
            now = now.with_draft(name) if word == "draft" else now
    lost = _lost(now, found)
    if lost and not (restoring and not _lost(saved[restoring], found)):
        raise Loss(f"Committed and not there any more: {', '.join(sorted(lost)[:5])}.")


def _lost(expected: State, found: State) -> frozenset[str]:
    """What is missing. The last cells may have been typed over by the one step that could not be noted."""
    missing = {name for name, count in expected.drafts.items() if found.drafts.get(name, -1) < count}
    if (found.tokens - expected.tokens) & found.drafts.keys():
        missing.discard(expected.typing)
    return (expected.tokens - found.tokens) | missing


def _prove_files(path: Path) -> None:
    """Every backup that has its name is whole, and what a restore replaced is, too."""
    kept = [*path.parent.glob("saved-*.pegboard"), *path.parent.glob("* replaced *.pegboard")]
    kept += default_folder(path).glob("*.pegboard")
    for file in kept:
        if file.samefile(path):
            raise Loss(f"{file.name} is a second name of the workshop itself.")
        found = problems_of(file)
        if found:
            raise Loss(f"{file.name} is broken: {found[0]}")
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)


def _prove_upgrades(path: Path, done: set[str]) -> None:
    """A copy that was being upgraded is of the old schema or of the new one, whole, and can be upgraded still."""
    for folder in path.parent.glob("upgrade-*"):
        copy = folder / "shop.pegboard"
        if copy.exists():  # it was killed before there was a copy to upgrade
            version = _version(copy)
            if version not in (schema.SCHEMA_VERSION, TOMORROW) or (folder.name in done and version != TOMORROW):
                raise Loss(f"The upgraded file stands at schema {version}.")
            if version == TOMORROW and not any(default_folder(copy).glob("* before upgrade.pegboard")):
                raise Loss("The upgrade kept no copy of the old file.")
            if version != TOMORROW:
                migrations.upgrade(copy, revisions=(*migrations.REVISIONS, tomorrow()))
            _prove_upgraded(copy)
            _prove_files(copy)
        shutil.rmtree(folder)


def _version(copy: Path) -> str:
    with closing(sqlite3.connect(copy)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _prove_upgraded(copy: Path) -> None:
    found = problems_of(copy)
    with closing(sqlite3.connect(copy)) as connection:
        (half,) = connection.execute("SELECT count(*) FROM customer_order WHERE soaked <> number").fetchone()
    if found or half:
        raise Loss(f"An upgraded file is broken: {found[:1]} {half} rows are as they were.")
