"""Whatever is accepted, in whatever order and with whatever stock: what inferences pull never exceeds the cash cap."""

import contextlib
import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import TODAY, add_order, add_stock, doing, quantity, reading, workshop
from tests.services.foreseen import CUSTOMERS, lamp_maker
from tests.services.shop import require_whole

from pegboard.domain.errors import Refused
from pegboard.queries.inference import cash_cap, outlook
from pegboard.services.changes import cancel
from pegboard.services.explosion import explode
from pegboard.services.inference import accept, decline
from pegboard.services.inference_ends import withdraw_inference
from pegboard.services.purchasing import send
from pegboard.services.release import release_work_order
from pegboard.services.settings import set_setting
from pegboard.services.stock_builds import build_for_stock
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store, Transaction

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("decline"), st.integers(0, 20), st.just(False)),
        st.tuples(st.just("order"), st.integers(0, CUSTOMERS - 1), st.booleans()),
        st.tuples(st.just("withdraw"), st.integers(0, 5), st.just(False)),
        st.tuples(st.just("explode"), st.just(0), st.just(False)),
        st.tuples(st.just("wait"), st.integers(1, 40), st.just(False)),
        st.tuples(st.just("send"), st.just(0), st.just(False)),
        st.tuples(st.just("cancel"), st.integers(0, 5), st.just(False)),
        st.tuples(st.just("build"), st.integers(1, 9), st.just(False)),
        st.tuples(st.just("release"), st.integers(0, 5), st.just(False)),
    ),
    max_size=9,
)

# What is bought for inferences and not yet for anybody else: cents.
_BOUGHT = """
WITH RECURSIVE wanted(requirement_id) AS (
  SELECT r.requirement_id FROM demand d JOIN requirement r ON r.demand_id = d.demand_id
   WHERE d.kind = 'inferred' AND d.state = 'open'
  UNION SELECT below.requirement_id FROM wanted w JOIN peg p ON p.requirement_id = w.requirement_id
   JOIN requirement below ON below.work_order_id = p.work_order_id)
SELECT p.quantity, l.unit_price FROM wanted w JOIN peg p ON p.requirement_id = w.requirement_id
  JOIN purchase_line l ON l.purchase_line_id = p.purchase_line_id
"""


class Shop:
    """The lamp maker on some day, and what may happen there."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.day = TODAY

    def step(self, kind: str, which: int, flag: bool) -> None:
        """Do one thing; Refused where the rules forbid it."""
        if kind == "wait":
            self.day += datetime.timedelta(days=which)
            return
        with doing(self.store, today=self.day) as tx:
            getattr(self, kind)(tx, which, flag)

    def accept(self, tx: Transaction, which: int, flag: bool) -> None:
        if suggested := outlook(tx).suggestions:
            accept(tx, suggested[which % len(suggested)], long_lead_only=flag)

    def decline(self, tx: Transaction, which: int, _flag: bool) -> None:
        if suggested := outlook(tx).suggestions:
            decline(tx, suggested[which % len(suggested)])

    def order(self, tx: Transaction, which: int, flag: bool) -> None:
        name = f"SO-{number(tx, 'SELECT count(*) FROM customer_order') + 1}"
        add_order(tx, name, [("LAMP", 1 + which, None if flag else "2026-04-10")], customer=f"C{which}")
        tx.changed("order")
        explode(tx)

    def withdraw(self, tx: Transaction, which: int, _flag: bool) -> None:
        if accepted := rows(tx, "SELECT number FROM inference WHERE state = 'accepted' ORDER BY number"):
            withdraw_inference(tx, accepted[which % len(accepted)].number)

    def explode(self, tx: Transaction, _which: int, _flag: bool) -> None:
        explode(tx)

    def send(self, tx: Transaction, _which: int, _flag: bool) -> None:
        for row in rows(tx, "SELECT number FROM purchase_order WHERE state = 'draft' ORDER BY number"):
            send(tx, row.number)

    def cancel(self, tx: Transaction, which: int, _flag: bool) -> None:
        standing = rows(
            tx,
            "SELECT DISTINCT o.number FROM customer_order o JOIN order_line l ON l.order_id = o.order_id"
            " WHERE l.status = 'confirmed' ORDER BY o.number",
        )
        if standing:
            cancel(tx, standing[which % len(standing)].number, decide="keep")

    def build(self, tx: Transaction, which: int, _flag: bool) -> None:
        build_for_stock(tx, "LAMP", quantity(which), "trade fair in March")

    def release(self, tx: Transaction, which: int, _flag: bool) -> None:
        if planned := rows(tx, "SELECT number FROM work_order WHERE state = 'planned' ORDER BY number"):
            release_work_order(tx, planned[which % len(planned)].number)


@settings(max_examples=25, deadline=None)
@given(cap=st.integers(0, 400), stock=st.integers(0, 30), minimum=st.sampled_from([None, 25, 60]), steps=STEPS)
def test_inferred_pulls_never_exceed_the_cap(
    cap: int, stock: int, minimum: int | None, steps: list[tuple[str, int, bool]]
) -> None:
    with TemporaryDirectory() as folder, workshop(Path(folder)) as store:
        lamp_maker(store)
        with doing(store) as tx:
            set_setting(tx, "inference_cash_cap", str(cap))
            tx.connection.exec_driver_sql(
                "UPDATE supplier_item SET minimum_quantity = ?", (minimum and minimum * 1_000_000,)
            )
            if stock:
                add_stock(tx, "ARM", stock, unit_cost=4)
        shop = Shop(store)
        for step in [*steps, ("explode", 0, False)]:
            with contextlib.suppress(Refused):
                shop.step(*step)
            with reading(store, shop.day) as view:
                limit = cash_cap(view)
                spent = sum(row.quantity * row.unit_price for row in rows(view, _BOUGHT))
            assert 0 <= limit.committed.minor <= limit.cap.minor == cap * 100
            assert spent <= limit.cap.minor * 10**10
            require_whole(store)
