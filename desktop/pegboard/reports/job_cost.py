"""Job cost: what finished jobs cost against what they should have cost, by cause."""

from fractions import Fraction

from pegboard.domain.period import Period
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.report_table import Kind, ReportColumn, ReportRow, ReportTable, Target, Value
from pegboard.i18n import tr
from pegboard.queries.report_job_cost import FinishedJob, finished_jobs
from pegboard.queries.settings import settings
from pegboard.reports.cash_cycle import money_of
from pegboard.reports.report import Report
from pegboard.reports.variances import split_amounts, variance_columns
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    def money(name: str, title: str, help_text: str = "", formula: str = "") -> ReportColumn:
        return ReportColumn(name, title, Kind.MONEY, is_totalled=True, help=help_text, formula=formula)

    return (
        ReportColumn("work_order", tr("Job")),
        ReportColumn("item", tr("Item")),
        ReportColumn("finished_on", tr("Finished"), Kind.DAY),
        ReportColumn("good", tr("Good"), Kind.QUANTITY),
        ReportColumn("scrap", tr("Scrap"), Kind.QUANTITY),
        money("planned", tr("Planned")),
        money("actual", tr("Actual")),
        money("variance", tr("Variance"), tr("More than planned is positive."), "{actual} - {planned}"),
        *(money(*column) for column in variance_columns()),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    currency = settings(reading).currency
    found = finished_jobs(reading, period)
    notes = [
        tr("Planned: parts rolled up for jobs of that size, minutes at the work centers' rates, services as ordered."),
        tr("Overhead: what an hour of work carries of other expenses, by the setting overhead_per_hour."),
        tr("Actual: parts at what they cost in stock, people's time, services received."),
    ]
    unknown = sum(job.unknown > 0 for job in found)
    if unknown:
        notes.append(tr("{count} jobs used parts without a known cost; those count nothing.", count=unknown))
    untimed = sum(job.has_no_time for job in found)
    if untimed:
        notes.append(tr("{count} jobs have no time booked: their planned hours stand as saved.", count=untimed))
    return REPORT.table(period, [_row(job, currency) for job in found], notes)


def _row(job: FinishedJob, currency: str) -> ReportRow:
    planned, actual = (money_of(Fraction(value, MICRO), currency) for value in (job.planned, job.actual))
    variance = actual - planned
    cells: tuple[Value, ...] = (
        job.number,
        job.item,
        job.finished_on,
        Quantity(job.good),
        Quantity(job.scrap),
        planned,
        actual,
        variance,
        *split_amounts(job.causes, variance),
    )
    return ReportRow(cells, Target("work_order", job.number))


REPORT = Report(
    "job-cost",
    lambda: tr("Job cost, planned and actual"),
    lambda: tr("What each finished job cost against what it should have cost, and whether parts or time made it."),
    _columns,
    _run,
)
