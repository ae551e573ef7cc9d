"""Whether the inferences may be believed: the shop's own past, replayed round by round."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from pegboard.domain.inference_backtest import Round, Score
from pegboard.domain.period import Period
from pegboard.domain.quantity import MICRO, Quantity
from pegboard.domain.report_table import Kind, NotAvailable, ReportColumn, ReportRow, ReportTable, Value
from pegboard.i18n import tr
from pegboard.queries.inference import amount, score, verdict
from pegboard.queries.settings import settings
from pegboard.reports.report import Report
from pegboard.storage.store import Reading


def _columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn("day", tr("Predicted on"), Kind.DAY, width=20),
        ReportColumn("until", tr("Until"), Kind.DAY, width=20),
        ReportColumn(
            "candidates",
            tr("Could"),
            Kind.WHOLE,
            help=tr("Customer and item that were ordered twice before."),
            width=12,
        ),
        ReportColumn("returned", tr("Did"), Kind.WHOLE, help=tr("Of those, ordered again until then."), width=10),
        ReportColumn("suggested", tr("Tips"), Kind.WHOLE, is_totalled=True, help=tr("Suggestions."), width=11),
        ReportColumn("hits", tr("Right"), Kind.WHOLE, is_totalled=True, width=11),
        ReportColumn("hit_rate", tr("Right %"), Kind.PERCENT, formula="{hits} / {suggested} * 100", width=14),
        ReportColumn(
            "brier", tr("Brier"), Kind.QUANTITY, help=tr("Mean square error of the chances; 0 is perfect."), width=14
        ),
        ReportColumn("money", tr("Made"), Kind.MONEY, is_totalled=True, help=tr("Would have made."), width=18),
        ReportColumn(
            "naive_suggested", tr("Naive"), Kind.WHOLE, is_totalled=True, help=tr("By the naive rule."), width=12
        ),
        ReportColumn("naive_hits", tr("Right"), Kind.WHOLE, is_totalled=True, width=11),
        ReportColumn(
            "naive_hit_rate", tr("Right %"), Kind.PERCENT, formula="{naive_hits} / {naive_suggested} * 100", width=14
        ),
        ReportColumn(
            "naive_brier", tr("Brier"), Kind.QUANTITY, help=tr("Of the share that came back before."), width=14
        ),
        ReportColumn("naive_money", tr("Made"), Kind.MONEY, is_totalled=True, width=18),
        ReportColumn(
            "nothing_money", tr("Nothing"), Kind.MONEY, is_totalled=True, help=tr("What doing nothing makes."), width=14
        ),
        ReportColumn("suggestions", tr("Then"), help=tr("Whether suggestions were on from then: on or off."), width=11),
    )


def _run(reading: Reading, period: Period) -> ReportTable:
    day = min(period.last, reading.today)
    found = score(Reading(reading.connection, day))
    currency = settings(reading).currency
    rows = [ReportRow(_cells(found, place, currency)) for place in range(len(found.rounds))]
    table = REPORT.table(period, rows, [verdict(found, currency), *_notes(found)])
    totals: dict[str, Value] = {
        **table.totals,
        "hit_rate": _percent(found.hit_rate),
        "brier": _brier(found.brier),
        "naive_hit_rate": _percent(found.naive_hit_rate),
        "naive_brier": _brier(found.naive_brier),
        "money": amount(found.money, currency),
        "naive_money": amount(found.naive_money, currency),
        "nothing_money": amount(0, currency),
        "suggestions": _on(found),
    }
    first = _day(found.rounds[0].day) if found.rounds else day
    return replace(table, totals=totals, period=Period(first, day))


def _cells(found: Score, place: int, currency: str) -> tuple[Value, ...]:
    each = found.rounds[place]
    return (
        _day(each.day),
        _day(each.day + found.horizon - 1),
        each.candidates,
        each.returned,
        each.suggested,
        each.hits,
        _share(each.hits, each.suggested),
        _round_brier(each, each.brier),
        amount(each.money, currency),
        each.naive_suggested,
        each.naive_hits,
        _share(each.naive_hits, each.naive_suggested),
        _round_brier(each, each.naive_brier),
        amount(each.naive_money, currency),
        amount(0, currency),
        _on(Score(found.horizon, found.rounds[: place + 1])),
    )


def _notes(found: Score) -> Sequence[str]:
    return (
        tr(
            "The naive rule: each customer orders the last quantity again, one usual gap of its own after the last"
            " order."
        ),
        tr(
            "Chances of repeats come to {percent} % from {method}, the rest from how many came back in all.",
            method=method(found),
            percent=trust(found),
        ),
    )


def method(found: Score) -> str:
    """How the chances are made, in words."""
    return {"gaps": tr("the gaps between orders"), "bgnbd": tr("the BG/NBD model")}[found.blend.method]


def trust(found: Score) -> int:
    """How far the method is believed against the share of all, in percent."""
    return round(100 * found.blend.weight)


def _on(found: Score) -> str:
    return "on" if found.is_on else "off"


def _share(part: int, whole: int) -> Value:
    return Fraction(100 * part, whole) if whole else NotAvailable(tr("Nothing was suggested."))


def _percent(rate: float | None) -> Value:
    return NotAvailable(tr("Nothing was suggested.")) if rate is None else Fraction(round(rate * 1_000_000), 10_000)


def _round_brier(each: Round, total: float) -> Value:
    return _brier(total / each.candidates if each.candidates else None)


def _brier(score: float | None) -> Value:
    if score is None:
        return NotAvailable(tr("Nobody had ordered anything twice."))
    return Quantity(round(score * 10_000) * (MICRO // 10_000))


def _day(ordinal: int) -> datetime.date:
    return datetime.date.fromordinal(ordinal)


REPORT = Report(
    "inference-backtest",
    lambda: tr("Would the inferences have paid?"),
    lambda: tr("The shop's own past replayed: how often suggestions were right, and money against doing nothing."),
    _columns,
    _run,
    period=lambda today: Period(today, today),
    is_as_of=True,
)
