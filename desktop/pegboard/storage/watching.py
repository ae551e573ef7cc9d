"""Listens for what other seats commit: a server says it, a file is looked at several times a second."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from pegboard.domain.errors import PegboardError
from pegboard.storage.sqlite_file import FilePlace
from pegboard.storage.store import Store

LOOK_EVERY = 0.3  # seconds between two looks at a file
TRY_AGAIN = 2.0  # seconds between two tries to reach a server


class Watch:
    """Listens on a thread of its own until it is stopped.

    `heard` is called after each commit of anybody, and once the connection is back; `told` with False when the
    connection is lost and with True when it is back. Both are called on the watch's thread.
    """

    def __init__(self, store: Store, heard: Callable[[], None], told: Callable[[bool], None]) -> None:
        self._store = store
        self._heard = heard
        self._told = told
        self._stopped = threading.Event()
        self._is_lost = False
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; waits for the thread."""
        self.leave()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def leave(self) -> None:
        """Listen no more, without waiting: what is under way may still be told."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._store.place.errors():
                    if isinstance(self._store.place, FilePlace):
                        self._look_at_file()
                    else:
                        self._listen_to_server()
            except PegboardError:
                self._lose()
                self._stopped.wait(TRY_AGAIN)

    def _lose(self) -> None:
        if not self._is_lost and not self._stopped.is_set():
            self._is_lost = True
            self._told(False)

    def _be_back(self) -> None:
        if self._is_lost and not self._stopped.is_set():
            self._is_lost = False
            self._told(True)
            self._heard()

    def _look_at_file(self) -> None:
        # One connection all the time: the number tells what changed since this connection looked last.
        engine = self._store.place.engine(writes=False)
        try:
            with engine.connect() as connection:
                last = _data_version(connection)
                self._be_back()
                while not self._stopped.wait(LOOK_EVERY):
                    version = _data_version(connection)
                    if version != last:
                        last = version
                        self._heard()
        finally:
            engine.dispose()

    def _listen_to_server(self) -> None:
        from pegboard.storage.postgres.driver import CHANNEL

        engine = self._store.place.engine(writes=False)
        try:
            with engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.read_only = None
                driver.autocommit = True
                driver.execute(f"LISTEN {CHANNEL}")
                self._be_back()
                while not self._stopped.is_set():
                    if list(driver.notifies(timeout=LOOK_EVERY, stop_after=1)):
                        self._heard()
                connection.invalidate()
        finally:
            engine.dispose()


def _data_version(connection: Connection) -> int:
    driver = connection.connection.driver_connection
    assert driver is not None
    return int(driver.execute("PRAGMA data_version").fetchone()[0])
