"""Tries whatever can come in from outside: files, scans, typing, names on paper, attached files; as many as wanted.

Each try has a chance of its own, made of the soak's seed, its number and its name, so that one that fails can be done
again alone. A refusal in words (`PegboardError`) is a right answer; anything else that is raised, and each promise that
is not held, is a fault.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pegboard.bench.day_shop import furnish
from pegboard.bench.workload import DAY_0
from pegboard.domain.errors import PegboardError
from pegboard.services.explosion import explode
from pegboard.services.release import release_work_order
from pegboard.storage.store import Store, Transaction

TRIES_OF_A_SHOP = 2_000  # then a new one opens


class Fault(Exception):
    """An input that was neither taken nor refused in words, or whose promise was not held."""


class TakenBack(Exception):
    """Raised at the end of a try, so that the next finds the shop as this one did."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a try happens: the shop, a folder for its files, its chance."""

    store: Store
    folder: Path
    chance: random.Random

    def changing(self, command: str, act: Callable[[Transaction], None]) -> None:
        """Do something in a transaction that is taken back. PegboardError passes."""
        try:
            with self.store.transaction(command, today=DAY_0, actor="Ann") as tx:
                act(tx)
                raise TakenBack
        except TakenBack:
            pass


Try = Callable[[Place], None]


@dataclass(frozen=True, slots=True)
class Tried:
    """How far a soak has come: how many were tried, how many of them refused in words, and how many of each kind."""

    count: int
    refused: int
    by_kind: Mapping[str, int]


def kinds() -> dict[str, tuple[int, Try]]:
    """What can be tried, by name, with how often in all it is."""
    from pegboard.bench import input_files, input_papers, input_words

    return {**input_words.TRIES, **input_files.TRIES, **input_papers.TRIES}


def soak(folder: Path, count: int, seed: int, only: str = "") -> Iterator[Tried]:
    """Try so many; yield after each. Raises Fault with what makes it happen again."""
    known = kinds()
    if only and only not in known:
        raise PegboardError(f"There is no kind of input {only}.", hint=f"Kinds are: {', '.join(known)}.")
    names = [only] if only else [name for name, (often, _try) in known.items() for _time in range(often)]
    by_kind: Counter[str] = Counter()
    refused = 0
    for first in range(0, count, TRIES_OF_A_SHOP):
        with shop(folder / f"shop-{first}") as store:
            for number in range(first, min(first + TRIES_OF_A_SHOP, count)):
                name = random.Random(f"{seed}/{number}").choice(names)
                refused += not try_one(store, folder, name, f"{seed}/{number}/{name}")
                by_kind[name] += 1
                yield Tried(number + 1, refused, dict(by_kind))


def try_one(store: Store, folder: Path, name: str, seed: str) -> bool:
    """Do one try; say whether the input was taken. Raises Fault."""
    place = Place(store, folder, random.Random(seed))
    try:
        kinds()[name][1](place)
    except PegboardError as refusal:
        if not str(refusal).strip():
            raise Fault(f"{seed}: refused without a word") from refusal
        return False
    except Fault as fault:
        raise Fault(f"{seed}: {fault}") from fault
    except Exception as error:
        raise Fault(f"{seed}: {type(error).__name__}: {str(error)[:300]}") from error
    return True


def shop(folder: Path) -> Store:
    """A small shop with an order, released jobs and sent purchases."""
    folder.mkdir(parents=True)
    store = Store.create(folder / "inputs.pegboard")
    furnish(store, folder / "furniture")
    (folder / "orders.csv").write_text(
        "order,customer,item,quantity,due_date,unit_price,options\n"
        "SO-0001,ZIN,BIKE,2,2026-02-02,900,\nSO-0001,ZIN,TOY,4,2026-02-02,20,COLOUR=RED\nSO-0002,ZIN,TRIKE,1,,700,\n",
        encoding="utf-8",
    )
    from pegboard.exchange.workshop_folder import import_paths

    with store.transaction("import", today=DAY_0) as tx:
        import_paths(tx, [folder / "orders.csv"])
        explode(tx)
        jobs = tx.connection.exec_driver_sql("SELECT number FROM work_order WHERE state = 'planned'").scalars().all()
        for number in jobs:
            release_work_order(tx, number)
    return store
