"""Commands that save the workshop and put it back: backup, restore."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, remember_workshop
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.storage.integrity import Contents


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=tr("the backup file to write; an earlier backup is replaced"))


def _backup(console: Console, arguments: Arguments) -> None:
    from pegboard.storage.backup import backup
    from pegboard.storage.integrity import contents

    console.busy(tr("Copying and verifying"))
    with console.open() as store:
        console.require_copy(store, "workshop.back_up")
        made = contents(backup(store, arguments.file))
    console.result(
        {"backup": str(made.path), "bytes": made.size, "orders": made.orders, "newest_order": made.newest_order},
        tr("Saved and verified: {path} ({size} KB).", path=made.path, size=-(-made.size // 1024)),
    )


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=tr("the backup; it is copied and stays as it is"))
    parser.add_argument("--inside", action="store_true", help=tr("show what is in it and change nothing"))


def _restore(console: Console, arguments: Arguments) -> None:
    from pegboard.storage.backup import restore

    if arguments.inside:
        _look(console, Path(arguments.file))
        return
    inside = _inside(contents_of(Path(arguments.file)))
    console.require_copy_where_it_opens(console.workshop, "workshop.restore")
    console.busy(tr("Verifying and copying"))
    kept = restore(console.workshop, Path(arguments.file))
    remember_workshop(console.workshop)
    told = tr("Restored {path} from {backup}.", path=console.place, backup=arguments.file) + "\n" + inside
    if kept:
        told += "\n" + tr("What stood there is kept as {path}.", path=kept)
    console.result({"workshop": console.place, "replaced": str(kept) if kept else None}, told)


def _look(console: Console, path: Path) -> None:
    """Tell what is in a backup and whether it is whole."""
    from pegboard.storage.integrity import problems_of

    found = contents_of(path)
    problems = problems_of(path)
    value = {
        "file": str(path),
        "company": found.company,
        "orders": found.orders,
        "newest_order": found.newest_order,
        "changed_at": found.changed_at.isoformat() if found.changed_at else None,
        "changed_by": found.changed_by,
        "bytes": found.size,
        "schema": found.schema,
        "problems": problems,
    }
    check = tr("It is damaged: {problems}.", problems="; ".join(problems[:3])) if problems else tr("It is whole.")
    console.result(value, f"{_inside(found)} {check}")


def contents_of(path: Path) -> "Contents":
    """Look inside a backup."""
    from pegboard.storage.integrity import contents

    return contents(path)


def _inside(found: "Contents") -> str:
    orders = tr("It holds {orders} orders of {company}", orders=found.orders, company=found.company or tr("no name"))
    newest = tr(", the newest {number}", number=found.newest_order) if found.newest_order else ""
    when = f"{found.changed_at.astimezone():%Y-%m-%d %H:%M}" if found.changed_at else ""
    changed = tr(" Last change {when} by {who}.", when=when, who=found.changed_by or "?") if when else ""
    return f"{orders}{newest} ({-(-found.size // 1024)} KB, {tr('schema')} {found.schema}).{changed}"


COMMANDS = (
    Command("backup", tr("save a verified copy while others work"), _backup_arguments, _backup),
    Command("restore", tr("put a backup in the workshop's place"), _restore_arguments, _restore),
)
