"""What holds for every test: a workshop of its own, nothing left open, no warning in the log."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import workshop
from tests.command_line import command_line as command_line

from pegboard.storage.store import Store


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks of this suite (pytest hook)."""
    config.addinivalue_line("markers", "logs_warnings: the test is about something that is logged as a warning")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty workshop; at the end no transaction is open and the file closes."""
    shop = workshop(tmp_path)
    yield shop
    still_used = [engine.pool.checkedout() for engine in (shop._writer, shop._reader)]
    shop.close()
    assert still_used == [0, 0], "a transaction or a view was left open"


@pytest.fixture(autouse=True)
def _no_warning_in_the_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or worse, unless it is marked `logs_warnings`."""
    yield
    if request.node.get_closest_marker("logs_warnings"):
        return
    found = [
        record
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING
    ]
    assert not found, f"logged: {[record.getMessage() for record in found]}"
