"""Commands that save the workshop and put it back: backup, restore."""

import argparse
from pathlib import Path

from pegboard.commands.console import Arguments, Command, Console, remember_workshop
from pegboard.i18n import tr


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


def _restore(console: Console, arguments: Arguments) -> None:
    from pegboard.storage.backup import restore

    console.require_copy_where_it_opens(console.workshop, "workshop.restore")
    console.busy(tr("Verifying and copying"))
    kept = restore(console.workshop, Path(arguments.file))
    remember_workshop(console.workshop)
    told = tr("Restored {path} from {backup}.", path=console.place, backup=arguments.file)
    if kept:
        told += "\n" + tr("What stood there is kept as {path}.", path=kept)
    console.result({"workshop": console.place, "replaced": str(kept) if kept else None}, told)


COMMANDS = (
    Command("backup", tr("save a verified copy while others work"), _backup_arguments, _backup),
    Command("restore", tr("put a backup in the workshop's place"), _restore_arguments, _restore),
)
