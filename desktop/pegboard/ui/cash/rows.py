"""What the tables of the Cash page show: what moved the cycle, who did, and the three lists."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from PySide6.QtCore import QDate, QLocale

from pegboard.domain.cash_cycle import Effect, Part
from pegboard.domain.cash_words import cause_name, cause_words, effect_words
from pegboard.i18n import tr
from pegboard.queries.report_cash_causes import NamedCause
from pegboard.queries.report_cash_lists import Concern
from pegboard.ui import formats
from pegboard.ui.cash.columns import shown
from pegboard.ui.columns import Align, Column, money_column, text_column

LISTS = {
    Part.STOCK: "stock-value",
    Part.CUSTOMERS: "receivables",
    Part.SUPPLIERS: "payables",
    Part.DEPOSITS: "deposits",
}
ORDER_CASH = "order_cash"  # not a record: an order's time line on this page
PACES = {Part.STOCK: "cost-of-sales", Part.CUSTOMERS: "sales", Part.SUPPLIERS: "cost-of-sales", Part.DEPOSITS: "sales"}


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of what moved the cycle.

    Attributes: key; words; days: signed; noun, number: of the record or report that it opens; find: what to look for
    in that report.
    """

    key: str
    words: str
    days: Fraction
    noun: str
    number: str
    find: str = ""


def moved_by_effects(effects: tuple[Effect, ...]) -> list[Moved]:
    """What moved the cycle, the largest first; what did nothing is left out."""
    found = sorted((effect for effect in effects if effect.days), key=lambda effect: -abs(effect.days))
    return [
        Moved(
            f"{effect.part.value} {effect.is_pace}",
            effect_words(effect),
            effect.days,
            "report",
            PACES[effect.part] if effect.is_pace else LISTS[effect.part],
        )
        for effect in found
    ]


def moved_by_causes(causes: tuple[NamedCause, ...]) -> list[Moved]:
    """Who moved the cycle, each with what it leads to: open documents, an order's cash, an item, a job."""
    found = []
    for each in causes:
        cause = each.cause
        words = cause_words(cause.part, each.noun, grew=cause.now > cause.before)
        name = cause_name(each.name, cause.key)
        if each.noun == "order" and cause.key:
            name = tr("{order}, {name}", order=cause.key, name=each.name) if each.name else cause.key
        text = tr("{name}: {words}", name=name, words=words)
        found.append(Moved(f"{cause.part.value} {each.noun} {cause.key}", text, cause.days, *_way(each)))
    return found


def _way(each: NamedCause) -> tuple[str, str, str]:
    """What a cause leads down to: noun, number, and what to find in it."""
    part, key = each.cause.part, each.cause.key
    if each.noun == "order" and part is Part.STOCK and key:
        return ORDER_CASH, key, ""
    if not key or each.noun in ("customer", "supplier") or (each.noun == "order" and part is Part.CUSTOMERS):
        return "report", LISTS[part], key
    return each.noun, key, ""


def moved_columns(title: str) -> tuple[Column[Moved], ...]:
    """Signed days and words."""
    return (
        Column(
            "days",
            tr("Days"),
            lambda row: signed(row.days),
            sort=lambda row: row.days,
            align=Align.RIGHT,
            width=60,
            help=tr("More days: money is tied up longer."),
        ),
        text_column("words", title, lambda row: row.words, width=260, tip=lambda row: row.words),
    )


def signed(days: Fraction) -> str:
    """Days with their sign and one decimal."""
    text = shown(days)
    return f"+{text}" if days > 0 else text


def concern_columns() -> tuple[Column[Concern], ...]:
    """Who or what, what is the matter, and the amount."""
    return (
        text_column(
            "subject", tr("What"), lambda row: row.subject, width=140, tip=lambda row: f"{row.subject} {row.number}"
        ),
        text_column("words", tr("Why"), lambda row: row.words(), width=110, tip=lambda row: row.words()),
        money_column("amount", tr("Amount"), lambda row: row.amount, width=80),
    )


def money_text(amount: Fraction, currency: str) -> str:
    """An amount as the reader writes it."""
    from pegboard.reports.cash_cycle import money_of

    return formats.money(money_of(amount, currency), currency=True)


def tick(day: date) -> str:
    """A day under a chart: "4 Dec"."""
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM")
