"""A few of each kind of hostile input; `pegboard soak inputs` tries as many as anybody wants."""

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pegboard.bench import inputs
from pegboard.domain.errors import PegboardError
from pegboard.storage.store import Store

KINDS = sorted(inputs.kinds())
SLOW = {"written", "paper"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small shop; each try takes back what it did."""
    with inputs.shop(tmp_path_factory.mktemp("inputs") / "shop") as store:
        yield store


@pytest.mark.file
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_comes_in_is_taken_or_refused_in_words(shop: Store, tmp_path: Path, kind: str) -> None:
    for number in range(3 if kind in SLOW else 25):
        inputs.try_one(shop, tmp_path, kind, f"test/{number}/{kind}")


@pytest.mark.file
@pytest.mark.parametrize("kind", ["scan", "look_up", "item", "setting", "file_name", "typed", "till", "attached"])
def test_hypothesis_looks_for_what_chance_does_not_find(shop: Store, tmp_path: Path, kind: str) -> None:
    act = inputs.kinds()[kind][1]

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.randoms(use_true_random=False))
    def search(chance: random.Random) -> None:
        with contextlib.suppress(PegboardError):
            act(inputs.Place(shop, tmp_path, chance))

    search()


@pytest.mark.file
def test_a_fault_says_how_to_make_it_happen_again(shop: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_place: inputs.Place) -> None:
        raise KeyError("colour")

    monkeypatch.setattr(inputs, "kinds", lambda: {"scan": (1, breaks)})
    with pytest.raises(inputs.Fault, match="7/12/scan: KeyError: 'colour'"):
        inputs.try_one(shop, tmp_path, "scan", "7/12/scan")


@pytest.mark.file
def test_a_soak_tries_what_its_seed_says(tmp_path: Path) -> None:
    first, again = ([*inputs.soak(tmp_path / name, 30, 3)][-1] for name in ("first", "again"))
    assert first == again
    assert first.count == sum(first.by_kind.values()) == 30
