"""Real places in which a workshop cannot be written: a full disk, a limit on files, a closed folder, a busy file.

Each case is one attempt in a process of its own, since a limit once set stays. A small disk is mounted where the user
may; the limit on a file's size works for everybody, on Linux and macOS.
"""

import contextlib
import multiprocessing
import multiprocessing.synchronize
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from pegboard.bench.fault_tries import TRIES, Ground, Loss, Try, told

PAGE = 4096  # bytes; also the step by which the room on a disk grows
NOBODY = 65_534
SMALL_DISK = 16_000_000  # bytes


def cases(ground: Ground, folder: Path, steps: int) -> Iterator[tuple[str, Try, Ground, str]]:
    """Try everything in every place; yields what was tried, on which ground, and what was said.

    `steps` is how many sizes are tried between no room and enough.
    """
    if not hasattr(os, "fork"):
        return
    for attempt in TRIES:
        for limit in _sizes(ground, steps):
            copy = ground.copy_to(folder / "limited")
            yield "limited file", attempt, copy, _apart(partial(_limited, limit), copy, attempt)
        copy = ground.copy_to(folder / "closed")
        yield "closed folder", attempt, copy, _apart(_closed, copy, attempt)
        _reopen(copy.folder)
    with _small_disk(folder / "small disk") as disk:
        for attempt in TRIES if disk is not None else ():
            for room in _rooms(steps):
                assert disk is not None
                copy = ground.copy_to(disk / "shop")
                _fill(disk, room)
                said = _apart(told_of, copy, attempt)
                (disk / "ballast").unlink()
                yield "full disk", attempt, copy, said


def busy(ground: Ground, folder: Path) -> Iterator[tuple[str, Try, Ground, str]]:
    """Let another process write all the time; everything that opens the file while others have it must come through."""
    for attempt in TRIES:
        if attempt.opens:
            copy = ground.copy_to(folder / "busy")
            stop = multiprocessing.Event()
            other = multiprocessing.Process(target=_write_all_the_time, args=(copy.path, stop))
            other.start()
            try:
                yield "busy file", attempt, copy, told_of(copy, attempt)
            finally:
                stop.set()
                other.join()


def told_of(ground: Ground, attempt: Try) -> str:
    """Do it, with the workshop open where the attempt wants it so; what was said, also of the opening itself."""

    def run(ground: Ground) -> None:
        if attempt.opens:
            ground.open()
        attempt.run(ground)

    try:
        return told(ground, Try(attempt.name, run))
    finally:
        ground.close()


def _sizes(ground: Ground, steps: int) -> Iterator[int]:
    """From no growth at all to twice the workshop, in bytes."""
    size = ground.path.stat().st_size
    for step in range(steps):
        yield PAGE + 2 * size * step // steps


def _rooms(steps: int) -> Iterator[int]:
    for step in range(steps):
        yield PAGE * step * 600 // steps


def _apart(work: Callable[[Ground, Try], str], ground: Ground, attempt: Try) -> str:
    """Do it in another process; raises Loss as it did there."""
    context = multiprocessing.get_context("fork")
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(work, ground, attempt, tells))
    process.start()
    tells.close()
    try:
        kind, words = hears.recv()
    except EOFError:
        kind, words = "lost", "the process died"
    process.join()
    if kind == "lost":
        raise Loss(f"{attempt.name}: {words}")
    return str(words)


def _report(work: Callable[[Ground, Try], str], ground: Ground, attempt: Try, tells: Connection) -> None:
    try:
        tells.send(("said", work(ground, attempt)))
    except BaseException as error:
        tells.send(("lost", repr(error)))


def _limited(most: int, ground: Ground, attempt: Try) -> str:
    """No file may grow beyond `most` bytes: what a quota does, and nearly what a full disk does."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    return told_of(ground, attempt)


def _closed(ground: Ground, attempt: Try) -> str:
    """The folder and all in it are read-only; root would not notice and becomes nobody."""
    for path in (*ground.folder.rglob("*"), ground.folder):
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.geteuid() == 0:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    return told_of(ground, attempt)


def _reopen(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


@contextlib.contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    """Mount a disk of a few megabytes; None where that is not allowed."""
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        yield None
        return
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _fill(disk: Path, room: int) -> None:
    """Leave so many bytes."""
    free = shutil.disk_usage(disk).free
    (disk / "ballast").write_bytes(bytes(max(free - room, 0)))


def _write_all_the_time(path: Path, stop: multiprocessing.synchronize.Event) -> None:
    """Another program at the same file: it takes the lock, holds it for a moment, and leaves everything as it was."""
    with contextlib.closing(sqlite3.connect(path, timeout=15, isolation_level=None)) as connection:
        while not stop.is_set():
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE item SET description = description")
            time.sleep(0.03)
            connection.execute("COMMIT")
            time.sleep(0.005)
