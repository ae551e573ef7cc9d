"""Commands for the files on records: attach, attached, detach."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, counted, table
from pegboard.domain.errors import InvalidInput, NotFound
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.queries.attachments import AttachmentRow
    from pegboard.storage.store import Reading

_RECORD = "RECORD"


def _record_help() -> str:
    return tr("ITEM:CODE, BOM:CODE:REVISION, ORDER:NUMBER, JOB:NUMBER or PURCHASE:NUMBER")


def _attach_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", metavar=_RECORD, help=_record_help())
    parser.add_argument("files", nargs="+", metavar="FILE", help=tr("what is attached"))
    parser.add_argument("--print", action="store_true", dest="prints", help=tr("print it with travelers"))
    parser.add_argument("--revision", default="", metavar="REVISION", help=tr("which revision of the drawing it is"))


def _attach(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.attachment import owner_of
    from pegboard.exchange.attached_files import read_file
    from pegboard.queries.attachments import attachments
    from pegboard.services.attachments import attach
    from pegboard.services.undo import recording

    owner = owner_of(arguments.record)
    with console.transaction("attachment.add") as tx, recording(tx, "attachment.add"):
        keys = [
            attach(tx, owner, *read_file(path), revision=arguments.revision, prints=arguments.prints)
            for path in arguments.files
        ]
        made = [row for row in attachments(tx, owner) if row.key in keys]
    files = counted(len(made), tr("file"), tr("files"))
    console.result(
        {"record": owner.text, "attached": [_as_json(row) for row in made]},
        tr("Attached {files} to {record}.", files=files, record=owner.text),
    )


def _attached_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", nargs="?", metavar=_RECORD, help=_record_help())
    parser.add_argument("--save", metavar="FOLDER", help=tr("write them into this folder too"))


def _attached(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.attachment import owner_of
    from pegboard.queries.attachments import all_attachments, attachments, owner_key

    with console.open() as store:
        if arguments.save:
            console.require_copy(store, "workshop.export")
        with store.read(today=console.today) as reading:
            if arguments.record:
                owner = owner_of(arguments.record)
                owner_key(reading, owner)
                found = attachments(reading, owner)
            else:
                found = all_attachments(reading)
            saved = _save(reading, found, Path(arguments.save)) if arguments.save else []
    lines = [
        (row.owner.text, row.name, row.revision, tr("yes") if row.prints else "", f"{row.size:,}") for row in found
    ]
    headings = (tr("record"), tr("file"), tr("revision"), tr("with traveler"), tr("bytes"))
    told = [table(headings, lines, right=(4,))] if lines else [tr("No files are attached.")]
    if saved:
        told.append(tr("Wrote {count} to {folder}.", count=len(saved), folder=arguments.save))
    value = {"attached": [_as_json(row) for row in found], "saved": saved}
    console.result(value, "\n".join(told))


def _save(reading: "Reading", found: "tuple[AttachmentRow, ...]", folder: Path) -> list[str]:
    """Write the files; a name that is taken gets a number, and nothing is overwritten."""
    from pegboard.exchange.attached_files import free_path, save
    from pegboard.queries.attachments import content_of

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(
            tr("{path} cannot be made: {reason}.", path=folder, reason=error.strerror or error),
            hint=tr("Name a folder that may be written."),
        ) from error
    saved = []
    for row in found:
        path = free_path(folder, row.name)
        save(content_of(reading, row.key), path)
        saved.append(str(path))
    return saved


def _detach_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", metavar=_RECORD, help=_record_help())
    parser.add_argument("name", metavar="NAME", help=tr("which of its files, as `attached` lists it"))


def _detach(console: Console, arguments: Arguments) -> None:
    from pegboard.domain.attachment import owner_of
    from pegboard.queries.attachments import attachments, owner_key
    from pegboard.services.attachments import detach
    from pegboard.services.undo import recording

    owner = owner_of(arguments.record)
    with console.transaction("attachment.remove") as tx, recording(tx, "attachment.remove"):
        owner_key(tx, owner)
        row = next((row for row in attachments(tx, owner) if row.name == arguments.name), None)
        if row is None:
            raise NotFound(
                tr("{record} has no file {name}.", record=owner.text, name=arguments.name[:80]),
                hint=tr("pegboard attached {record} lists what it has.", record=owner.text),
            )
        detach(tx, row.key)
    console.result(
        {"record": owner.text, "removed": row.name},
        tr("Removed {name} from {record}.", name=row.name, record=owner.text),
    )


def _as_json(row: "AttachmentRow") -> dict[str, object]:
    return {
        "record": row.owner.text,
        "name": row.name,
        "revision": row.revision,
        "print": row.prints,
        "picture": row.is_picture,
        "bytes": row.size,
        "sha256": row.content_hash,
    }


COMMANDS = (
    Command("attach", tr("keep files with a record"), _attach_arguments, _attach),
    Command("attached", tr("list the files of a record or of all, write them out"), _attached_arguments, _attached),
    Command("detach", tr("take a file from a record"), _detach_arguments, _detach),
)
