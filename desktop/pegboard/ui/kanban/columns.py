"""The columns of the Kanban page: the board of loops, the cards of one loop, the caps."""

import datetime
from collections.abc import Callable
from functools import partial

from pegboard.domain.kanban import CardState
from pegboard.i18n import tr
from pegboard.queries.kanban import CardRow, LoopRow
from pegboard.queries.kanban_caps import Cap
from pegboard.ui.columns import Align, Column, date_column, mark_column, quantity_column, text_column
from pegboard.ui.kanban import words
from pegboard.ui.marks import Mark, State

Now = Callable[[], datetime.datetime]
ON_BOARD = (CardState.FULL, CardState.EMPTY, CardState.ORDERED, CardState.IN_TRANSIT)


def loop_columns(now: Now) -> tuple[Column[LoopRow], ...]:
    """Return the board: a row for each loop, a column for each state of its cards."""
    return (
        text_column("item", tr("Item"), lambda row: row.item, width=110, tip=lambda row: row.description),
        mark_column("state", tr("State"), lambda row: words.loop_mark(row, now()), width=112),
        *(_state_column(state) for state in ON_BOARD),
        Column(
            "oldest",
            tr("Oldest"),
            lambda row: words.age(row.oldest, now()),
            sort=lambda row: -row.oldest.timestamp() if row.oldest else None,
            align=Align.RIGHT,
            width=60,
            help=tr("How long the card that waits longest has been pulling."),
        ),
        Column(
            "cards",
            tr("Cards"),
            words.cards_text,
            sort=lambda row: row.standing,
            value=lambda row: row.standing,
            align=Align.RIGHT,
            width=60,
            help=tr("How many cards go round, and what the formula proposes where that differs."),
        ),
        text_column("location", tr("Used at"), lambda row: row.location, width=80),
        quantity_column("container", tr("Container"), lambda row: row.container, lambda row: row.unit, width=80),
        text_column("supplied_by", tr("Filled by"), _filler, width=80, tip=lambda row: row.supplier),
        text_column("description", tr("Description"), lambda row: row.description, width=180, hidden=True),
        quantity_column("on_hand", tr("On hand"), lambda row: row.on_hand, lambda row: row.unit, hidden=True),
        quantity_column("most", tr("At most"), lambda row: row.most, lambda row: row.unit, hidden=True),
    )


def _filler(row: LoopRow) -> str:
    return tr("make") if row.is_made else row.supplied_by


def _state_column(state: CardState) -> Column[LoopRow]:
    helps = {
        CardState.FULL: tr("Cards in full containers."),
        CardState.EMPTY: tr("Cards whose container is empty and that no order covers yet."),
        CardState.ORDERED: tr("Cards whose container is to be made or bought."),
        CardState.IN_TRANSIT: tr("Cards whose container is sent, or lies elsewhere to be brought."),
    }
    title = words.state_word(state)
    return mark_column(
        f"count_{state.value}",
        title[0].upper() + title[1:],
        partial(words.count_mark, state=state),
        sort=lambda row: row.count(state),
        value=lambda row: row.count(state),
        width=66 if state is CardState.IN_TRANSIT else 56,
        help=helps[state],
    )


def card_columns(now: Now, today: Callable[[], datetime.date]) -> tuple[Column[CardRow], ...]:
    """Return what the detail shows of each card."""
    return (
        Column("number", tr("Card"), _card_number, sort=lambda row: row.number, width=80),
        mark_column("state", tr("State"), lambda row: words.card_mark(row, today()), width=110),
        Column(
            "age",
            tr("For"),
            lambda row: words.age(row.since, now()),
            sort=lambda row: -row.since.timestamp() if row.since else None,
            align=Align.RIGHT,
            width=70,
            help=tr("How long it has been in this state."),
        ),
        text_column("supply", tr("Comes with"), lambda row: row.supply, width=100),
        date_column("due", tr("Due"), lambda row: row.due, width=90),
    )


def _card_number(row: CardRow) -> str:
    return tr("{number} extra", number=row.number) if row.is_extra else str(row.number)


def cap_columns() -> tuple[Column[Cap], ...]:
    """Return the list of caps."""
    return (
        text_column("place", tr("Where"), _place, width=160),
        Column(
            "jobs",
            tr("At work"),
            lambda row: tr("{count} of {limit}", count=len(row.jobs), limit=row.limit),
            sort=lambda row: len(row.jobs) / row.limit,
            align=Align.RIGHT,
            width=90,
        ),
        mark_column("state", tr("State"), _cap_mark, width=130),
        text_column("held", tr("Jobs at work"), lambda row: ", ".join(job.number for job in row.jobs), width=240),
        text_column("next", tr("Next in due order"), _waiting, width=240),
    )


def _place(row: Cap) -> str:
    return row.work_center or tr("The whole shop")


def _cap_mark(row: Cap) -> Mark:
    if row.is_full:
        return Mark(State.SHORT, tr("no room"))
    return Mark(State.READY, tr("room for {count}", count=row.limit - len(row.jobs)))


def _waiting(row: Cap) -> str:
    shown = [job.number if job.is_ready else tr("{number} (lacks parts)", number=job.number) for job in row.waiting[:6]]
    return ", ".join(shown) + (" …" if len(row.waiting) > 6 else "")
