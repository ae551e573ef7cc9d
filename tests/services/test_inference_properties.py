"""Whatever is accepted, in whatever order and with whatever stock: what inferences pull never exceeds the cash cap."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import add_order, add_stock, doing, reading, workshop
from tests.services.foreseen import CUSTOMERS, lamp_maker
from tests.services.shop import require_whole

from pegboard.domain.errors import Refused
from pegboard.queries.inference import cash_cap, outlook
from pegboard.services.explosion import explode
from pegboard.services.inference import accept, decline
from pegboard.services.inference_ends import withdraw_inference
from pegboard.services.settings import set_setting
from pegboard.storage.rows import number, rows
from pegboard.storage.store import Store

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.integers(0, 20), st.booleans()),
        st.tuples(st.just("decline"), st.integers(0, 20), st.just(False)),
        st.tuples(st.just("order"), st.integers(0, CUSTOMERS - 1), st.booleans()),
        st.tuples(st.just("withdraw"), st.integers(0, 5), st.just(False)),
        st.tuples(st.just("explode"), st.just(0), st.just(False)),
    ),
    max_size=7,
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


def _step(store: Store, step: tuple[str, int, bool]) -> None:
    kind, which, flag = step
    with doing(store) as tx:
        suggested = outlook(tx).suggestions
        if kind == "accept" and suggested:
            accept(tx, suggested[which % len(suggested)], long_lead_only=flag)
        elif kind == "decline" and suggested:
            decline(tx, suggested[which % len(suggested)])
        elif kind == "order":
            name = f"SO-{number(tx, 'SELECT count(*) FROM customer_order') + 1}"
            add_order(tx, name, [("LAMP", 1 + which, None if flag else "2026-04-10")], customer=f"C{which}")
            explode(tx)
        elif kind == "withdraw":
            accepted = rows(tx, "SELECT number FROM inference WHERE state = 'accepted' ORDER BY number")
            if accepted:
                withdraw_inference(tx, accepted[which % len(accepted)].number)
        elif kind == "explode":
            explode(tx)


@settings(max_examples=20, deadline=None)
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
        for step in [*steps, ("explode", 0, False)]:
            try:
                _step(store, step)
            except Refused:
                continue
            with reading(store) as view:
                limit = cash_cap(view)
                spent = sum(row.quantity * row.unit_price for row in rows(view, _BOUGHT))
            assert 0 <= limit.committed.minor <= limit.cap.minor == cap * 100
            assert spent <= limit.cap.minor * 10**10
            require_whole(store)
