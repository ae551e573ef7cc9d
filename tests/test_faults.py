"""The drive fails while people work; what they did is done wholly or not. The long form: `pegboard soak faults`."""

import errno
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pegboard.bench.fault_drive import FAULTS, Fault, FaultDrive, fault_drive
from pegboard.bench.faults import soak

pytestmark = [pytest.mark.file, pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")]


@pytest.fixture
def drive() -> Iterator[FaultDrive]:
    """A drive that is whole again at the end."""
    try:
        made = fault_drive()
    except OSError as error:
        pytest.skip(str(error))
    yield made
    made.stand_aside()


def fault(name: str) -> Fault:
    """A way to fail."""
    return next(each for each in FAULTS if each.name == name)


def test_a_failing_drive_leaves_all_or_nothing(tmp_path: Path, drive: FaultDrive) -> None:
    endured = list(soak(tmp_path, stride=400))[-1]
    assert endured.faults == endured.refused + endured.done + endured.late
    assert {"limited file", "closed folder", "busy file"} <= set(endured.by_kind)
    assert {each.name for each in FAULTS} <= set(endured.by_kind)
    assert endured.refused > 30


def test_the_drive_fails_when_its_turn_has_come(tmp_path: Path, drive: FaultDrive) -> None:
    connection = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    connection.execute("CREATE TABLE line (number)")
    drive.fail(fault("full disk"), 1, tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        connection.execute("INSERT INTO line VALUES (1)")
    with pytest.raises(OSError, match="No space left") as refused:
        (tmp_path / "letter.txt").write_text("Dear customer")
    assert refused.value.errno == errno.ENOSPC
    assert drive.mend()
    connection.execute("INSERT INTO line VALUES (2)")
    assert connection.execute("SELECT number FROM line").fetchall() == [(2,)]
    connection.close()
