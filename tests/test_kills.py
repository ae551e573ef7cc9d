"""The program is killed while it works; what was committed is there. The long form is `pegboard soak kills`."""

import sys
from pathlib import Path

import pytest

from pegboard.bench.kills import soak

pytestmark = pytest.mark.file


@pytest.mark.skipif(sys.platform == "win32", reason="a killed process is as dead there, but starting one takes seconds")
def test_what_was_committed_survives_a_kill(tmp_path: Path) -> None:
    survived = list(soak(tmp_path, 8, seed=1))[-1]
    assert survived.kills == 8
    assert survived.steps > 0
