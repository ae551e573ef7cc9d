"""The program is killed while it works; what was committed is there. The long form is `pegboard soak kills`."""

import sys
import time
from pathlib import Path

import pytest

from pegboard.bench.kills import Loss, soak
from pegboard.domain.errors import WorkshopFileError
from pegboard.storage import backup

pytestmark = pytest.mark.file


@pytest.mark.skipif(sys.platform == "win32", reason="a killed process is as dead there, but starting one takes seconds")
def test_what_was_committed_survives_a_kill(tmp_path: Path) -> None:
    survived = list(soak(tmp_path, 20, seed=1))[-1]
    assert survived.kills == sum(survived.during.values()) == 20
    assert survived.during["window"] == 1
    assert survived.steps > 0


@pytest.mark.skipif(sys.platform == "win32", reason="the worker is forked")
def test_a_restore_that_loses_the_workshop_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What proves the others is proved itself: a swap with a moment in which nothing stands there fails the soak."""

    def careless(part: Path, target: Path) -> None:
        target.unlink(missing_ok=True)
        time.sleep(0.2)
        part.rename(target)

    monkeypatch.setattr(backup, "replace_file", careless)
    with pytest.raises((Loss, WorkshopFileError)):
        list(soak(tmp_path, 100, seed=1, windows=False))
