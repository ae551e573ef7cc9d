"""What a person decides about supply that was sent, started or received, and what becomes of it then."""

import datetime

import pytest
from tests.builders import TODAY, add_customer, add_order, doing, quantity, reading
from tests.services.shop import bicycle_shop, jobs, lines, on_hand, pegged_to, require_whole

from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.queries.orphans import orphans
from pegboard.services.changes import DecisionNeeded, cancel, change_line
from pegboard.services.decisions import answer, question, read_choices
from pegboard.services.explosion import explode
from pegboard.services.production import complete, release_work_order
from pegboard.services.purchasing import receive, send
from pegboard.services.repegging import repeg
from pegboard.storage.rows import rows
from pegboard.storage.store import Store


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with an order of 10 bikes, due 2 March, exploded; wheels and tubes are on one sent order."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("BIKE", 10, "2026-03-02")])
        explode(tx)
        send(tx, "PO-0001")
    return store


def line_of(store: Store, item: str) -> str:
    """The open purchase line of an item."""
    with reading(store) as view:
        return next(name for name, line in lines(view).items() if line[0] == item)


def test_each_supply_is_decided_by_its_number(shop: Store) -> None:
    wheels, tubes = line_of(shop, "WHEEL"), line_of(shop, "TUBE")
    with doing(shop) as tx, pytest.raises(DecisionNeeded):
        change_line(tx, "SO-1/1", quantity=quantity(6), decide={wheels: "keep"})
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(6), decide={wheels: "keep", tubes: "ask"})
    with reading(shop) as view:
        assert lines(view)[wheels] == ("WHEEL", "20", "cancelled demand")
        asked = question(view, tubes)
        assert question(view, wheels) is None
    assert asked is not None
    assert (asked.item, str(asked.quantity), asked.supplier) == ("TUBE", "12", "ACME")
    assert "we no longer need 12 TUBE" in asked.text()
    require_whole(shop)


def test_a_supplier_who_accepts_takes_the_unwanted_off_the_order(shop: Store) -> None:
    tubes = line_of(shop, "TUBE")
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(6), decide={"": "keep", tubes: "ask"})
        answer(tx, tubes, accepted=True)
    with reading(shop) as view:
        assert lines(view)[tubes] == ("TUBE", "18", "")
        assert question(view, tubes) is None
        assert rows(view, "SELECT revision FROM purchase_order WHERE number = 'PO-0001'") == [(1,)]
        assert rows(view, "SELECT outcome FROM decision WHERE number = ?", tubes) == [("accepted",)]
    require_whole(shop)
    with doing(shop) as tx, pytest.raises(NotFound, match="Nothing was asked"):
        answer(tx, tubes, accepted=True)


def test_a_supplier_who_declines_leaves_it_as_surplus(shop: Store) -> None:
    tubes = line_of(shop, "TUBE")
    with doing(shop) as tx:
        cancel(tx, "SO-1", decide={"": "keep", tubes: "ask"})
        answer(tx, tubes, accepted=False)
    with reading(shop) as view:
        assert lines(view)[tubes] == ("TUBE", "30", "cancelled demand")
    require_whole(shop)


def test_a_line_that_the_supplier_cancels_whole_is_gone(shop: Store) -> None:
    tubes = line_of(shop, "TUBE")
    with doing(shop) as tx:
        cancel(tx, "SO-1", decide={"": "keep", tubes: "ask"})
        answer(tx, tubes, accepted=True)
    with reading(shop) as view:
        assert tubes not in lines(view)
    require_whole(shop)


def test_an_earlier_day_is_asked_for_and_promised(shop: Store) -> None:
    tubes = line_of(shop, "TUBE")
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", due=datetime.date(2026, 2, 9), decide="ask")
        asked = question(tx, tubes)
        assert asked is not None
        assert "earlier, on 2026-02-03" in asked.text()
        answer(tx, tubes, accepted=True)
    with reading(shop) as view:
        assert rows(view, "SELECT promised_date FROM purchase_line l JOIN item i ON i.item_id = l.item_id"
                          " WHERE i.code = 'TUBE'") == [("2026-02-03",)]  # fmt: skip
    require_whole(shop)


def test_freed_goods_are_given_to_another_order_whose_draft_is_cut(shop: Store) -> None:
    wheels = line_of(shop, "WHEEL")
    with doing(shop) as tx:
        add_order(tx, "SO-2", [("BIKE", 4, "2026-03-09")])
        explode(tx)
        result = change_line(tx, "SO-1/1", quantity=quantity(6), decide={"": "keep", wheels: "repeg:SO-2/1"})
    assert result.decisions
    with reading(shop) as view:
        assert lines(view)[wheels] == ("WHEEL", "20", "")
        assert [line for line in lines(view).values() if line[0] == "WHEEL"] == [("WHEEL", "20", "")]
    require_whole(shop)


def test_received_goods_are_scrapped_with_their_value(shop: Store) -> None:
    wheels = line_of(shop, "WHEEL")
    with doing(shop) as tx:
        receive(tx, wheels, quantity(5))
        cancel(tx, "SO-1", decide={"": "keep", "STOCK:MAIN:WHEEL": "scrap"})
    with reading(shop) as view:
        assert on_hand(view, "WHEEL") == "0"
        entry = rows(view, "SELECT quantity, value, reason FROM ledger_entry WHERE kind = 'scrap'")
        assert [tuple(row) for row in entry] == [(-5_000_000, -35_000_000, "Cancelled SO-1.")]
    require_whole(shop)


def test_a_released_job_is_cut_when_a_person_says_so(shop: Store) -> None:
    with doing(shop) as tx:
        release_work_order(tx, "WO-0002")
    with doing(shop) as tx, pytest.raises(DecisionNeeded, match="WO-0002"):
        change_line(tx, "SO-1/1", quantity=quantity(6), decide={line_of(shop, "WHEEL"): "keep"})
    with doing(shop) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(6), decide={"": "keep", "WO-0002": "scrap"})
    with reading(shop) as view:
        assert jobs(view)["WO-0002"] == ("FRAME", "6", "")
    require_whole(shop)


def test_a_job_that_has_delivered_is_cut_to_that(shop: Store) -> None:
    with doing(shop) as tx:
        receive(tx, line_of(shop, "TUBE"), quantity(30))
        complete(tx, "WO-0002", quantity(4))
        cancel(tx, "SO-1", decide={"": "keep", "WO-0002": "scrap"})
    with reading(shop) as view:
        assert rows(view, "SELECT state FROM work_order WHERE number = 'WO-0002'") == [("closed",)]
        assert on_hand(view, "FRAME") == "4"
    require_whole(shop)


def test_what_cannot_be_is_refused_and_nothing_is_changed(shop: Store) -> None:
    wheels = line_of(shop, "WHEEL")
    with doing(shop) as tx, pytest.raises(Refused, match="on order and not here"):
        cancel(tx, "SO-1", decide={"": "keep", wheels: "scrap"})
    with doing(shop) as tx:
        release_work_order(tx, "WO-0002")
    with doing(shop) as tx, pytest.raises(Refused, match="nobody to ask"):
        cancel(tx, "SO-1", decide={"": "keep", "WO-0002": "ask"})
    with doing(shop) as tx, pytest.raises(Refused, match="needs no WHEEL"):
        cancel(tx, "SO-1", decide={"": "keep", wheels: "repeg:WO-0002"})
    with doing(shop) as tx, pytest.raises(InvalidInput, match="no decision"):
        cancel(tx, "SO-1", decide="burn")
    with reading(shop) as view:
        assert rows(view, "SELECT status FROM order_line") == [("confirmed",)]
    require_whole(shop)


def test_choices_are_read_as_people_type_them() -> None:
    assert read_choices(["keep", "PO-0001/2=ask", "STOCK:MAIN:A=repeg:SO-2/1"]) == {
        "": "keep",
        "PO-0001/2": "ask",
        "STOCK:MAIN:A": "repeg:SO-2/1",
    }


def test_supply_that_nobody_wants_is_listed_with_value_age_and_whom_it_could_serve(shop: Store) -> None:
    with doing(shop) as tx:
        cancel(tx, "SO-1", decide="keep")
        add_order(tx, "SO-2", [("BIKE", 2, "2026-03-09")])
    with reading(shop) as view:
        found = {each.item: each for each in orphans(view)}
        assert found.keys() == {"WHEEL", "TUBE"}
        wheels = found["WHEEL"]
        assert (str(wheels.quantity), str(wheels.value), wheels.reason) == ("20", "140.00", "cancelled demand")
        assert (wheels.noun, wheels.state, wheels.age) == ("line", "sent", 0)
        assert [each.item for each in orphans(view)] == ["WHEEL", "TUBE"]  # the most valuable first


def test_a_demand_that_gets_what_came_free_is_promised_earlier_and_it_is_told(shop: Store) -> None:
    with doing(shop) as tx:
        receive(tx, line_of(shop, "WHEEL"), quantity(20))
        add_order(tx, "SO-2", [("WHEEL", 12, "2026-01-06")])
        explode(tx)
        cancel(tx, "SO-1", decide="keep")
        given = repeg(tx, "STOCK:MAIN:WHEEL", "SO-2/1")
    told = [each for each in given.result.consequences if each.kind == "promise_moved"]
    assert [(each.number, each.item, each.after) for each in told] == [("SO-2/1", "WHEEL", TODAY.isoformat())]
    assert told[0].before > told[0].after
    with reading(shop) as view:
        (kept,) = rows(view, "SELECT l.promise_date FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
                       " WHERE o.number = 'SO-2'")  # fmt: skip
    assert kept.promise_date == TODAY.isoformat()
    require_whole(shop)


def test_surplus_is_given_to_a_demand_that_only_a_draft_covers(shop: Store) -> None:
    wheels = line_of(shop, "WHEEL")
    with doing(shop) as tx:
        add_order(tx, "SO-2", [("WHEEL", 12, "2026-02-02")])
        explode(tx)
        cancel(tx, "SO-1", decide="keep")
    with reading(shop) as view:
        orphan = next(each for each in orphans(view) if each.number == wheels)
        assert [(each.demand, str(each.quantity), each.is_short) for each in orphan.serves] == [("SO-2/1", "12", False)]
    with doing(shop) as tx:
        given = repeg(tx, wheels, "SO-2/1", quantity(10))
    assert str(given.quantity) == "10"
    told = {each.kind: (each.number, each.item, each.before, each.after) for each in given.result.consequences}
    assert told.keys() == {"draft_cut", "promise_moved"}
    assert told["promise_moved"] == ("SO-2/1", "WHEEL", "2026-02-02", "2026-02-26")  # what was sent comes later
    with reading(shop) as view:
        assert dict(pegged_to(view, "SO-2/1"))[wheels] == "10"
    require_whole(shop)
