"""The audit command: who changed what and when, before and after; and a document as it was on a day."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pegboard.commands.console import Arguments, Command, Console, day, table
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.queries.as_was import AsWas, Fact
    from pegboard.queries.audit import AuditRow, ChangeRow
    from pegboard.queries.audit_values import Value
    from pegboard.storage.store import Reading

MOST_PRINTED = 100  # lines on a terminal; files and JSON hold all
CHUNK = 1_000  # lines read at once


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORD", help=tr("each is in the line, or in what it changed"))
    parser.add_argument("--by", metavar="NAME", default="", help=tr("who did it"))
    parser.add_argument("--from", dest="first", metavar="DATE", help=tr("first day"))
    parser.add_argument("--to", dest="last", metavar="DATE", help=tr("last day"))
    parser.add_argument("--of", metavar="NUMBER", default="", help=tr("only what concerns this document or record"))
    parser.add_argument("--on", metavar="DATE", help=tr("with --of: show it as it was when that day ended"))
    parser.add_argument("-o", "--output", metavar="FILE", help=tr("write it as .csv instead of printing it"))


def _audit(console: Console, arguments: Arguments) -> None:
    if arguments.on and not arguments.of:
        raise InvalidInput(
            tr("Say which document you mean."), hint=tr("For example: pegboard audit --of SO-0014 --on 2026-01-31")
        )
    with console.open() as store:
        console.require_copy(store, "audit.read")
        with store.read(today=console.today) as reading:
            if arguments.on:
                _show_as_was(console, reading, arguments)
            else:
                _show_trail(console, reading, arguments)


def _show_trail(console: Console, reading: "Reading", arguments: Arguments) -> None:
    from pegboard.queries.audit import Wanted, entries_wanted, missing_lines

    wanted = Wanted(
        tuple(arguments.words),
        arguments.by,
        day(arguments.first) if arguments.first else None,
        day(arguments.last) if arguments.last else None,
        arguments.of,
    )
    entries = entries_wanted(reading, wanted)
    if arguments.output is not None:
        _write(_target(arguments.output), reading, entries, arguments.of)
        said = tr("Wrote {count} lines of the audit trail to {path}.", count=len(entries), path=arguments.output)
        console.result({"file": arguments.output, "entries": len(entries)}, said)
    elif console.as_json:
        found = [_machine(row, changes) for row, changes in _lines(reading, entries, arguments.of)]
        console.result({"entries": found, "missing": missing_lines(reading)}, "")
    else:
        console.result({}, _text(reading, entries, arguments.of))


def _lines(reading: "Reading", entries: Sequence[int], number: str) -> "Iterator[tuple[AuditRow, list[ChangeRow]]]":
    """The lines of the trail, each with what it changed."""
    from pegboard.queries.audit import audit_rows, changes_of

    for first in range(0, len(entries), CHUNK):
        part = entries[first : first + CHUNK]
        changes: dict[int, list[ChangeRow]] = {}
        for change in changes_of(reading, part, number):
            changes.setdefault(change.entry, []).append(change)
        for row in audit_rows(reading, part):
            yield row, changes.get(row.entry, [])


def _machine(row: "AuditRow", changes: "list[ChangeRow]") -> dict[str, Any]:
    return {
        "entry": row.entry,
        "at": row.at.isoformat(),
        "person": row.person,
        "command": row.command,
        "what": row.what,
        "added": row.added,
        "changes": [
            {
                "kind": change.place,
                "name": change.name,
                "field": change.column,
                "before": _text_of(change.before),
                "after": None if change.is_gone else _text_of(change.after),
            }
            for change in changes
        ],
    }


def _text(reading: "Reading", entries: Sequence[int], number: str) -> str:
    from pegboard.queries.audit import missing_lines, missing_words

    if not entries:
        return tr("The audit trail holds nothing like that.")
    lines = []
    for row, changes in _lines(reading, entries[:MOST_PRINTED], number):
        lines.append(f"{_text_of(row.at)}  {row.person or '-'}  {row.command}  {' '.join(row.what.split())}")
        lines += [f"    {_change(change)}" for change in changes]
        lines += [f"    {tr('added: {records}', records=row.added)}"] if row.added else []
    more = len(entries) - MOST_PRINTED
    if more > 0:
        lines.append(tr("{count} earlier lines are not shown: narrow the search, or write them with -o.", count=more))
    missing = missing_lines(reading)
    return "\n".join([*lines, missing_words(missing)] if missing else lines)


def _change(change: "ChangeRow") -> str:
    before = _text_of(change.before) or "-"
    if change.is_gone:
        return tr("{kind} {name} taken away, {field}: {before}", kind=change.kind, name=change.name,
                  field=change.field, before=before)  # fmt: skip
    return f"{change.kind} {change.name} {change.field}: {before} -> {_text_of(change.after) or '-'}"


def _target(output: str) -> Path:
    target = Path(output)
    if target.is_dir() or target.suffix.lower() != ".csv":
        raise InvalidInput(
            tr("{path} is no file that the trail can be written to.", path=target),
            hint=tr("Give it a name that ends in .csv."),
        )
    return target


def _write(target: Path, reading: "Reading", entries: Sequence[int], number: str) -> None:
    """Write a row for each changed field, and one for a line that changed none."""
    from pegboard.exchange.cells import guarded
    from pegboard.exchange.csv_files import csv_text
    from pegboard.storage.backup import part_of, replace_file, writing

    header = ("at", "person", "command", "what", "added", "kind", "name", "field", "before", "after")
    rows: list[list[str]] = []
    for row, changes in _lines(reading, entries, number):
        head = [row.at.isoformat(), row.person, row.command, row.what, row.added]
        rows += [
            [*head, change.kind, change.name, change.field, _text_of(change.before), _text_of(change.after)]
            for change in changes
        ] or [[*head, "", "", "", "", ""]]
    content = csv_text(header, ([guarded(cell) for cell in row] for row in rows)).encode("utf-8")
    with part_of(target) as part, writing(target):
        part.write_bytes(content)
        replace_file(part, target)


def _show_as_was(console: Console, reading: "Reading", arguments: Arguments) -> None:
    from pegboard.queries.as_was import as_was

    found = as_was(reading, arguments.of, day(arguments.on))
    machine = {
        "number": found.number,
        "kind": found.kind,
        "on": found.day.isoformat(),
        "entered_at": found.entered_at.isoformat() if found.entered_at else None,
        "fields": _machine_facts(found.facts),
        "lines": [
            {"line": line.line, "gone": line.is_gone, "fields": _machine_facts(line.facts)} for line in found.lines
        ],
        "added_since": list(found.added),
        "missing": found.missing,
    }
    console.result(machine, _as_was_text(found))


def _machine_facts(facts: "Sequence[Fact]") -> list[dict[str, str]]:
    return [{"field": fact.field, "then": _text_of(fact.then), "now": _text_of(fact.now)} for fact in facts]


def _as_was_text(found: "AsWas") -> str:
    lines = [
        tr("{kind} {number} as it was on {day}", kind=found.kind, number=found.number, day=found.day),
        *(f"  {_fact(fact)}" for fact in found.facts if fact.then is not None or fact.has_changed),
    ]
    if found.lines:
        heads = [fact.title for fact in found.lines[0].facts]
        rows = [[line.line, *(_text_of(fact.then) for fact in line.facts)] for line in found.lines]
        lines.append(table((tr("line"), *heads), rows))
        lines += [
            f"  {found.number}/{line.line} {_fact(fact)}"
            for line in found.lines
            for fact in line.facts
            if fact.has_changed and not line.is_gone
        ]
        lines += [f"  {found.number}/{line.line}: {tr('not there any more')}" for line in found.lines if line.is_gone]
    lines += [f"  {found.number}/{number}: {tr('came later')}" for number in found.added]
    return "\n".join([*lines, found.missing])


def _fact(fact: "Fact") -> str:
    said = f"{fact.title}: {_text_of(fact.then) or '-'}"
    return tr("{said} (now {now})", said=said, now=_text_of(fact.now) or "-") if fact.has_changed else said


def _text_of(value: "Value") -> str:
    from pegboard.queries.audit_values import told

    return told(value)


COMMANDS = (Command("audit", tr("who changed what and when, or a document as it was on a day"), _arguments, _audit),)
