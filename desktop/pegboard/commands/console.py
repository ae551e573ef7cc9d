"""What every command of the command line works with: the workshop, today, and the two streams."""

import argparse
import datetime
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.storage.store import Reading, Store, Transaction

Arguments = argparse.Namespace


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: its name, one line of help, what it takes, and what it does.

    `run` returns the exit code, None for 0.
    """

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[["Console", Arguments], int | None]
    takes_today: bool = True


class Console:
    """The streams and the workshop of one call."""

    def __init__(self, arguments: Arguments, doing: str) -> None:
        self._workshop: str | None = arguments.workshop
        self._today: datetime.date | None = arguments.today
        self._person: str = arguments.person or ""
        self.as_json: bool = arguments.json
        self.doing = doing
        self._store: Store | None = None
        self._known = ""  # who signed in with a PIN
        self.tells_money = True  # until somebody is known who may not see it
        self._steps: Steps | None = None

    @property
    def today(self) -> datetime.date:
        """The day that --today names, else the computer's."""
        return self._today or datetime.date.today()

    @property
    def workshop(self) -> str:
        """The path or URL of the workshop: --workshop, else the one opened last. NotFound without either."""
        return self._workshop or last_workshop()

    @property
    def path(self) -> Path:
        """The file of the workshop."""
        return Path(self.workshop)

    @property
    def place(self) -> str:
        """Where the workshop lies, in words that hold no password."""
        from pegboard.recent import shown

        return shown(self.workshop)

    @contextmanager
    def open(self) -> Iterator["Store"]:
        """Open the workshop and remember it as the last one opened."""
        from pegboard.services.rights import keep_rights
        from pegboard.storage.store import Store

        with Store.open(self.workshop) as store:
            remember_workshop(self.workshop)
            keep_rights(store)
            self._store = store
            yield store

    @contextmanager
    def transaction(self, command: str) -> Iterator["Transaction"]:
        """Run one command on the workshop: everything in it is written at the end, or nothing is."""
        from pegboard.queries.people import rights

        with self.open() as store, self.transaction_on(store, command) as tx:
            self.tells_money = rights(tx, tx.actor).sees_money
            yield tx

    def transaction_on(self, store: "Store", command: str) -> AbstractContextManager["Transaction"]:
        """Run one command on the opened workshop, of whoever works here or signs in with --person, today."""
        return store.transaction(command, today=self.today, actor=self.sign_in(store))

    def sign_in(self, store: "Store") -> str:
        """Who works here: whom --person names, else the user of this computer; with a PIN once the PIN is right."""
        self._store = store
        with store.read(today=self.today) as reading:
            return self.person(reading)

    def look_at_rights(self, reading: "Reading") -> None:
        """Learn whether what is read may be told with its amounts: `tells_money`."""
        from pegboard.queries.people import rights

        self.tells_money = rights(reading, self.person(reading)).sees_money

    def person(self, reading: "Reading") -> str:
        """The same, on a view that is open already."""
        from pegboard.services.rights import asks_for_pin, sign_in_at

        person = self._person or actor()
        if person != self._known and (self._person or asks_for_pin(reading, person)):
            assert self._store is not None
            sign_in_at(self._store, person, pin_of(person))
            self._known = person
        return person

    def person_said(self, reading: "Reading") -> str:
        """Who signed in, or whom --person names; "" where nobody was asked for yet, and nobody is then."""
        return self.person(reading) if self._person else self._known

    def require_money(self, store: "Store") -> None:
        """Refuse what tells amounts to whoever may not see them."""
        from pegboard.services.rights import require_money

        person = self.sign_in(store)
        with store.read(today=self.today) as reading:
            require_money(reading, person)

    def require_copy(self, store: "Store", command: str) -> None:
        """Refuse a copy of the whole workshop, such as workshop.export, to whoever may not have one."""
        from pegboard.services.rights import require_copy

        person = self.sign_in(store)
        with store.read(today=self.today) as reading:
            require_copy(reading, person, command)

    def require_copy_where_it_opens(self, workshop: str, command: str) -> None:
        """The same for a workshop that may be lost or damaged: then nobody can be asked, and nobody is.

        It is not upgraded on the way.
        """
        from sqlalchemy.exc import SQLAlchemyError

        from pegboard.domain.errors import WorkshopFileError
        from pegboard.storage.store import Store, place_of, system_clock

        try:
            place = place_of(workshop)
            place.require_workshop()
            with Store(place, system_clock) as store:
                with store.read() as reading:
                    place.version(reading.connection)
                self.require_copy(store, command)
        except (WorkshopFileError, SQLAlchemyError):
            return

    @contextmanager
    def read(self) -> Iterator["Reading"]:
        """Give a read-only view of the workshop."""
        with self.open() as store, store.read(today=self.today) as reading:
            yield reading

    def result(self, value: object, text: str) -> None:
        """Print a result: `value` as JSON where that is asked for, else `text`."""
        self.clear()
        if self.as_json:
            for part in json_parts(value):
                print(part, end="")
        elif text:
            print(text)

    def complain(self, text: str) -> None:
        """Print one reason on standard error, on one line."""
        self.clear()
        print(" ".join(text.split()), file=sys.stderr)

    def clear(self) -> None:
        """Take the line on long work away."""
        if self._steps is not None:
            self._steps.clear()

    def steps(self) -> "Steps | None":
        """Who shows how far long work is: somebody where standard error is a terminal, else nobody."""
        if sys.stderr.isatty():
            self._steps = Steps()
        return self._steps

    def busy(self, text: str) -> None:
        """Say what takes a while, where somebody watches."""
        steps = self.steps()
        if steps is not None:
            steps.say(text)


class Steps:
    """Shows how far long work is, in one line on standard error."""

    def step(self, done: int, total: int, text: str = "") -> None:
        """Show that `done` of `total` steps are done and what comes now."""
        self.say(f"{text} ({done}/{total})")

    def say(self, text: str) -> None:
        """Show a line in place of the one before."""
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave a clean line for what comes next."""
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Make millions of rows without a cycle among them: looking for cycles would double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def json_parts(value: object) -> Iterator[str]:
    """Give a value as JSON in pieces; an object's long lists have one row on each line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    if not isinstance(value, dict):
        yield encode(value) + "\n"
        return
    before = "{"
    for key, entry in value.items():
        yield f"{before}{encode(key)}: "
        before = ",\n "
        if isinstance(entry, list) and entry:
            yield "[\n  " + encode(entry[0])
            yield from (",\n  " + encode(row) for row in entry[1:])
            yield "]"
        else:
            yield encode(entry)
    yield "{}\n" if before == "{" else "}\n"


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> str:
    """Return rows as aligned columns under headings; the columns in `right` are aligned to the right."""
    lines = [list(headings), *[["" if cell is None else str(cell) for cell in row] for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun, such as "1 job" or "3 jobs"; both nouns are translated already."""
    return f"{count} {one if count == 1 else many}"


def quantity_micro(text: str) -> int:
    """Return a quantity argument in millionths; InvalidInput where it is no number or out of range."""
    from pegboard.domain.quantity import parse_micro

    try:
        return parse_micro(text)
    except ValueError as error:
        raise InvalidInput(
            tr('"{text}" is no quantity: {reason}.', text=text[:80], reason=error),
            hint=tr("Write digits with a decimal point, such as 12 or 0.5."),
        ) from error


def day(text: str) -> datetime.date:
    """Return a date argument; InvalidInput where it is none."""
    try:
        return iso_date(text)
    except ValueError as error:
        raise InvalidInput(
            tr('"{text}" is no date.', text=text[:80]), hint=tr("Write it as year-month-day, such as 2026-01-31.")
        ) from error


def iso_date(text: str) -> datetime.date:
    """Return the day that `text` names as YYYY-MM-DD; ValueError where it is none (also for the parser of options)."""
    parsed = datetime.date.fromisoformat(text)
    if parsed.isoformat() != text:  # other forms of ISO 8601 are read, but nobody means them
        raise ValueError(text)
    return parsed


def line_key(text: str) -> tuple[str, int | None]:
    """Split NUMBER/LINE at its last slash; the line is None where there is none."""
    number, slash, line = text.rpartition("/")
    if slash and line.isascii() and line.isdigit() and len(line) < 10:
        return number, int(line)
    return text, None


def pin_of(name: str) -> str:
    """A person's PIN: from the environment, or typed unseen."""
    given = os.environ.get("PEGBOARD_PIN")
    if given is not None:
        return given
    import getpass

    try:
        return getpass.getpass(tr("PIN of {name}: ", name=name))
    except EOFError:
        raise Refused(
            tr("Nobody typed the PIN of {name}.", name=name), hint=tr("Type it, or give it in PEGBOARD_PIN.")
        ) from None


def actor() -> str:
    """Who works at this computer, for the audit trail."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name, as in some containers
        return ""


def last_workshop() -> str:
    """The workshop opened last; NotFound where there is none."""
    try:
        text = _last_file().read_text(encoding="utf-8").strip()
    except OSError:
        text = ""
    if not text:
        raise NotFound(
            tr("No workshop was opened yet."),
            hint=tr("Name one with --workshop FILE, or make one with: pegboard new FILE"),
        )
    return text


def remember_workshop(workshop: str) -> None:
    """Keep `workshop` as the one opened last; without a place to keep it nothing is kept."""
    from pegboard.recent import shown

    text = shown(workshop) if "://" in workshop else str(Path(workshop).resolve())
    try:
        file = _last_file()
        if file.exists() and file.read_text(encoding="utf-8").strip() == text:
            return
        part = file.with_name(f"{file.name}.{os.getpid()}.part")
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(file)
    except OSError:
        return


def _last_file() -> Path:
    from pegboard.paths import state_folder

    return state_folder() / "last_workshop"
