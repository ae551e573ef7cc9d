"""What nothing covers, found once between two commits."""

from tests.builders import add_bom, add_item, add_stock, add_work_order, doing, need, peg, reading

from pegboard.queries.inventory import stock_keys
from pegboard.queries.production import job_keys
from pegboard.queries.shortages import shortages
from pegboard.storage.rows import run
from pegboard.storage.store import Store


def test_what_is_short_follows_each_commit(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP", "make")
        bulb = add_item(tx, "BULB")
        add_bom(tx, "LAMP", {"BULB": 1})
        job = add_work_order(tx, "WO-1", "LAMP", 5, surplus_reason="imported")
        line = need(tx, "WO-1", "BULB", 5)
        stock = add_stock(tx, "BULB", 5)
        tx.changed("work_order")
        assert shortages(tx).by_item == {bulb: 5_000_000}, "what a transaction has changed counts in it"
    with reading(store) as view:
        assert (shortages(view).by_item, shortages(view).jobs) == ({bulb: 5_000_000}, frozenset({job}))
        assert job_keys(view, "short") == [job]
        assert stock_keys(view, "short") == [bulb]
        assert stock_keys(view, "all", sort_key="short", descending=True)[0] == bulb
        assert stock_keys(view, "all", sort_key="state")[0] == bulb
        assert shortages(view) is shortages(view)
    with doing(store) as tx:
        peg(tx, line, 5, stock=stock)
        tx.changed("peg")
    with reading(store) as view:
        assert shortages(view).rows == ()
        assert job_keys(view, "short") == []
    with doing(store) as tx:
        run(tx, "DELETE FROM peg")
        run(tx, "UPDATE work_order SET state = 'closed'")
        tx.changed("work_order")
    with reading(store) as view:
        assert shortages(view).rows == (), "an ended job wants nothing"
