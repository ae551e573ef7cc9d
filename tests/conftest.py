"""What holds for every test: a workshop of its own, nothing left open, no warning in the log."""

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests import server
from tests.builders import ENGINE, workshop
from tests.command_line import command_line as command_line

from pegboard.storage.store import Store


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose the engine (pytest hook)."""
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="where workshops are kept")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks of this suite, and start the server that the run asks for (pytest hook)."""
    config.addinivalue_line("markers", "logs_warnings: the test is about something that is logged as a warning")
    config.addinivalue_line("markers", "file: the test is about a workshop file and not about one on a server")
    config.addinivalue_line("markers", "server: the test needs a server: run with --engine postgresql")
    os.environ[ENGINE] = config.getoption("--engine")
    if os.environ[ENGINE] == "sqlite" or hasattr(config, "workerinput"):  # the workers share one server
        return
    if not os.environ.get(server.ADDRESS):
        folder = server.programs()
        if folder is None:
            raise pytest.UsageError("there is no PostgreSQL on this computer: install the package postgresql")
        running = ExitStack()
        os.environ[server.ADDRESS] = running.enter_context(server.running(folder)).url
        config.add_cleanup(running.close)
    server.make_template(os.environ[server.ADDRESS])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what is about files where the run is on a server (pytest hook)."""
    if os.environ[ENGINE] != "sqlite" and item.get_closest_marker("file"):
        pytest.skip("about a workshop file")
    if os.environ[ENGINE] == "sqlite" and item.get_closest_marker("server"):
        pytest.skip("needs a PostgreSQL server: run with --engine postgresql")


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
