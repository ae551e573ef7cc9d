"""The program is killed while it works; what was committed is there. The long form is `pegboard soak kills`."""

import sys
from pathlib import Path

import pytest

from pegboard.bench.kills import Loss, State, prove_nothing_lost, soak

pytestmark = pytest.mark.file


@pytest.mark.skipif(sys.platform == "win32", reason="a killed process is as dead there, but starting one takes seconds")
def test_what_was_committed_survives_a_kill(tmp_path: Path) -> None:
    survived = list(soak(tmp_path, 20, seed=1))[-1]
    assert survived.kills == sum(survived.during.values()) == 20
    assert survived.during["window"] == 1
    assert survived.steps > 0


BEFORE = State(frozenset({"1"}), {"typed": 2})


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([], State(frozenset(), {"typed": 2})),
        ([("kept", "2")], BEFORE),
        ([], State(frozenset({"1"}), {"typed": 1})),
        ([("draft", "a"), ("draft", "b")], State(frozenset({"1", "a", "b"}), {"typed": 2, "a": 0})),
        ([("saved", "s"), ("kept", "2"), ("restoring", "s"), ("restored", "s")], State()),
        ([("kept", "2"), ("saved", "s"), ("kept", "3"), ("restoring", "s")], BEFORE),
    ],
)
def test_what_is_missing_is_found(lines: list[tuple[str, str]], found: State) -> None:
    """What proves the others is proved itself: a step, a line or a draft that is gone fails the soak."""
    with pytest.raises(Loss):
        prove_nothing_lost(BEFORE, lines, found)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([("kept", "2")], State(frozenset({"1", "2", "not noted"}), {"typed": 3})),
        ([("draft", "a")], State(frozenset({"1", "a", "b"}), {"typed": 2, "b": 0})),
        ([("saved", "s"), ("kept", "2"), ("restoring", "s")], BEFORE),
        ([("saved", "s"), ("kept", "2"), ("restoring", "s")], State(frozenset({"1", "2"}), {"typed": 2})),
    ],
)
def test_one_step_more_than_was_noted_is_no_loss(lines: list[tuple[str, str]], found: State) -> None:
    prove_nothing_lost(BEFORE, lines, found)
