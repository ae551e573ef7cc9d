"""Random days in a shop: whatever people do in whatever order, the invariants hold after every step."""

import random
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from tests.builders import TODAY, clock, workshop

from pegboard.bench.day_shop import furnish
from pegboard.bench.days import STEPS, WEIGHTED, Breach, Shop, soak
from pegboard.storage.rows import run
from pegboard.storage.store import Store

EXAMPLES, LENGTH, SEEDS = 30, 50, 6  # 1,500 steps chosen by Hypothesis, 900 and 1,400 by seeds


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of one of everything, as a file to copy."""
    folder = tmp_path_factory.mktemp("furnished")
    store = workshop(folder)
    furnish(store, folder / "files")
    store.close()
    return store.path


def _shop_like(furnished: Path, folder: Path) -> Store:
    """A copy of the furnished shop; a server's shop is no file and is furnished anew."""
    if not furnished.exists():
        store = workshop(folder)
        furnish(store, folder / "files")
        return store
    path = folder / "shop.pegboard"
    copyfile(furnished, path)
    return Store.open(path, clock)


def test_people_may_do_anything_in_any_order(furnished: Path) -> None:
    class Days(RuleBasedStateMachine):
        """Each rule is what somebody may do; chance fills in whom and how much."""

        def __init__(self) -> None:
            super().__init__()
            self.folder = Path(mkdtemp(prefix="days-"))
            self.shop = Shop(_shop_like(furnished, self.folder), random.Random(0))

        @rule(step=st.sampled_from(WEIGHTED), seed=st.integers(0, 2**16))
        def somebody_does(self, step: str, seed: int) -> None:
            """Do one thing and prove the invariants."""
            self.shop.chance.seed(seed)
            self.shop.step(step)

        def teardown(self) -> None:
            """Explode twice, the second time without effect; throw the file away."""
            try:
                self.shop.prove_stable()
            finally:
                self.shop.store.close()
                rmtree(self.folder)

    checks = (HealthCheck.too_slow, HealthCheck.data_too_large)
    case = Days.TestCase
    case.settings = settings(
        max_examples=EXAMPLES,
        stateful_step_count=LENGTH,
        deadline=None,
        suppress_health_check=checks,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),  # to shrink takes minutes, and a breach tells all that led to it
    )
    case().runTest()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_hundred_and_fifty_random_steps_leave_everything_in_order(tmp_path: Path, seed: int) -> None:
    assert list(soak(tmp_path, 150, seed)) == [150]


def test_every_step_is_done_at_all(tmp_path: Path) -> None:
    done = set()
    for seed in (2, 4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        store = workshop(folder)
        furnish(store, folder / "files")
        shop = Shop(store, random.Random(seed))
        for _step in range(700):
            shop.step()
        store.close()
        done |= {told for told in shop.told if "refused" not in told}
    assert done == STEPS.keys()


def test_a_breach_is_told_with_what_led_to_it(tmp_path: Path) -> None:
    store = workshop(tmp_path)
    furnish(store, tmp_path / "files")
    shop = Shop(store, random.Random(1))
    shop.step("order")
    with store.transaction("break", today=TODAY) as tx:
        run(tx, "UPDATE stock SET quantity = quantity + 1")
    with pytest.raises(Breach, match="but the ledger adds up to") as breach:
        shop.step("sleep")
    assert breach.value.told == ("order", "sleep")
    store.close()
