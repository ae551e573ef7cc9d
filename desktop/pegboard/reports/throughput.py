"""Throughput, lead time and work in progress, week by week, side by side with Little's law."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from pegboard.domain.period import ONE_DAY, Period
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Value
from pegboard.i18n import tr
from pegboard.queries.report_jobs import Span, job_spans
from pegboard.reports.report import Report
from pegboard.storage.store import Reading

WEEK = timedelta(days=6)


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("first", tr("From"), Kind.DAY),
        ReportColumn("last", tr("To"), Kind.DAY),
        ReportColumn("released", tr("Released"), Kind.WHOLE, is_totalled=True),
        ReportColumn("finished", tr("Finished"), Kind.WHOLE, is_totalled=True),
        ReportColumn("lead_days", tr("Lead time"), Kind.NUMBER, help=tr("Days from release to the last good piece.")),
        ReportColumn("in_work", tr("In work"), Kind.NUMBER, help=tr("Jobs in work, the mean of all evenings.")),
        ReportColumn(
            "by_little", tr("By Little's law"), Kind.NUMBER, help=tr("Finished a day, times their lead time in days.")
        ),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    known = Period(period.first, max(period.first, min(period.last, reading.today)))
    spans = job_spans(reading)
    rows = [ReportRow(_cells(week, spans)) for week in _weeks(known)]
    *_days, _released, _finished, lead, in_work, little = _cells(known, spans)
    notes = (
        tr("Little's law: jobs in work = finished a day × lead time, where as much is finished as is begun."),
        tr("Where measured and computed differ, work is piling up or running dry."),
    )
    table = REPORT.table(period, rows, notes)
    return replace(table, totals={**table.totals, "lead_days": lead, "in_work": in_work, "by_little": little})


def _cells(span: Period, jobs: Sequence[Span]) -> tuple[Value, ...]:
    finished = [job for job in jobs if job.finished_on is not None and job.finished_on in span]
    lead: Value = NotAvailable(tr("Nothing was finished."))
    little: Value = lead
    if finished:
        days = sum((job.finished_on - job.released_on).days for job in finished if job.finished_on is not None)
        lead = Fraction(days, len(finished))
        little = Fraction(days, span.days)
    in_work = Fraction(sum(job.days_within(span) for job in jobs), span.days)
    released = sum(job.released_on in span for job in jobs)
    return span.first, span.last, released, len(finished), lead, in_work, little


def _weeks(period: Period) -> Iterator[Period]:
    """The weeks of seven days that end with the period's last day; the first may be shorter."""
    last = period.last
    weeks = []
    while last >= period.first:
        weeks.append(Period(max(period.first, last - WEEK), last))
        last = last - WEEK - ONE_DAY
    yield from reversed(weeks)


REPORT = Report(
    "throughput",
    lambda: tr("Throughput and lead time"),
    lambda: tr("Jobs released, finished and in work week by week, how long they took, and what Little's law says."),
    _columns,
    _run,
    shows_money=False,
)
