"""The columns of the page Signals."""

import datetime
from collections.abc import Callable
from typing import Any

from pegboard.domain.inference_backtest import Round
from pegboard.i18n import tr
from pegboard.queries.inference import InferenceRow, Suggestion, amount
from pegboard.queries.signals import SignalRow
from pegboard.services.inference import Part
from pegboard.ui.columns import (
    Align,
    Column,
    date_column,
    mark_column,
    money_column,
    quantity_column,
    text_column,
    whole_column,
)
from pegboard.ui.marks import Mark, State
from pegboard.ui.signals import words


def signal_columns() -> tuple[Column[SignalRow], ...]:
    """Return the columns of what pulls, in the language chosen."""
    return (
        whole_column(
            "place", tr("#"), lambda row: row.place, width=40, help=tr("Its place in pull order; empty: pulls nothing.")
        ),
        text_column(
            "kind",
            tr("Signal"),
            lambda row: words.kind_words(row.kind),
            width=96,
            tip=lambda row: words.kind_help(row.kind),
            help=tr("Who speaks: an order, a sale, a card, or an inference that somebody accepted."),
        ),
        text_column("name", tr("Demand"), words.name_words, width=110),
        mark_column(
            "state",
            tr("State"),
            words.state_mark,
            width=110,
            tip=lambda row: row.reason,
            help=tr("How it stands; F7 shows the whole chain."),
        ),
        text_column("origin", tr("From"), lambda row: row.origin, width=140),
        text_column("item", tr("Item"), lambda row: row.item, width=90, tip=lambda row: row.description),
        quantity_column("quantity", tr("Quantity"), lambda row: row.quantity, lambda row: row.unit, width=80),
        Column(
            "need",
            tr("Needed"),
            words.need_words,
            sort=lambda row: row.need or datetime.date.max,
            value=lambda row: row.need,
            width=100,
        ),
        date_column("ready", tr("Ready"), lambda row: row.ready, width=100, hidden=True),
        text_column("pulls", tr("Pulls"), words.pulls_words, width=240, tip=words.pulls_words, hidden=True),
        date_column("raised", tr("Since"), lambda row: row.raised, width=118, hidden=True),
        text_column("person", tr("By"), lambda row: row.person, width=100, hidden=True),
    )


def suggestion_columns() -> tuple[Column[Suggestion], ...]:
    """Return the columns of the suggestions, in the language chosen."""
    return (
        _chance_column(
            lambda row: row.probability, help=tr("How likely it is ordered before it expires; judged by the backtest.")
        ),
        text_column(
            "customer",
            tr("Customer"),
            lambda row: row.customer_name or tr("anybody"),
            width=130,
            help=tr("Who will probably order; anybody: the item sells every week, whoever comes."),
        ),
        text_column("item", tr("Item"), lambda row: row.item, width=84, tip=lambda row: row.description),
        quantity_column("quantity", tr("Quantity"), lambda row: row.quantity, lambda row: row.unit, width=80),
        date_column("need", tr("Expected"), lambda row: row.need_date, width=96),
        money_column(
            "cost",
            tr("Material"),
            lambda row: row.cost,
            totalled=True,
            width=84,
            help=tr("What all its material costs today."),
        ),
        date_column("expires", tr("Good until"), lambda row: row.expires_on, width=96),
        text_column("kind", tr("Evidence"), lambda row: words.suggestion_kind(row.kind), width=100, hidden=True),
    )


def decided_columns() -> tuple[Column[InferenceRow], ...]:
    """Return the columns of the inferences that were decided on."""
    return (
        text_column("number", tr("Number"), lambda row: row.number, width=96),
        mark_column(
            "state", tr("State"), words.decided_mark, width=110, help=tr("Ordered: a real order took it over.")
        ),
        text_column("customer", tr("Customer"), lambda row: row.customer or tr("anybody"), width=140),
        text_column("item", tr("Item"), lambda row: row.item, width=110),
        quantity_column("quantity", tr("Quantity"), lambda row: row.quantity, width=80),
        quantity_column("taken", tr("Ordered"), lambda row: row.taken, width=80),
        text_column("what", tr("Accepted"), words.accepted_words, width=110),
        _chance_column(lambda row: row.probability),
        date_column("expires", tr("Good until"), lambda row: row.expires_on, width=100),
        money_column("committed", tr("Tied up"), lambda row: row.committed, width=84),
        text_column("person", tr("By"), lambda row: row.person, width=100, hidden=True),
        text_column("evidence", tr("Evidence"), lambda row: row.evidence, width=260, tip=lambda row: row.evidence),
    )


def _chance_column(chance: Callable[[Any], float], **options: Any) -> Column[Any]:
    return Column(
        "chance",
        tr("Chance"),
        lambda row: words.percent(chance(row)),
        sort=chance,
        value=lambda row: round(chance(row), 2),
        align=Align.RIGHT,
        width=64,
        **options,
    )


def part_columns() -> tuple[Column[Part], ...]:
    """Return the columns of the parts that a suggestion would pull."""
    return (
        text_column("item", tr("Part"), lambda row: row.item, width=119),
        quantity_column("quantity", tr("Needed"), lambda row: row.quantity, width=60),
        quantity_column(
            "bought", tr("To buy"), lambda row: row.bought, width=56, help=tr("The rest lies in stock or is coming.")
        ),
        mark_column(
            "lead",
            tr("Takes"),
            _lead_mark,
            sort=lambda row: row.lead_days,
            width=76,
            help=tr("Working days until it comes; a triangle marks what takes long."),
        ),
        money_column("cost", tr("Cost"), lambda row: row.cost, width=60),
    )


def _lead_mark(part: Part) -> Mark | None:
    text = tr("1 day") if part.lead_days == 1 else tr("{count} days", count=part.lead_days)
    return Mark(State.SHORT if part.is_long_lead else State.READY, text)


def round_columns(currency: Callable[[], str]) -> tuple[Column[Round], ...]:
    """Return the columns of the backtest's rounds; `currency` is asked when a row is shown."""
    return (
        date_column("day", tr("Predicted on"), lambda row: datetime.date.fromordinal(row.day), width=140),
        whole_column("candidates", tr("Could repeat"), lambda row: row.candidates, width=100),
        whole_column("returned", tr("Did"), lambda row: row.returned, width=64),
        whole_column("suggested", tr("Suggested"), lambda row: row.suggested, width=90),
        whole_column("hits", tr("Right"), lambda row: row.hits, width=64),
        _score_column("brier", tr("Brier"), lambda row: row.brier),
        money_column("money", tr("Made"), lambda row: amount(row.money, currency()), totalled=True, width=104),
        whole_column("naive", tr("Naive rule"), lambda row: row.naive_suggested, width=90),
        whole_column("naive_hits", tr("Right"), lambda row: row.naive_hits, width=64),
        _score_column("naive_brier", tr("Brier"), lambda row: row.naive_brier),
        money_column(
            "naive_money", tr("Made"), lambda row: amount(row.naive_money, currency()), totalled=True, width=104
        ),
    )


def _score_column(key: str, title: str, total: Callable[[Round], float]) -> Column[Round]:
    def mean(row: Round) -> float:
        return total(row) / row.candidates if row.candidates else 0.0

    def text(row: Round) -> str:
        return f"{mean(row):.3f}" if row.candidates else "–"

    return Column(
        key,
        title,
        text,
        sort=mean,
        align=Align.RIGHT,
        width=72,
        help=tr("Mean square error of the chances: 0 is perfect."),
    )
