"""A drive that fails on purpose: SQLite's own file calls and the program's, from the n-th one on or once.

A virtual file system is put in front of SQLite's usual one, in the very library that Python's `sqlite3` uses; it needs
no compiler. Each call passes through unless its turn to fail has come. What the program does itself with files (open,
rename, remove, make a folder) is counted by an audit hook and fails with the system's own error.

Source: sqlite.org, "The SQLite OS Interface or VFS", and the structures in `sqlite3.h`.
"""

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

IO_ERROR = 10  # SQLITE_IOERR and, in the next byte, what was being done
FULL, CANNOT_OPEN = 13, 14
CODES = {
    "read": IO_ERROR | 1 << 8,
    "write": IO_ERROR | 3 << 8,
    "sync": IO_ERROR | 4 << 8,
    "truncate": IO_ERROR | 6 << 8,
    "delete": IO_ERROR | 10 << 8,
    "map": IO_ERROR | 21 << 8,
    "open": CANNOT_OPEN,
}
OWN = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.link", "os.listdir", "os.scandir"})


@dataclass(frozen=True, slots=True)
class Fault:
    """A way for a drive to fail.

    Attributes: name; calls: those that can fail; stays: whether all of them fail from then on; code: SQLite's answer,
    0 for that of each call; number: the system's error for what the program does itself.
    """

    name: str
    calls: frozenset[str]
    stays: bool
    code: int = 0
    number: int = errno.EIO


FAULTS = (
    Fault("full disk", frozenset({"write", "own"}), True, FULL, errno.ENOSPC),
    Fault("failed write", frozenset({"write"}), False),
    Fault("failed sync", frozenset({"sync"}), False),
    Fault("failed read", frozenset({"read"}), False),
    Fault("removed drive", frozenset({*CODES, "own"}), True),
    Fault("failed file call", frozenset({"own", "open", "delete", "truncate", "map"}), False),
)


class _File(ctypes.Structure):
    """`sqlite3_file`: what each open file begins with."""

    _fields_: ClassVar[Any] = [("methods", ctypes.c_void_p)]


_long = ctypes.c_longlong
_int, _pointer = ctypes.c_int, ctypes.c_void_p
_CALLS: dict[str, Any] = {
    "xClose": None,
    "xRead": ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int, _long),
    "xWrite": ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int, _long),
    "xTruncate": ctypes.CFUNCTYPE(_int, _pointer, _long),
    "xSync": ctypes.CFUNCTYPE(_int, _pointer, _int),
    "xFileSize": None,
    "xLock": None,
    "xUnlock": None,
    "xCheckReservedLock": None,
    "xFileControl": None,
    "xSectorSize": None,
    "xDeviceCharacteristics": None,
    "xShmMap": ctypes.CFUNCTYPE(_int, _pointer, _int, _int, _int, _pointer),
    "xShmLock": None,
    "xShmBarrier": None,
    "xShmUnmap": None,
    "xFetch": None,
    "xUnfetch": None,
}
_NAMES = {"xRead": "read", "xWrite": "write", "xTruncate": "truncate", "xSync": "sync", "xShmMap": "map"}
_OPEN = ctypes.CFUNCTYPE(_int, _pointer, _pointer, ctypes.POINTER(_File), _int, _pointer)
_DELETE = ctypes.CFUNCTYPE(_int, _pointer, _pointer, _int)


class _Methods(ctypes.Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_: ClassVar[Any] = [("iVersion", _int), *((name, _pointer) for name in _CALLS)]


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs`, version 3."""

    _fields_: ClassVar[Any] = [
        ("iVersion", _int),
        ("szOsFile", _int),
        ("mxPathname", _int),
        ("pNext", _pointer),
        ("zName", ctypes.c_char_p),
        ("pAppData", _pointer),
        ("xOpen", _pointer),
        ("xDelete", _pointer),
        *((f"other{place}", _pointer) for place in range(14)),
    ]


class FaultDrive:
    """The drive on which the workshop lies; whole until it is told to fail.

    There is one for each process, since what is put in front of SQLite stays there: take it from `fault_drive`.
    """

    def __init__(self) -> None:
        """Put it in front of SQLite's usual file system. Raises OSError where SQLite cannot be reached."""
        import _sqlite3

        self._fault: Fault | None = None
        self._turn = 0
        self._folder = ""
        self.calls = 0
        self._kept: list[Any] = []  # what SQLite points to must live on
        self._methods: dict[int, _Methods] = {}
        library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
        try:
            find, register = library.sqlite3_vfs_find, library.sqlite3_vfs_register
        except AttributeError as error:
            raise OSError("This Python hides the SQLite that it was built with.") from error
        find.restype = ctypes.POINTER(_Vfs)
        usual = find(None).contents
        self._vfs = _Vfs.from_buffer_copy(usual)
        self._vfs.zName = b"fault_drive"
        self._usual_open, self._usual_delete = _OPEN(usual.xOpen), _DELETE(usual.xDelete)
        self._vfs.xOpen = self._pointer_to(_OPEN(self._open))
        self._vfs.xDelete = self._pointer_to(_DELETE(self._delete))
        self._register, self._usual = register, usual
        self.stand_in()
        sys.addaudithook(self._look_at)

    def stand_in(self) -> None:
        """From now on, what SQLite opens goes through here."""
        if self._register(ctypes.byref(self._vfs), 1):
            raise OSError("SQLite takes no other file system.")

    def stand_aside(self) -> None:
        """What SQLite opens from now on has its usual file system again."""
        self.mend()
        self._register(ctypes.byref(self._usual), 1)

    def fail(self, fault: Fault, turn: int, folder: Path) -> None:
        """From now on the `turn`-th call of those that `fault` is about fails, in or below `folder`."""
        self._fault, self._turn, self.calls, self._folder = fault, turn, 0, str(folder)

    def mend(self) -> bool:
        """Let everything pass again; returns whether anything failed."""
        has_failed = self._fault is not None and self.calls >= self._turn
        self._fault = None
        return has_failed

    def _fails(self, call: str) -> bool:
        fault = self._fault
        if fault is None or call not in fault.calls:
            return False
        self.calls += 1
        return self.calls >= self._turn if fault.stays else self.calls == self._turn

    def _code(self, call: str) -> int:
        return (self._fault.code if self._fault is not None else 0) or CODES[call]

    def _pointer_to(self, function: Any) -> int | None:
        self._kept.append(function)
        return ctypes.cast(function, _pointer).value

    def _open(self, vfs: int, name: int, file: Any, flags: int, told: int) -> int:
        if self._fails("open"):
            file.contents.methods = None  # SQLite closes what has methods, also after a failure
            return CODES["open"]
        answer: int = self._usual_open(vfs, name, file, flags, told)
        if not answer and file.contents.methods:
            file.contents.methods = ctypes.addressof(self._failing(file.contents.methods))
        return answer

    def _delete(self, vfs: int, name: int, syncs: int) -> int:
        if self._fails("delete"):
            return CODES["delete"]
        answer: int = self._usual_delete(vfs, name, syncs)
        return answer

    def _failing(self, address: int) -> _Methods:
        """The methods of a kind of file, those that can fail passing through here."""
        if address not in self._methods:
            usual = _Methods.from_address(address)
            made = _Methods.from_buffer_copy(usual)
            for name, call in _NAMES.items():
                kind = _CALLS[name]
                if getattr(usual, name):
                    setattr(made, name, self._pointer_to(kind(self._passing(call, kind(getattr(usual, name))))))
            self._methods[address] = made
        return self._methods[address]

    def _passing(self, call: str, usual: Callable[..., int]) -> Callable[..., int]:
        def method(*arguments: Any) -> int:
            return self._code(call) if self._fails(call) else usual(*arguments)

        return method

    def _look_at(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Audit hook: what the program itself does with files."""
        if self._fault is None or event not in OWN or "own" not in self._fault.calls:
            return
        if self._fault.number == errno.ENOSPC and not _takes_room(event, arguments):
            return
        path = arguments[0]
        if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self._folder) and self._fails("own"):
            number = self._fault.number
            raise OSError(number, os.strerror(number), os.fspath(path))


def _takes_room(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether a full disk refuses it."""
    if event == "open":
        return bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return event in ("os.mkdir", "os.link", "os.rename")


_drives: list[FaultDrive] = []


def fault_drive() -> FaultDrive:
    """The failing drive of this process."""
    if not _drives:
        _drives.append(FaultDrive())
    _drives[0].stand_in()
    return _drives[0]
