"""Jobs that were imported pull components for what of them is pegged, whatever becomes of the orders."""

from tests.builders import add_customer, add_order, add_work_order, doing, quantity, reading
from tests.services.shop import bicycle_shop, jobs, lines, require_whole

from pegboard.services.changes import change_line
from pegboard.services.explosion import explode
from pegboard.storage.rows import number
from pegboard.storage.store import Store


def test_an_imported_job_pulls_components_for_what_of_it_is_pegged_again(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_work_order(tx, "WO-0900", "FRAME", 10, surplus_reason="imported")
        add_order(tx, "SO-1", [("FRAME", 6, "2026-03-02")])
        explode(tx)
    with reading(store) as view:
        assert [line[:2] for line in lines(view).values()] == [("TUBE", "18")]
    with doing(store) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(4), decide="keep")
    with reading(store) as view:
        assert jobs(view)["WO-0900"] == ("FRAME", "10", "imported")
        assert [line[:2] for line in lines(view).values()] == [("TUBE", "12")]
    require_whole(store)
    with doing(store) as tx:
        add_order(tx, "SO-2", [("FRAME", 5, "2026-03-02")])
        explode(tx)
    with reading(store) as view:
        assert jobs(view) == {"WO-0900": ("FRAME", "10", "imported")}
        assert [line[:2] for line in lines(view).values()] == [("TUBE", "27")]
    require_whole(store)


def test_an_imported_job_with_a_recipe_pulls_parts_for_what_is_kept_and_pegged_again(store: Store) -> None:
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        bom = number(tx, "SELECT bom_id FROM bom WHERE item_id = (SELECT item_id FROM item WHERE code = 'FRAME')")
        add_work_order(tx, "WO-0900", "FRAME", 10, surplus_reason="imported", bom_id=bom, state="released")
        add_order(tx, "SO-1", [("FRAME", 6, "2026-03-02")])
        explode(tx)
    with doing(store) as tx:
        change_line(tx, "SO-1/1", quantity=quantity(2), decide="keep")
    with reading(store) as view:
        assert [line[:2] for line in lines(view).values()] == [("TUBE", "6")]
    with doing(store) as tx:
        add_order(tx, "SO-2", [("FRAME", 8, "2026-03-02")])
        explode(tx)
    with reading(store) as view:
        assert sum(int(line[1]) for line in lines(view).values()) == 30  # 3 tubes for each of 10 frames
    require_whole(store)
