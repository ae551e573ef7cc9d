"""Work in progress: what each open job holds and how long it has been there."""

from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target
from pegboard.i18n import tr
from pegboard.queries.report_jobs import OpenJob, open_jobs
from pegboard.queries.settings import settings
from pegboard.reports.cash_cycle import money_of
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("work_order", tr("Job")),
        ReportColumn("item", tr("Item")),
        ReportColumn("description", tr("Description")),
        ReportColumn("open", tr("To come"), Kind.QUANTITY),
        ReportColumn("state", tr("State")),
        ReportColumn("released_on", tr("Released"), Kind.DAY),
        ReportColumn("age_days", tr("Days in work"), Kind.WHOLE),
        ReportColumn("due_on", tr("Due"), Kind.DAY),
        ReportColumn("late_days", tr("Days late"), Kind.WHOLE),
        ReportColumn("value", tr("Value"), Kind.MONEY, is_totalled=True),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    currency = settings(reading).currency
    found = open_jobs(reading)
    notes = [tr("As it is now: parts issued, people's time and suppliers' work, less what came into stock already.")]
    unknown = sum(job.unknown > 0 for job in found)
    if unknown:
        notes.append(tr("{count} jobs hold parts without a known cost; those count nothing.", count=unknown))
    return REPORT.table(period, [_row(reading, job, currency) for job in found], notes)


def _row(reading: Reading, job: OpenJob, currency: str) -> ReportRow:
    cells = (
        job.number,
        job.item,
        job.description,
        Quantity(job.open),
        tr("in progress") if job.is_started else tr("released"),
        job.released_on,
        None if job.released_on is None else (reading.today - job.released_on).days,
        job.due_on,
        max((reading.today - job.due_on).days, 0),
        money_of(Fraction(job.value, MICRO), currency),
    )
    return ReportRow(cells, Target("work_order", job.number))


REPORT = Report(
    "wip",
    lambda: tr("Work in progress"),
    lambda: tr("What each open job holds in parts and work, how long it has been there and how late it is."),
    _columns,
    _run,
    is_as_of=True,
)
