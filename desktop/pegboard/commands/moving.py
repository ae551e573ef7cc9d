"""The command that copies a workshop between a file and a server: move."""

import argparse

from pegboard.commands.console import Arguments, Command, Console
from pegboard.i18n import tr
from pegboard.recent import shown


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "to",
        metavar="TO",
        help=tr("the new workshop file, or the address of an empty database: postgresql://user@server/database"),
    )


def _move(console: Console, arguments: Arguments) -> None:
    from pegboard.storage.moving import move

    with console.open() as store:
        console.require_copy(store, "workshop.move")
        moved = move(store, arguments.to, progress=console.steps())
    rows = sum(table.rows for table in moved)
    console.result(
        {
            "from": console.place,
            "to": shown(arguments.to),
            "rows": rows,
            "tables": [{"table": one.table, "rows": one.rows, "checksum": one.checksum} for one in moved],
        },
        tr(
            "Copied to {place}: {rows} rows in {tables} tables, all counted and compared.",
            place=shown(arguments.to),
            rows=rows,
            tables=len(moved),
        )
        + "\n"
        + tr(
            "Nothing was changed in {place}. Open the copy with: pegboard --workshop {copy}",
            place=console.place,
            copy=shown(arguments.to),
        ),
    )


COMMANDS = (Command("move", tr("copy the workshop to a server or into a file"), _arguments, _move),)
