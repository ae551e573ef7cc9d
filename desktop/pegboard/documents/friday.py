"""Keeps the owner's page of every Friday as a PDF in a folder, such as one that is carried to a phone."""

import datetime
import re
from pathlib import Path

from pegboard.documents.report_paper import report_pdf
from pegboard.domain.period import ROLLING_DAYS, last_days
from pegboard.domain.report_table import ReportTable
from pegboard.i18n import tr
from pegboard.queries.settings import settings
from pegboard.storage.backup import part_of, replace_file, writing
from pegboard.storage.store import Reading

FRIDAY = 4


def last_friday(today: datetime.date) -> datetime.date:
    """The Friday that `today` is, or the last one before it."""
    return today - datetime.timedelta(days=(today.weekday() - FRIDAY) % 7)


def save_friday_page(reading: Reading, now: datetime.datetime) -> Path | None:
    """Write the page of the last Friday into the folder of the setting, and return the file.

    None where no folder is set, or where the page of a Friday that is over lies there already; on the Friday itself it
    is written anew, since the day is not over. Raises WorkshopFileError where the folder cannot be written.
    """
    chosen = settings(reading)
    if not chosen.friday_folder:
        return None
    friday = last_friday(reading.today)
    name = " ".join(re.sub(r"[^\w &.-]+", " ", chosen.company_name).split()) or "Pegboard"
    path = Path(chosen.friday_folder) / f"{name} {tr('cash')} {friday.isoformat()}.pdf"
    if friday != reading.today and path.exists():
        return None
    table = ReportTable("cash-cycle", tr("Cash cycle"), last_days(friday, ROLLING_DAYS), (), ())
    content = report_pdf(reading, table, now=now)
    with writing(path), part_of(path) as part:
        part.write_bytes(content)
        replace_file(part, path)
    return path
