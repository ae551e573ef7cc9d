"""The report command: lists the reports, prints one as a table or JSON, or writes it as PDF, workbook or CSV."""

import argparse
import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, day, table
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.domain.report_table import ReportTable, Value
    from pegboard.reports.report import Report
    from pegboard.storage.store import Reading

SUFFIXES = (".pdf", ".xlsx", ".csv")


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help=tr("which report; without it, all are listed"))
    parser.add_argument("--from", dest="first", metavar="DATE", help=tr("first day of the period"))
    parser.add_argument("--to", dest="last", metavar="DATE", help=tr("last day of the period; default: today"))
    parser.add_argument(
        "-o", "--output", metavar="FILE", help=tr("write it as .pdf, .xlsx or .csv instead of printing it")
    )
    parser.add_argument("--paper", choices=("a4", "letter"), default="", help=tr("the paper's size"))


def _report(console: Console, arguments: Arguments) -> None:
    from pegboard import reports

    if not arguments.name:
        _list(console)
        return
    report = reports.named(arguments.name)
    first = day(arguments.first) if arguments.first else None
    last = day(arguments.last) if arguments.last else None
    target = _target(arguments.output)
    period = report.period_of(console.today, first, last)
    console.busy(tr("Reading"))
    with console.open() as store:
        if report.shows_money:
            console.require_money(store)
        with store.read(today=console.today) as reading:
            found = report.run(reading, period)
            if target is not None:
                _write(target, _file(reading, report, found, target.suffix.lower(), arguments.paper, store.clock()))
    if target is not None:
        said = tr("Wrote {path}: {title}.", path=target, title=found.title)
        console.result({"file": str(target), "name": found.name}, said)
        return
    from pegboard.reports.forms import as_json

    console.result(as_json(found), "" if console.as_json else _text(found))


def _list(console: Console) -> None:
    from pegboard import reports

    rows = [(report.name, report.help()) for report in reports.all_reports()]
    names = [{"name": name, "help": words} for name, words in rows]
    console.result({"reports": names}, table((tr("report"), tr("what it says")), rows))


def _target(output: str | None) -> Path | None:
    if output is None:
        return None
    target = Path(output)
    if target.is_dir() or target.suffix.lower() not in SUFFIXES:
        raise InvalidInput(
            tr("{path} is no file that a report can be written to.", path=target),
            hint=tr("Give it a name that ends in {suffixes}.", suffixes=", ".join(SUFFIXES)),
        )
    return target


def _file(
    reading: "Reading", report: "Report", found: "ReportTable", suffix: str, paper: str, now: datetime.datetime
) -> bytes:
    """The report as a file of this form."""
    if suffix == ".csv":
        from pegboard.reports.forms import csv_text

        return csv_text(found).encode("utf-8")
    if suffix == ".xlsx":
        from pegboard.reports.workbook import report_workbook

        return report_workbook(reading, report, found)
    from pegboard.documents.report_paper import report_pdf

    return report_pdf(reading, found, paper=paper, now=now)


def _write(target: Path, content: bytes) -> None:
    from pegboard.storage.backup import part_of, replace_file, writing

    with part_of(target) as part, writing(target):
        part.write_bytes(content)
        replace_file(part, target)


def _text(found: "ReportTable") -> str:
    """The report for a terminal."""
    found = found.for_people()
    right = [place for place, column in enumerate(found.columns) if column.kind.is_number]
    rows = [[_shown(value) for value in row.cells] for row in found.rows]
    if found.totals:
        totals = [_shown(found.totals.get(column.name)) for column in found.columns]
        rows.append([totals[0] or tr("Total"), *totals[1:]])
    heads = [column.title for column in found.columns]
    first, last = found.period.first, found.period.last
    lines = [tr("{title}, {first} to {last}", title=found.title, first=first, last=last), table(heads, rows, right)]
    return "\n".join([*lines, *found.notes])


def _shown(value: "Value") -> str:
    from fractions import Fraction

    from pegboard.domain.report_table import NotAvailable

    if isinstance(value, NotAvailable):
        return tr("n/a")
    if isinstance(value, Fraction):
        return f"{float(value):,.1f}"
    return "" if value is None else str(value)


COMMANDS = (Command("report", tr("print a report, or write it as a file"), _report_arguments, _report),)
