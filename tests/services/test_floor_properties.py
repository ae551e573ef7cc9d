"""Whatever the floor reports, in whatever order: no negative times, costs foot, lots add up, taking back is exact."""

import datetime
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import (
    NOW,
    add_bom,
    add_item,
    add_operation,
    add_order,
    add_stock,
    add_work_center,
    add_work_order,
    demand_of,
    doing,
    need,
    peg,
    quantity,
    reading,
    workshop,
)
from tests.services.shop import require_whole

from pegboard.domain.errors import PegboardError
from pegboard.queries.genealogy import made_from, went_into
from pegboard.queries.job_costs import cost_of, planned_cost
from pegboard.services import floor
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store, Transaction

PEOPLE = ("Ann", "Bob")
amounts = st.integers(1, 6)
steps = st.one_of(
    st.tuples(st.just("start"), st.sampled_from((10, 20)), st.sampled_from(PEOPLE)),
    st.tuples(st.just("stop"), st.sampled_from((10, 20)), st.sampled_from(PEOPLE)),
    st.tuples(st.just("done"), st.sampled_from((10, 20)), amounts),
    st.tuples(st.just("scrap"), st.sampled_from((10, 20, None)), amounts),
    st.tuples(st.just("complete"), amounts),
    st.tuples(st.just("issue"), st.sampled_from((0, 1)), amounts),
    st.tuples(st.just("short"), st.sampled_from((0, 1)), amounts),
    st.tuples(st.just("all")),
    st.tuples(st.just("instead"), amounts),
    st.tuples(st.just("rework")),
    st.tuples(st.just("undo"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("wait"), st.integers(-30, 900)),
)


class Shop:
    """Ten lamps of 10 serial drivers and 20 clips in two lots; LEDs may stand in for clips."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.made = 0
        store.clock = lambda: self.now
        with doing(store) as tx:
            add_item(tx, "LAMP", "make", tracking="serial", standard_cost=40)
            add_item(tx, "DRIVER", tracking="serial", standard_cost=9)
            add_item(tx, "CLIP", tracking="lot", standard_cost="0.333333")
            add_item(tx, "LED", tracking="lot")
            clips = {"component": "CLIP", "quantity": 2, "alternates": ["LED"]}
            bom = add_bom(tx, "LAMP", [{"component": "DRIVER", "quantity": 1}, clips])
            add_work_center(tx, "BENCH", 47)
            for sequence in (10, 20):
                add_operation(tx, "LAMP", sequence, work_center="BENCH", run_minutes=7)
            add_order(tx, "SO-1", [("LAMP", 10, "2026-02-02")])
            add_work_order(tx, "WO-1", "LAMP", 10, bom_id=bom, surplus_reason="imported")
            peg(tx, demand_of(tx, "SO-1"), 10, work_order="WO-1")
            self.lines = [need(tx, "WO-1", "DRIVER", 10), need(tx, "WO-1", "CLIP", 20)]
            for serial in range(12):
                stock = add_stock(tx, "DRIVER", 1, lot=f"D{serial}", unit_cost="8.5")
                if serial < 10:
                    peg(tx, self.lines[0], 1, stock=stock)
            peg(tx, self.lines[1], 12, stock=add_stock(tx, "CLIP", 12, lot="C1", unit_cost="0.31"))
            peg(tx, self.lines[1], 8, stock=add_stock(tx, "CLIP", 12, lot="C2", unit_cost="0.37"))
            add_stock(tx, "LED", 7, lot="E1", unit_cost=1)

    def do(self, tx: Transaction, step: tuple[Any, ...]) -> None:
        """One report; what the rules refuse changes nothing."""
        kind, *rest = step
        if kind == "start":
            floor.start(tx, "WO-1", rest[0], rest[1], anyway="test")
        elif kind == "stop":
            floor.stop(tx, "WO-1", rest[0], rest[1])
        elif kind == "done":
            floor.done(tx, "WO-1", rest[0], "Ann", quantity(rest[1]))
        elif kind == "scrap":
            floor.scrap(tx, "WO-1", rest[0], "Bob", quantity(rest[1]), "bent")
        elif kind == "complete":
            floor.complete(tx, "WO-1", "Ann", quantity(rest[0]), lot=self.serials(rest[0]))
        elif kind == "issue":
            floor.hand_out(tx, "WO-1", "Ann", self.lines[rest[0]], quantity(rest[1]))
        elif kind == "short":
            floor.hand_out_short(tx, "WO-1", "Bob", self.lines[rest[0]], quantity(rest[1]))
        elif kind == "all":
            floor.hand_out_all(tx, "WO-1", "Ann")
        elif kind == "instead":
            floor.use_alternate(tx, "WO-1", "Ann", self.lines[1], "LED", quantity(rest[0]))
        elif kind == "rework":
            floor.order_rework(tx, "WO-1", "Bob", 10, reason="scratched")
        elif kind == "undo":
            floor.undo_last(tx, rest[0])

    def serials(self, count: int) -> str:
        """Serials that were never used."""
        self.made += count
        return ";".join(f"L{place}" for place in range(self.made - count, self.made))


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """What a report may change, but for the ledger."""
    tables = ("work_order_operation", "time_entry", "requirement", "peg", "genealogy")
    with reading(store) as view:
        found = {table: [tuple(row) for row in rows(view, f"SELECT * FROM {table} ORDER BY 1")] for table in tables}
        found["job"] = [
            tuple(rows(view, "SELECT quantity, start_quantity, completed_quantity, state FROM work_order")[0])
        ]
        lies = rows(view, "SELECT stock_id, quantity FROM stock WHERE quantity > 0 ORDER BY 1")
        found["stock"] = [tuple(row) for row in lies]
        found["worth"] = [(number(view, "SELECT sum(value) FROM ledger_entry"),)]
    return found


def require_lots_to_add_up(store: Store) -> None:
    """No more of a lot is in pieces than was handed out; a serial piece has its parts; nothing is in itself."""
    with reading(store) as view:
        linked = rows(
            view, "SELECT component_stock_id AS s, sum(quantity) AS q FROM genealogy GROUP BY component_stock_id"
        )
        for row in linked:
            out = number(
                view,
                "SELECT -sum(quantity) FROM ledger_entry WHERE stock_id = ? AND kind IN ('issue', 'return')",
                row.s,
            )
            assert 0 < row.q <= out
        pieces = rows(
            view, "SELECT lot FROM stock s JOIN item i USING (item_id) WHERE i.code = 'LAMP' AND quantity > 0"
        )
        for piece in pieces:
            parts = made_from(view, "LAMP", piece.lot)
            drivers = [link for link in parts if link.lot.item == "DRIVER"]
            assert [str(link.quantity) for link in drivers] == ["1"], "a serial part is in one piece"
            back = went_into(view, "DRIVER", drivers[0].lot.lot)
            assert [link.lot.lot for link in back] == [piece.lot]
            assert all(link.lot.item != "LAMP" for link in parts)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, min_size=1, max_size=14), st.data())
def test_reports_in_any_order_leave_the_books_whole(reports: list[tuple[Any, ...]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder, workshop(Path(folder)) as store:
        shop = Shop(store)
        for report in reports:
            if report[0] == "wait":
                shop.now += datetime.timedelta(minutes=report[1])
                continue
            before = everything(store)
            try:
                with doing(store) as tx:
                    shop.do(tx, report)
            except PegboardError:
                assert everything(store) == before, "what is refused changes nothing"
                continue
            if report[0] != "undo" and data.draw(st.booleans()):
                person = "Bob" if report[0] in ("scrap", "short", "rework") else "Ann"
                person = report[2] if report[0] in ("start", "stop") else person
                released = report[0] == "undo" or before["work_order_operation"]
                with doing(store) as tx:
                    floor.undo_last(tx, person)
                if released:  # releasing a job is not taken back with the first report on it
                    assert everything(store) == before, "taking back is exact"
        with reading(store) as view:
            assert number(view, "SELECT count(*) FROM time_entry WHERE ended_at < started_at OR cost < 0") == 0
            cost, plan = cost_of(view, 1), planned_cost(view, 1)
            assert cost.total.micro == cost.issues.micro + cost.labour.micro + cost.subcontract.micro
            assert min(cost.issues.micro, cost.labour.micro, plan.total.micro) >= 0
        require_lots_to_add_up(store)
        require_whole(store)
