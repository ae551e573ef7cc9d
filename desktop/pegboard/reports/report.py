"""What a report is: one declaration gives the screen, the PDF, the workbook, the CSV and the JSON.

A report is a module of this package with `REPORT = Report(...)` and one line in `reports/__init__.py`. It reads through
`pegboard.queries` and returns a `ReportTable` of exact values; it writes nothing and knows nothing of screens.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pegboard.domain.period import Period, last_days
from pegboard.domain.report_table import ReportColumn, ReportRow, ReportTable, summed
from pegboard.storage.store import Reading


def last_90_days(today: datetime.date) -> Period:
    """The period of a report that nobody chose one for."""
    return last_days(today, 90)


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    Attributes: name: on the command line, such as on-time; title, help: translated, the help one sentence on what it
    answers; columns: translated, in order; run: (reading, period) -> table; period: what it looks at unless a person
    chooses, from the day of the shop; shows_money: whether it is hidden from who may not see money; is_as_of: it
    states what stands on the period's last day, so that its beginning does not matter; workbook: makes its own .xlsx
    where the table alone will not do.
    """

    name: str
    title: Callable[[], str]
    help: Callable[[], str]
    columns: Callable[[], tuple[ReportColumn, ...]]
    run: Callable[[Reading, Period], ReportTable]
    period: Callable[[datetime.date], Period] = last_90_days
    shows_money: bool = True
    is_as_of: bool = False
    workbook: Callable[[Reading, Period], bytes] | None = None

    def table(self, period: Period, rows: Sequence[ReportRow], notes: Sequence[str] = ()) -> ReportTable:
        """Return `rows` under this report's columns, with the sums of the totalled ones."""
        columns = self.columns()
        return ReportTable(self.name, self.title(), period, columns, tuple(rows), summed(columns, rows), tuple(notes))

    def period_of(
        self, today: datetime.date, first: datetime.date | None = None, last: datetime.date | None = None
    ) -> Period:
        """The period between the days that were given; where only the end is, as long as the usual one."""
        usual = self.period(last or today)
        return Period(first or min(usual.first, last or usual.last), last or usual.last)
