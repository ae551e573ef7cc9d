"""Explosions of a real file: written whole, repeated without effect, one order at a time."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from pegboard.domain.errors import NotFound, Refused
from pegboard.exchange.explosion_json import as_json
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.integrity import check
from pegboard.resources import resource
from pegboard.services.explosion import TypedLine, explode, preview, preview_draft
from pegboard.storage.bulk import fetch
from pegboard.storage.store import Store

TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Store]:
    """The sample workshop as it ships."""
    with Store.create(tmp_path / "sample.pegboard") as store:
        with store.transaction("import", today=TODAY) as tx:
            import_paths(tx, [resource("samples", "harbor-lamps")])
        yield store


def pegs_of(store: Store, order: str) -> list[tuple[object, ...]]:
    """Every peg on or below an order's demand, as the file has it."""
    with store.read(today=TODAY) as reading:
        return list(
            fetch(
                reading,
                "WITH RECURSIVE below (requirement_id) AS ("
                " SELECT r.requirement_id FROM requirement r JOIN demand d ON d.demand_id = r.demand_id"
                " WHERE d.name LIKE ?"
                " UNION SELECT r.requirement_id FROM below JOIN peg p ON p.requirement_id = below.requirement_id"
                " JOIN requirement r ON r.work_order_id = p.work_order_id)"
                " SELECT p.* FROM peg p JOIN below ON below.requirement_id = p.requirement_id ORDER BY p.peg_id",
                (f"{order}/%",),
            )
        )


def open_orders(store: Store) -> list[str]:
    """Numbers of the orders with confirmed lines that are not on hold, in entry order."""
    with store.read(today=TODAY) as reading:
        rows = fetch(
            reading,
            "SELECT DISTINCT o.number FROM customer_order o JOIN order_line l ON l.order_id = o.order_id"
            " WHERE l.status = 'confirmed' AND l.hold = 0 ORDER BY o.order_id",
        )
        return [row[0] for row in rows]


def is_sound(store: Store) -> bool:
    """Whether every invariant holds."""
    with store.read(today=TODAY) as reading:
        return check(reading).ok


def test_exploding_twice_adds_nothing_and_tells_the_same_problems(sample: Store) -> None:
    with sample.transaction("explode", today=TODAY) as tx:
        first = as_json(explode(tx))
    with sample.transaction("explode", today=TODAY) as tx:
        second = as_json(explode(tx))
    assert first["work_orders"]
    assert is_sound(sample)
    assert [key for key, rows in second.items() if isinstance(rows, list) and rows] == ["exceptions"]
    lasting = ("late", "waiting_for_deposit", "no_lead_time", "no_supplier", "no_bom", "no_revision", "inactive_item")
    assert second["exceptions"] == [told for told in first["exceptions"] if told["kind"] in lasting]


def test_exploding_one_order_never_moves_what_is_pegged_to_another(sample: Store) -> None:
    orders = open_orders(sample)
    pegged: dict[str, list[tuple[object, ...]]] = {}
    for order in reversed(orders):
        with sample.transaction("explode", today=TODAY) as tx:
            explode(tx, [order])
        assert all(pegs_of(sample, other) == before for other, before in pegged.items())
        pegged[order] = pegs_of(sample, order)
    assert is_sound(sample)


def test_a_preview_writes_nothing_and_shows_what_the_explosion_does(sample: Store) -> None:
    order = open_orders(sample)[0]
    with sample.read(today=TODAY) as reading:
        previewed = as_json(preview(reading, [order]))
        before = fetch(reading, "SELECT count(*) FROM requirement")[0][0]
    assert before == 0
    with sample.transaction("explode", today=TODAY) as tx:
        done = as_json(explode(tx, [order]))
    assert previewed == done


class Stopped(Exception):
    """What a person's Cancel raises."""


class Impatient:
    """Looks on and stops the work once `share` of it is done."""

    def __init__(self, share: float) -> None:
        self.share = share

    def step(self, done: int, total: int, _text: str = "") -> None:
        if done >= self.share * total:
            raise Stopped


@pytest.mark.parametrize("share", [0, 0.3, 0.5, 0.7])
def test_an_explosion_that_is_stopped_leaves_nothing_half_done(sample: Store, share: float) -> None:
    before = rows_of(sample)
    with pytest.raises(Stopped), sample.transaction("demand.explode", today=TODAY) as tx:
        explode(tx, progress=Impatient(share))
    assert rows_of(sample) == before
    with sample.read(today=TODAY) as reading:
        assert check(reading).ok


def rows_of(store: Store) -> list[int]:
    """How many rows the tables have that an explosion writes."""
    with store.read(today=TODAY) as reading:
        return [
            fetch(reading, f"SELECT count(*) FROM {table}")[0][0]
            for table in (
                "demand",
                "work_order",
                "purchase_order",
                "purchase_line",
                "requirement",
                "peg",
                "audit_entry",
            )
        ]


def test_an_unknown_order_and_a_quote_are_refused_but_a_quote_can_be_previewed(sample: Store) -> None:
    with sample.read(today=TODAY) as reading:
        quote = fetch(
            reading,
            "SELECT o.number FROM customer_order o JOIN order_line l ON l.order_id = o.order_id"
            " WHERE l.status = 'quote'",
        )[0][0]
        assert preview(reading, [quote]).plan.jobs
    with pytest.raises(Refused, match="is a quote"), sample.transaction("explode", today=TODAY) as tx:
        explode(tx, [quote])
    with pytest.raises(NotFound, match="no order SO-9999"), sample.transaction("explode", today=TODAY) as tx:
        explode(tx, ["SO-9999"])
    with sample.read(today=TODAY) as reading:
        assert fetch(reading, "SELECT count(*) FROM work_order WHERE state = 'planned'")[0][0] == 0


def test_an_order_that_is_being_typed_shows_what_it_would_pull(sample: Store) -> None:
    with sample.read(today=TODAY) as reading:
        (item_id,) = fetch(reading, "SELECT item_id FROM item WHERE code = 'LAMP-BELL'")[0]
        typed = preview_draft(reading, [TypedLine(item_id, 3_000_000, TODAY + datetime.timedelta(days=60))])
    assert typed.plan.jobs
    assert set(typed.plan.promises) == {-1}
