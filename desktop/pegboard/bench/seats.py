"""Several seats do random things in one workshop at once, each a process; then the invariants are proved."""

import multiprocessing
import random
import time
from dataclasses import dataclass
from pathlib import Path

from pegboard.bench.day_shop import furnish
from pegboard.bench.days import STEPS, WEIGHTED, Shop
from pegboard.domain.errors import PegboardError, WorkshopFileError
from pegboard.storage.store import Store


@dataclass(frozen=True, slots=True)
class Seat:
    """What one seat did.

    Attributes: done: commands that were kept; refused: those with a reason in the way; busy: those that could not be
    written, such as behind a long one; slowest: seconds of the longest command with its wait.
    """

    done: int
    refused: int
    busy: int
    slowest: float


def soak(workshop: str, folder: Path, seats: int, seconds: float, seed: int) -> list[Seat]:
    """Make a shop in the empty place `workshop`, let the seats work in it, and prove the invariants. Raises Breach."""
    with Store.create(workshop) as store:
        furnish(store, folder)
        tasks = [(workshop, f"{seed}-{seat}", seconds) for seat in range(seats)]
        with multiprocessing.get_context("spawn").Pool(seats) as pool:
            found = pool.starmap(_work, tasks)
        shop = Shop(store, random.Random(seed))
        shop.prove()
        shop.prove_stable()
    return found


def _work(workshop: str, seed: str, seconds: float) -> Seat:
    """One seat, until its time is over."""
    done = refused = busy = 0
    slowest, end = 0.0, time.monotonic() + seconds
    with Store.open(workshop) as store:
        shop = Shop(store, random.Random(seed))
        while (start := time.monotonic()) < end:
            name = shop.chance.choice(WEIGHTED)
            try:
                with store.transaction(f"day.{name}", today=shop.today, actor=seed) as tx:
                    STEPS[name](shop, tx)
                done += 1
            except WorkshopFileError:
                busy += 1
            except PegboardError:
                refused += 1
            slowest = max(slowest, time.monotonic() - start)
    return Seat(done, refused, busy, slowest)
