"""Random days in a shop: whatever people do in whatever order, the invariants hold. For tests, and for a long soak."""

import datetime
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pegboard.bench.day_money import MONEY_STEPS
from pegboard.bench.day_shop import furnish
from pegboard.bench.workload import DAY_0
from pegboard.domain.errors import PegboardError
from pegboard.domain.order import OrderDraft, OrderLineDraft
from pegboard.domain.quantity import MICRO, Price, Quantity
from pegboard.queries.counts import count_lines
from pegboard.queries.inference import Suggestion
from pegboard.queries.integrity import check
from pegboard.queries.orphans import orphans
from pegboard.services import (
    changes,
    counts,
    decisions,
    inventory,
    kanban,
    orders,
    picking,
    production,
    purchasing,
    receipt_undo,
    repegging,
    returns,
    revisions,
    shipping,
    undo,
)
from pegboard.services.consequences import OpenDecision
from pegboard.services.explosion import explode
from pegboard.services.inference import accept
from pegboard.services.inference_ends import withdraw_inference
from pegboard.services.settings import set_setting
from pegboard.services.stock_builds import build_for_stock
from pegboard.storage.rows import first, number, rows, run
from pegboard.storage.store import Store, Transaction

MADE = ("BIKE", "TRIKE", "FRAME", "KIT", "TOY")
BOUGHT = ("WHEEL", "TUBE", "PAINT")
OPEN_JOBS = "SELECT number FROM work_order w WHERE state IN ('planned', 'released', 'in_progress')"
OPEN_LINES = (
    "SELECT o.number || '/' || l.line FROM purchase_line l JOIN purchase_order o"
    " ON o.purchase_order_id = l.purchase_order_id WHERE l.state = 'open' AND o.state IN ('draft', 'sent')"
)
OPEN_ORDERS = "SELECT name FROM demand WHERE kind = 'order' AND state = 'open'"
STEPS_OF_A_SHOP = 250  # then a new shop opens: a small file is quick to check


class Breach(Exception):
    """An invariant that does not hold: what was done so far in the shop, and what is wrong."""

    def __init__(self, told: Sequence[str], breaches: Sequence[str]) -> None:
        super().__init__(" ".join(breaches[:5]))
        self.told = tuple(told)
        self.breaches = tuple(breaches)


def quantity(count: int) -> Quantity:
    """So many units."""
    return Quantity(count * MICRO)


class Shop:
    """One shop: each step is what somebody may do; a refusal is an answer, too."""

    def __init__(self, store: Store, chance: random.Random) -> None:
        """Start on a Monday."""
        self.store = store
        self.chance = chance
        self.today = DAY_0
        self.told: list[str] = []

    def step(self, name: str = "") -> None:
        """Do one thing, by name or by chance, then prove the invariants. Raises Breach."""
        name = name or self.chance.choice(WEIGHTED)
        self.told.append(name)
        try:
            with self.store.transaction(f"day.{name}", today=self.today, actor="Ann") as tx:
                STEPS[name](self, tx)
        except PegboardError as refusal:
            self.told[-1] += f" refused: {refusal.message[:60]}"
        self.prove()

    def prove(self) -> None:
        """Prove the invariants. Raises Breach."""
        with self.store.read(today=self.today) as view:
            result = check(view)
        breaches = tuple(breach for invariant in result.invariants for breach in invariant.breaches)
        if breaches:
            raise Breach(self.told, breaches)

    def prove_stable(self) -> None:
        """Explode twice: the second time changes nothing. Raises Breach."""
        seen = []
        for _time in range(2):
            with self.store.transaction("explode", today=self.today) as tx:
                explode(tx)
            with self.store.read(today=self.today) as view:
                seen.append(
                    [
                        tuple(row)
                        for table in ("peg", "requirement", "work_order", "purchase_line", "purchase_order")
                        for row in rows(view, f"SELECT * FROM {table} ORDER BY 1")
                    ]
                )
        self.prove()
        if seen[0] != seen[1]:
            raise Breach(self.told, ("A second explosion changed something.",))

    def pick(self, tx: Transaction, statement: str) -> str:
        """One of the names that a statement finds."""
        found = sorted(str(row[0]) for row in rows(tx, statement))
        return self.chance.choice(found) if found else "NOTHING/1"

    def happens(self, share: float) -> bool:
        """Whether something happens that does so this often."""
        return self.chance.random() < share

    def some_day(self) -> datetime.date:
        """A day in the next weeks."""
        return self.today + datetime.timedelta(days=self.chance.randint(1, 40))

    def choice(self, tx: Transaction, decision: OpenDecision) -> str:
        """What a person may decide about a supply."""
        is_bought = decision.column == "purchase_line_id"
        verb = self.chance.choice(["keep", *(["ask", "ask"] if is_bought else ["scrap"]), "repeg"])
        demand = self.pick(tx, OPEN_ORDERS) if verb == "repeg" else ""
        return f"repeg:{demand}" if demand and self.happens(0.3) else "keep" if verb == "repeg" else verb


def _order(shop: Shop, tx: Transaction) -> None:
    due = shop.some_day() if shop.happens(0.8) else None
    item = shop.chance.choice([*MADE, "WHEEL"])
    options = (("COLOUR", shop.chance.choice(["RED", "BLUE"])),) if item == "TOY" else ()
    price = Price(shop.chance.randint(1, 99_999) * 10_000) if shop.happens(0.9) else None
    tax = Quantity(shop.chance.choice([0, 7, 19]) * MICRO)
    line = OrderLineDraft(item, quantity(shop.chance.randint(1, 9)), due, price, tax, options)
    deposit = quantity(30) if shop.happens(0.15) else None
    orders.confirm(tx, OrderDraft("ZIN", (line,), deposit_percent=deposit))


def _explode(_shop: Shop, tx: Transaction) -> None:
    explode(tx)


def _change(shop: Shop, tx: Transaction) -> None:
    name = shop.pick(tx, OPEN_ORDERS)
    values = {"quantity": quantity(shop.chance.randint(1, 12))} if shop.happens(0.7) else {"due": shop.some_day()}
    _decided(shop, tx, lambda decide: changes.change_line(tx, name, decide=decide, **values))


def _cancel(shop: Shop, tx: Transaction) -> None:
    if shop.happens(0.3):
        name = shop.pick(tx, OPEN_ORDERS)
        _decided(shop, tx, lambda decide: changes.cancel(tx, name, decide=decide))


def _decided(shop: Shop, tx: Transaction, work: Callable[[dict[str, str]], object]) -> None:
    """Do it, deciding on each supply that somebody has acted on; sometimes on none."""
    try:
        work({"": "keep"} if shop.happens(0.2) else {})
    except changes.DecisionNeeded as needed:
        if shop.happens(0.3):
            raise
        work({"": "keep", **{each.number: shop.choice(tx, each) for each in needed.result.decisions}})


def _answer(shop: Shop, tx: Transaction) -> None:
    line = shop.pick(tx, "SELECT number FROM decision WHERE decided_at IS NULL")
    decisions.answer(tx, line, accepted=shop.happens(0.6))


def _repeg(shop: Shop, tx: Transaction) -> None:
    found = [orphan for orphan in orphans(tx) if orphan.serves]
    if found:
        orphan = shop.chance.choice(found)
        served = shop.chance.choice(orphan.serves)
        amount = quantity(shop.chance.randint(1, 9)) if shop.happens(0.5) else None
        repegging.repeg(tx, orphan.number, served.demand, amount)


def _revise(shop: Shop, tx: Transaction) -> None:
    bikes = OPEN_JOBS + " AND item_id = (SELECT item_id FROM item WHERE code = 'BIKE') AND bom_id IS NOT NULL"
    revision = shop.chance.choice(["", "B"])
    choice = "keep" if shop.happens(0.7) else ""
    revisions.update_job(tx, shop.pick(tx, bikes), revision, decide=choice)


def _send(shop: Shop, tx: Transaction) -> None:
    purchasing.send(tx, shop.pick(tx, "SELECT number FROM purchase_order WHERE state = 'draft'"))


def _promise(shop: Shop, tx: Transaction) -> None:
    day = shop.some_day() if shop.happens(0.8) else None
    purchasing.set_promised_date(tx, shop.pick(tx, OPEN_LINES), day)


def _receive(shop: Shop, tx: Transaction) -> None:
    name = shop.pick(tx, OPEN_LINES)
    amount = quantity(shop.chance.randint(1, 30))
    if shop.happens(0.6):
        ordered = "SELECT l.quantity - l.received_quantity" + OPEN_LINES[OPEN_LINES.index(" FROM") :]
        amount = Quantity(number(tx, f"{ordered} AND o.number || '/' || l.line = ?", name) or MICRO)
    rejected = quantity(shop.chance.choice([0, 0, 0, 1]))
    purchasing.receive(tx, name, amount, rejected=rejected, reason="bent", surplus=shop.happens(0.3))


def _undo_receipt(shop: Shop, tx: Transaction) -> None:
    newest = first(tx, "SELECT number FROM receipt ORDER BY receipt_id DESC LIMIT 1")
    receipt_undo.undo_receipt(tx, newest.number if newest is not None else "NOTHING")


def _close_line_short(shop: Shop, tx: Transaction) -> None:
    if shop.happens(0.3):
        purchasing.close_short(tx, shop.pick(tx, OPEN_LINES + " AND o.state = 'sent'"))


def _release(shop: Shop, tx: Transaction) -> None:
    production.release_work_order(tx, shop.pick(tx, "SELECT number FROM work_order WHERE state = 'planned'"))


def _pick_parts(shop: Shop, tx: Transaction) -> None:
    picking.pick_all(tx, shop.pick(tx, OPEN_JOBS), back_flushed=shop.happens(0.5))


def _pick_short(shop: Shop, tx: Transaction) -> None:
    if shop.happens(0.3):
        line = first(
            tx,
            "SELECT w.number, r.requirement_id FROM peg p JOIN requirement r ON r.requirement_id = p.requirement_id"
            " JOIN work_order w ON w.work_order_id = r.work_order_id WHERE p.stock_id IS NOT NULL"
            " ORDER BY p.peg_id LIMIT 1",
        )
        if line is not None:
            found = quantity(shop.chance.randint(0, 1))
            picking.pick_short(tx, line.number, line.requirement_id, found, reason="not there")


def _complete(shop: Shop, tx: Transaction) -> None:
    jobs = OPEN_JOBS
    if shop.happens(0.8):  # one whose parts are there
        jobs += (
            " AND NOT EXISTS (SELECT 1 FROM requirement r JOIN peg p ON p.requirement_id = r.requirement_id"
            " WHERE r.work_order_id = w.work_order_id AND p.stock_id IS NULL)"
        )
    job = shop.pick(tx, jobs)
    still_open = number(tx, "SELECT quantity - completed_quantity FROM work_order WHERE number = ?", job) // MICRO
    scrap = shop.chance.choice([0, 0, 0, 1, 2])
    good = shop.chance.randint(0, max(1, still_open))
    make_up, surplus = shop.happens(0.8), shop.happens(0.2)
    production.complete(tx, job, quantity(good), quantity(scrap), "scratched", make_up=make_up, surplus=surplus)


def _operation(shop: Shop, tx: Transaction) -> None:
    job = shop.pick(tx, "SELECT number FROM work_order WHERE state IN ('released', 'in_progress')")
    production.start_operation(tx, job, 10, "Bob")
    production.finish_operation(tx, job, 10, person="Bob", minutes=quantity(shop.chance.randint(1, 50)))


def _close_job_short(shop: Shop, tx: Transaction) -> None:
    if shop.happens(0.2):
        production.close_short(tx, shop.pick(tx, "SELECT number FROM work_order WHERE state = 'in_progress'"))


def _ship(shop: Shop, tx: Transaction) -> None:
    amount = quantity(shop.chance.randint(1, 4)) if shop.happens(0.4) else None
    orders_there = OPEN_ORDERS
    if shop.happens(0.8):  # one of which something is in stock
        orders_there += (
            " AND EXISTS (SELECT 1 FROM requirement r JOIN peg p ON p.requirement_id = r.requirement_id"
            " WHERE r.demand_id = demand.demand_id AND p.stock_id IS NOT NULL)"
        )
    shipping.ship(tx, shop.pick(tx, orders_there), amount)


def _ship_counted(shop: Shop, tx: Transaction) -> None:
    """Ship what somebody sees there, whatever the books say."""
    order = shop.pick(tx, OPEN_ORDERS).partition("/")[0]
    found = [line for line in shipping.lines_to_ship(tx, order) if line.open.micro]
    amounts = {line.name: min(line.open, quantity(shop.chance.randint(1, 4))) for line in found}
    shipping.ship_lines(tx, amounts, counted=shop.happens(0.5))


def _stocktake(shop: Shop, tx: Transaction) -> None:
    """Begin a count, or enter and approve one that was begun."""
    begun = first(tx, "SELECT number FROM stock_count WHERE state = 'open' ORDER BY stock_count_id LIMIT 1")
    if begun is None:
        counts.start_count(tx, items=[shop.chance.choice(BOUGHT)])
        return
    for line in count_lines(tx, begun.number):
        seen = Quantity(max(0, (line.booked or Quantity(0)).micro + shop.chance.randint(-2, 2) * MICRO))
        counts.enter_count(tx, begun.number, line.item, seen, line.location, line.lot)
    counts.approve_count(tx, begun.number, leave_uncounted=shop.happens(0.5))


def _take_back(shop: Shop, tx: Transaction) -> None:
    shipped = "SELECT o.number || '/' || l.line FROM order_line l JOIN customer_order o ON o.order_id = l.order_id"
    name = shop.pick(tx, f"{shipped} WHERE l.shipped_quantity > 0")
    amount = quantity(shop.chance.randint(1, 3))
    goes = shop.chance.choice(["stock", "stock", "quarantine", "scrap"])
    returns.take_back(
        tx,
        name,
        amount,
        reason="broken",
        replace=shop.happens(0.5),
        quarantine=goes == "quarantine",
        scrap=goes == "scrap",
    )


def _quarantine(shop: Shop, tx: Transaction) -> None:
    if shop.happens(0.4):
        status = shop.chance.choice(["available", "available", "quarantine"])
        inventory.set_status(tx, shop.chance.choice(BOUGHT), "MAIN", "", status, reason="looked at")


def _sale(_shop: Shop, tx: Transaction) -> None:
    inventory.adjust(tx, "BIKE", "SHOP", by=quantity(-1), reason="sold")
    run(tx, "UPDATE replenishment SET unsignalled_sold = unsignalled_sold + 1000000")


def _bring_to_shop(_shop: Shop, tx: Transaction) -> None:
    kanban.bring(tx, "POS:SHOP:BIKE")


def _card(shop: Shop, tx: Transaction) -> None:
    kanban.scan_card(tx, f"KANBAN:WHEEL:{shop.chance.randint(1, 2)}")


def _bring_card(shop: Shop, tx: Transaction) -> None:
    kanban.bring(tx, f"KANBAN:WHEEL:{shop.chance.randint(1, 2)}")


def _count(shop: Shop, tx: Transaction) -> None:
    amount = quantity(shop.chance.randint(-3, 5))
    inventory.adjust(tx, shop.chance.choice(BOUGHT), by=amount, reason="counted")


def _transfer(shop: Shop, tx: Transaction) -> None:
    source, target = shop.chance.sample(["MAIN", "LINE"], 2)
    inventory.transfer(tx, shop.chance.choice(BOUGHT), source, target, quantity(shop.chance.randint(1, 5)))


def _enter(shop: Shop, tx: Transaction) -> None:
    with undo.recording(tx, "item.change"):
        days = shop.chance.randint(0, 6)
        run(tx, "UPDATE item SET lead_time_days = ? WHERE code = ?", days, shop.chance.choice([*BOUGHT, "BIKE"]))


def _undo_entry(shop: Shop, tx: Transaction) -> None:
    if shop.happens(0.6):
        undo.undo(tx)
    else:
        undo.redo(tx)


def _infer(shop: Shop, tx: Transaction) -> None:
    """Accept that a customer will probably order again, whatever the past says."""
    set_setting(tx, "inference_cash_cap", "1000000")
    customer = first(tx, "SELECT * FROM customer ORDER BY customer_id DESC")
    item = first(tx, "SELECT * FROM item WHERE code = ?", shop.chance.choice((*MADE, *BOUGHT)))
    assert customer is not None
    assert item is not None
    whose, name = (customer.customer_id, customer.code) if shop.happens(0.7) else (None, "")
    needed = shop.some_day()
    suggestion = Suggestion(
        *(f"{name}:{item.code}", "repeat", name, name, whose, item.code, "", item.unit, item.item_id),
        *(quantity(shop.chance.randint(1, 8)), 0.9, "", needed, needed, None),
    )
    accept(tx, suggestion, long_lead_only=shop.happens(0.4))


def _withdraw(shop: Shop, tx: Transaction) -> None:
    withdraw_inference(tx, shop.pick(tx, "SELECT number FROM inference WHERE state = 'accepted'"))


def _build(shop: Shop, tx: Transaction) -> None:
    item = shop.chance.choice((*MADE, *BOUGHT))
    build_for_stock(tx, item, quantity(shop.chance.randint(1, 5)), "trade fair in March")


def _sleep(shop: Shop, _tx: Transaction) -> None:
    shop.today += datetime.timedelta(days=shop.chance.randint(1, 3))


STEPS: dict[str, Callable[[Shop, Transaction], None]] = {
    "order": _order,
    "explode": _explode,
    "change": _change,
    "cancel": _cancel,
    "answer": _answer,
    "repeg": _repeg,
    "revise": _revise,
    "send": _send,
    "promise": _promise,
    "receive": _receive,
    "undo_receipt": _undo_receipt,
    "close_line_short": _close_line_short,
    "release": _release,
    "pick_parts": _pick_parts,
    "pick_short": _pick_short,
    "complete": _complete,
    "operation": _operation,
    "close_job_short": _close_job_short,
    "ship": _ship,
    "ship_counted": _ship_counted,
    "stocktake": _stocktake,
    "take_back": _take_back,
    "quarantine": _quarantine,
    "sale": _sale,
    "bring_to_shop": _bring_to_shop,
    "card": _card,
    "bring_card": _bring_card,
    "count": _count,
    "transfer": _transfer,
    "enter": _enter,
    "undo_entry": _undo_entry,
    "infer": _infer,
    "withdraw": _withdraw,
    "build": _build,
    "sleep": _sleep,
    **MONEY_STEPS,
}
_OFTEN = {
    "infer": 2,
    "order": 3,
    "explode": 3,
    "change": 2,
    "receive": 4,
    "complete": 6,
    "ship": 4,
    "take_back": 2,
    "ship_counted": 2,
    "answer": 2,
    "free_deposit": 2,
    "deposit": 2,
    "bring_card": 2,
    "invoice": 2,
    "repeg": 2,
    "send": 2,
}
WEIGHTED = tuple(name for name in STEPS for _time in range(_OFTEN.get(name, 1)))


def soak(folder: Path, steps: int, seed: int) -> Iterator[int]:
    """Do so many random steps in shop after shop, each in a file of its own; yield how many are done. Raises Breach."""
    done = 0
    while done < steps:
        chance = random.Random(f"{seed}-{done}")
        path = folder / "days.pegboard"
        with Store.create(path) as store:
            furnish(store, folder / "shop")
            shop = Shop(store, chance)
            for _step in range(min(STEPS_OF_A_SHOP, steps - done)):
                shop.step()
                done += 1
            shop.prove_stable()
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        yield done
