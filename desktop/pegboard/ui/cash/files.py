"""Writes reports into files, off the GUI thread; the file's suffix decides the form."""

from datetime import datetime
from pathlib import Path

from pegboard.documents.report_paper import report_pdf
from pegboard.domain.period import Period
from pegboard.reports.forms import csv_text
from pegboard.reports.report import Report
from pegboard.reports.workbook import report_workbook
from pegboard.storage.backup import part_of, replace_file, writing
from pegboard.storage.store import Reading


def write_report(reading: Reading, report: Report, period: Period, path: Path, now: datetime) -> Path:
    """Write the report beside its place, then put it there; WorkshopFileError where the disk says no."""
    table = report.run(reading, period)
    form = path.suffix.casefold()
    if form == ".pdf":
        content = report_pdf(reading, table, now=now)
    elif form == ".csv":
        content = csv_text(table).encode("utf-8")
    else:
        content = report_workbook(reading, report, table)
    with part_of(path) as part, writing(path):
        part.write_bytes(content)
        replace_file(part, path)
    return path
