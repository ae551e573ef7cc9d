"""Random days on the floor and at the tills: what cards and sales pull stays within what they may."""

import datetime
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import (
    TODAY,
    add_item,
    add_kanban,
    add_location,
    add_supplier,
    add_supplier_item,
    doing,
    id_of,
    micro,
    quantity,
    reading,
    workshop,
)
from tests.services.shop import require_whole

from pegboard.domain.errors import PegboardError
from pegboard.domain.kanban import MOVES, PULLING, CardState
from pegboard.exchange.shop_sales import import_sales
from pegboard.queries.kanban import card_rows
from pegboard.services.explosion import explode
from pegboard.services.kanban import bring, scan
from pegboard.services.kanban_loops import add_extra_card, lose_card, retire_card, set_cards
from pegboard.services.purchasing import receive, send
from pegboard.services.replenishment import set_level
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store, Transaction

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def shop() -> Iterator[Store]:
    """A workshop of its own for one example."""
    with tempfile.TemporaryDirectory() as folder, workshop(Path(folder)) as store:
        with doing(store) as tx:
            add_supplier(tx)
            for code in ("BULB", "CORD"):
                add_item(tx, code, lead_time_days=3)
                add_supplier_item(tx, "ACME", code, 1)
        yield store


CARD_STEPS = ("scan", "scan", "scan", "explode", "send", "receive", "bring", "lose", "extra", "retire", "fewer", "more")


@few
@given(st.lists(st.tuples(st.sampled_from(CARD_STEPS), st.integers(0, 9)), max_size=25))
def test_a_card_pulls_once_until_it_is_full_and_the_loop_never_holds_more_than_its_cards(
    steps: list[tuple[str, int]],
) -> None:
    with shop() as store:
        with doing(store) as tx:
            loop = add_kanban(tx, "BULB", 10, cards=3, supplier="ACME", location="LINE")
        pulled: dict[str, int] = {}  # by card: scans that pulled
        for step, pick in steps:
            before = states(store)
            with doing(store) as tx:
                card_step(tx, loop, step, pick, pulled)
            check_moves(before, states(store))
            check_loop(store)
        require_whole(store)


def card_step(tx: Transaction, loop: int, step: str, pick: int, pulled: dict[str, int]) -> None:
    """Do one thing with the loop; what cannot be done now is refused and left."""
    cards = card_rows(tx)
    card = cards[pick % len(cards)]
    if step == "scan":
        was_full = card.state is CardState.FULL
        did = scan(tx, card.name).did
        assert (did == "pulled") == (was_full and not card.is_extra)
    elif step == "explode":
        explode(tx)
    elif step in ("send", "receive"):
        for row in rows(
            tx,
            "SELECT o.number, o.state, l.line, l.quantity - l.received_quantity AS still FROM purchase_line l"
            " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id WHERE l.state = 'open'",
        ):
            if step == "send" and row.state == "draft":
                send(tx, row.number)
                break
            if step == "receive":
                receive(tx, f"{row.number}/{row.line}", quantity(min(10, row.still // 1_000_000)))
                break
    else:
        refusable(tx, loop, step, card.key, card.name)


def refusable(tx: Transaction, loop: int, step: str, key: int, name: str) -> None:
    """Steps that may be refused, such as taking out the last card."""
    try:
        match step:
            case "bring":
                bring(tx, name)
            case "lose":
                lose_card(tx, key)
            case "extra":
                add_extra_card(tx, loop)
            case "retire":
                retire_card(tx, key)
            case "fewer":
                set_cards(tx, loop, 2)
            case "more":
                set_cards(tx, loop, 4)
    except PegboardError:
        return


def states(store: Store) -> dict[int, CardState]:
    """The state of every card that ever was, by number."""
    with reading(store) as view:
        return {card.number: card.state for card in card_rows(view, retired=True)}


def check_moves(before: dict[int, CardState], after: dict[int, CardState]) -> None:
    """No card is ever gone, and none takes a step that is not declared (several may come in one transaction)."""
    for card, state in before.items():
        reached, frontier = {state}, {state}
        while frontier:
            frontier = {further for one in frontier for further in MOVES[one]} - reached
            reached |= frontier
        assert after[card] in reached


def check_loop(store: Store) -> None:
    """One open demand for each card that pulls and none for the others; never more on order than cards hold."""
    with reading(store) as view:
        pulling = {card.key for card in card_rows(view) if card.state in PULLING}
        open_cards = [
            row.kanban_card_id
            for row in rows(view, "SELECT kanban_card_id FROM demand WHERE kind = 'kanban' AND state = 'open'")
        ]
        assert sorted(open_cards) == sorted(pulling)
        on_order = number(
            view,
            "SELECT coalesce(sum(l.quantity - l.received_quantity), 0) FROM purchase_line l WHERE l.state = 'open'",
        )
        assert on_order <= len(pulling) * micro(10) <= len(card_rows(view)) * micro(10)


SALES = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.sampled_from(("BULB", "CORD")), st.integers(-4, 12).filter(bool)),
        st.tuples(st.just("level"), st.sampled_from(("BULB", "CORD")), st.integers(0, 30)),
        st.tuples(st.just("explode"), st.just(""), st.just(0)),
        st.tuples(st.just("again"), st.just(""), st.just(0)),
        st.tuples(st.just("receive"), st.just(""), st.just(0)),
    ),
    max_size=20,
)


@few
@given(SALES)
def test_tills_never_pull_more_than_was_sold_and_levels_rose_by(steps: list[tuple[str, str, int]]) -> None:
    with shop() as store:
        sold = {"BULB": 0, "CORD": 0}
        raised = {"BULB": 0, "CORD": 0}
        level: dict[str, int] = {}
        files: list[Path] = []
        with doing(store) as tx:
            add_location(tx, "SHOP")
        for place, (step, item, amount) in enumerate(steps):
            with doing(store, today=TODAY + datetime.timedelta(days=place)) as tx:
                if step == "sell":
                    files.append(till_file(store.path.parent, place, item, amount))
                    import_sales(tx, files[-1])
                    sold[item] += max(0, amount)
                elif step == "again" and files:
                    again = import_sales(tx, files[place % len(files)])
                    assert [(count.new, count.changed) for count in again.result.counts] == [(0, 0)]
                elif step == "level":
                    raised[item] += max(0, amount - level[item]) if item in level else 0
                    level[item] = amount
                    set_level(tx, item, "SHOP", quantity(amount))
                elif step == "receive":
                    receive_all(tx)
                else:
                    explode(tx)
                for code, units in sold.items():
                    assert pulled_of(tx, code) <= micro(units + raised[code])
                    assert on_order_of(tx, code) <= micro(max(level.get(code, 0), most_level(steps, code)))
        require_whole(store)


def till_file(folder: Path, receipt: int, item: str, amount: int) -> Path:
    """A receipt of one line in the workshop's own form."""
    path = folder / f"till-{receipt}.csv"
    path.write_text(
        f"reference,sold_at,location,item,quantity\nR{receipt},2026-01-05T10:00:00,SHOP,{item},{amount}\n",
        encoding="utf-8",
    )
    return path


def receive_all(tx: Transaction) -> None:
    """Take in everything that is open."""
    for row in rows(
        tx,
        "SELECT o.number, l.line, l.quantity - l.received_quantity AS still FROM purchase_line l"
        " JOIN purchase_order o ON o.purchase_order_id = l.purchase_order_id WHERE l.state = 'open'",
    ):
        receive(tx, f"{row.number}/{row.line}", quantity(row.still // 1_000_000))


def pulled_of(tx: Transaction, item: str) -> int:
    """All that tills ever pulled of an item."""
    return number(tx, "SELECT sum(quantity) FROM demand WHERE kind = 'pos' AND item_id = ?", id_of(tx, "item", item))


def on_order_of(tx: Transaction, item: str) -> int:
    """What tills have pulled of an item and not got yet."""
    return number(
        tx,
        "SELECT sum(quantity) FROM demand WHERE kind = 'pos' AND state = 'open' AND item_id = ?",
        id_of(tx, "item", item),
    )


def most_level(steps: list[tuple[str, str, int]], item: str) -> int:
    """The highest level that the item ever has in this example."""
    return max((amount for step, code, amount in steps if step == "level" and code == item), default=0)
