"""The planner's rules, one by one, with numbers a planner would recognise."""

import pytest
from tests.domain.shop import DAY_0, Shop

from pegboard.domain.lots import raise_lot
from pegboard.domain.snapshot import PlanOperation


def lamp_shop(**more: object) -> Shop:
    """A lamp of two arms (made of one tube each) and one bulb."""
    shop = Shop(**more)  # type: ignore[arg-type]
    shop.bought("TUBE", lead=3)
    shop.bought("BULB", lead=1)
    shop.made("ARM", {"TUBE": 1}, lead=2)
    shop.made("LAMP", {"ARM": 2, "BULB": 1}, lead=1)
    return shop


def test_one_order_pulls_all_levels_and_dates_run_backward() -> None:
    shop = lamp_shop()
    shop.order("SO-1/1", "LAMP", 10, due=14)
    outcome = shop.explode()
    assert outcome.jobs() == [("ARM", "20", 9, 11), ("LAMP", "10", 11, 14)]
    assert outcome.buys() == [("TUBE", "KERN", "20", 9), ("BULB", "KERN", "10", 11)]
    assert outcome.late() == {}
    assert outcome.told() == []


def test_orlicky_due_week_and_cumulative_lead_times_release_in_week_38() -> None:
    shop = Shop()
    for code, below, lead in (("E", None, 3), ("D", "E", 6), ("C", "D", 2), ("A", "C", 1)):
        shop.made(code, {below: 1} if below else {}, lead=lead)
    shop.order("SO-1/1", "A", 1, due=50 * 7)
    starts = {code: start for code, _quantity, start, _due in shop.explode().jobs()}
    working_days_before = {code: (50 * 5) - (start // 7 * 5 + start % 7) for code, start in starts.items()}
    assert working_days_before == {"A": 1, "C": 3, "D": 9, "E": 12}


def test_low_level_code_sees_the_whole_need_before_netting() -> None:
    shop = Shop()
    shop.bought("SCREW")
    shop.made("PLATE", {"SCREW": 4})
    shop.made("FRAME", {"PLATE": 2, "SCREW": 6})
    shop.have("SCREW", 10)
    shop.order("SO-1/1", "FRAME", 5, due=10)
    outcome = shop.explode()
    assert outcome.buys() == [("SCREW", "KERN", "60", 10)]


def test_stock_serves_the_earliest_need_first_whatever_the_order_of_entry() -> None:
    shop = lamp_shop()
    shop.have("LAMP", 5)
    shop.order("LATER/1", "LAMP", 5, due=15)
    shop.order("SOONER/1", "LAMP", 5, due=10)
    outcome = shop.explode()
    assert ("LAMP@MAIN", "SOONER/1", "5") in outcome.pegs()
    assert outcome.jobs("LAMP") == [("LAMP", "5", 14, 15)]


def test_as_soon_as_possible_comes_after_what_is_due_today_and_is_never_late() -> None:
    shop = lamp_shop()
    shop.have("LAMP", 3)
    shop.order("ASAP/1", "LAMP", 2, due=None)
    shop.order("TODAY/1", "LAMP", 2, due=0)
    outcome = shop.explode()
    assert outcome.pegs()[:2] == [("LAMP@MAIN", "ASAP/1", "1"), ("LAMP@MAIN", "TODAY/1", "2")]
    assert outcome.late() == {}


def test_a_past_due_date_means_today_and_late() -> None:
    shop = lamp_shop(today=2)
    shop.have("LAMP", 1)
    shop.order("SO-1/1", "LAMP", 1, due=0)
    assert shop.explode().late() == {"SO-1/1": 2}


def test_what_cannot_be_met_is_late_once_with_the_first_day_and_the_chain() -> None:
    shop = lamp_shop()
    shop.order("SO-1/1", "LAMP", 1, due=2)
    outcome = shop.explode()
    assert outcome.late() == {"SO-1/1": 8}  # tube 3 days, arm 2, lamp 1, over a weekend
    (late,) = [told for told in outcome.plan.exceptions if told.kind == "late"]
    assert (
        "WO-0001 LAMP done 2026-01-13, WO-0002 ARM done 2026-01-12, PO-0001/2 TUBE from KERN 2026-01-08" in late.message
    )


def test_open_supply_in_time_is_taken_before_anything_new() -> None:
    shop = lamp_shop()
    shop.coming("BULB", 4, due=3, number="PO-0009/1")
    shop.order("SO-1/1", "LAMP", 10, due=14)
    outcome = shop.explode()
    assert ("PO-0009/1", "WO-0001", "4") in outcome.pegs()
    assert outcome.buys("BULB") == [("BULB", "KERN", "6", 11)]


def test_later_supply_serves_only_where_new_supply_would_come_later_still() -> None:
    shop = Shop()
    shop.bought("SLOW", lead=10)
    shop.coming("SLOW", 3, due=7, number="PO-0009/1")
    shop.order("SO-1/1", "SLOW", 5, due=4)
    outcome = shop.explode()
    assert outcome.pegs() == [("PO-0001/1", "SO-1/1", "2"), ("PO-0009/1", "SO-1/1", "3")]
    assert outcome.late() == {"SO-1/1": 14}


def test_overdue_supply_counts_as_due_today() -> None:
    shop = Shop(today=7)
    shop.bought("PART", lead=2)
    shop.coming("PART", 5, due=1, number="PO-0009/1")
    shop.order("SO-1/1", "PART", 5, due=7)
    assert shop.explode().pegs() == [("PO-0009/1", "SO-1/1", "5")]


def test_scrap_setup_and_rounding_multiple_make_the_gross_requirement() -> None:
    shop = Shop()
    shop.bought("WIRE", whole=False)
    shop.bought("REEL")
    shop.made("COIL", {"WIRE": {"quantity": "2.5", "scrap": 10, "setup": 3}, "REEL": {"quantity": 7, "rounding": 50}})
    shop.order("SO-1/1", "COIL", 4, due=5)
    assert shop.explode().pick("WO-0001") == {"WIRE": "14", "REEL": "50"}


def test_cut_stock_takes_whole_lengths() -> None:
    shop = Shop()
    shop.bought("PIPE")
    shop.made("LEG", {"PIPE": {"pieces": 4}})
    shop.order("SO-1/1", "LEG", 100, due=5)
    assert shop.explode().pick("WO-0001") == {"PIPE": "25"}
    shop.demands.clear()
    shop.order("SO-1/1", "LEG", 101, due=5)
    assert shop.explode().pick("WO-0001") == {"PIPE": "26"}


def test_a_batch_line_counts_once_for_the_whole_job() -> None:
    shop = Shop()
    shop.bought("PRIMER", whole=False)
    shop.made("PANEL", {"PRIMER": {"quantity": "0.4", "batch": True}})
    shop.order("SO-1/1", "PANEL", 30, due=5)
    assert shop.explode().pick("WO-0001") == {"PRIMER": "0.4"}


def test_lines_of_one_item_at_one_operation_are_rounded_up_once() -> None:
    shop = Shop()
    shop.bought("SHEET")
    shop.made("BOX", {"SHEET": "0.25", "SHEET#2": "0.25", "SHEET#3": {"quantity": "0.25", "operation": 20}})
    shop.order("SO-1/1", "BOX", 5, due=5)
    outcome = shop.explode()
    assert sorted(row[4] for row in outcome.plan.requirements if row[2] is not None) == [2_000_000, 3_000_000]


def test_loss_raises_the_start_quantity_and_the_components_follow_it() -> None:
    shop = Shop()
    shop.bought("CLAY", whole=False)
    shop.made("BOWL", {"CLAY": "0.5"}, loss=5)
    shop.order("SO-1/1", "BOWL", 10, due=5)
    outcome = shop.explode()
    assert outcome.plan.jobs[0].start_quantity == 11_000_000
    assert outcome.pick("WO-0001") == {"CLAY": "5.5"}


def test_a_phantom_is_not_made_but_its_stray_stock_is_used_first() -> None:
    shop = Shop()
    shop.bought("NUT")
    shop.bought("BOLT")
    shop.phantom("KIT", {"NUT": 2, "BOLT": 2})
    shop.made("TABLE", {"KIT": {"quantity": 1, "operation": 30}, "NUT": {"quantity": 1, "operation": 30}})
    shop.have("KIT", 1)
    shop.order("SO-1/1", "TABLE", 3, due=5)
    outcome = shop.explode()
    assert outcome.pick("WO-0001") == {"KIT": "1", "NUT": "7", "BOLT": "4"}
    assert {row[6] for row in outcome.plan.requirements if row[2] is not None} == {30}
    assert [code for code, *_ in outcome.jobs()] == ["TABLE"]


def test_a_kit_that_is_ordered_asks_for_its_components_on_the_order_line_itself() -> None:
    shop = lamp_shop()
    shop.phantom("SET", {"LAMP": 2, "BULB": 3})
    shop.order("SO-1/1", "SET", 2, due=14)
    outcome = shop.explode()
    assert outcome.pick("SO-1/1") == {"LAMP": "4", "BULB": "6"}
    assert ("WO-0001", "SO-1/1", "4") in outcome.pegs()


def test_options_choose_lines_on_all_levels_and_defaults_fill_in() -> None:
    shop = Shop()
    for code in ("BRASS", "STEEL", "CORD-2", "CORD-5"):
        shop.bought(code)
    shop.made(
        "SHADE", {"BRASS": {"quantity": 1, "option": "METAL=BRASS"}, "STEEL": {"quantity": 1, "option": "METAL=STEEL"}}
    )
    shop.made(
        "LAMP",
        {"SHADE": 1, "CORD-2": {"quantity": 1, "option": "CORD=2M"}, "CORD-5": {"quantity": 1, "option": "CORD=5M"}},
    )
    shop.defaults[shop.id("LAMP")] = {"METAL": "STEEL", "CORD": "2M"}
    shop.order("SO-1/1", "LAMP", 1, due=5, choices={"METAL": "BRASS"})
    assert {code for code, *_ in shop.explode().buys()} == {"BRASS", "CORD-2"}


def test_combined_jobs_never_join_choices_that_matter_below() -> None:
    shop = Shop()
    shop.bought("RED")
    shop.bought("BLUE")
    shop.made(
        "SHADE",
        {"RED": {"quantity": 1, "option": "C=R"}, "BLUE": {"quantity": 1, "option": "C=B"}},
        batching="combined",
    )
    shop.made("FOOT", {}, batching="combined")
    shop.made("LAMP", {"SHADE": 1, "FOOT": 1})
    for name, colour in (("A/1", "R"), ("B/1", "B"), ("C/1", "R")):
        shop.order(name, "LAMP", 1, due=5, choices={"C": colour})
    outcome = shop.explode()
    assert sorted(quantity for _code, quantity, *_ in outcome.jobs("SHADE")) == ["1", "2"]
    assert [quantity for _code, quantity, *_ in outcome.jobs("FOOT")] == ["3"]


def test_alternates_serve_from_free_stock_only_after_their_own_needs() -> None:
    shop = Shop()
    shop.bought("SOCKET-A")
    shop.bought("SOCKET-B")
    shop.made("LAMP", {"SOCKET-A": {"quantity": 1, "alternates": ["SOCKET-B"]}})
    shop.have("SOCKET-A", 2)
    shop.have("SOCKET-B", 5)
    shop.order("SO-1/1", "LAMP", 10, due=5)
    shop.order("SO-2/1", "SOCKET-B", 4, due=20)
    outcome = shop.explode()
    assert outcome.pick("WO-0001") == {"SOCKET-A": "9", "SOCKET-B": "1"}
    assert [row[7] for row in outcome.plan.requirements if row[2] is not None and row[3] == shop.id("SOCKET-B")] == [
        shop.id("SOCKET-A")
    ]
    assert outcome.buys() == [("SOCKET-A", "KERN", "7", 4)]


def test_items_that_stand_in_for_each_other_serve_their_own_needs_first() -> None:
    shop = Shop()
    shop.bought("A")
    shop.bought("B")
    shop.made("X", {"A": {"quantity": 4, "alternates": ["B"]}})
    shop.made("Y", {"B": {"quantity": 4, "alternates": ["A"]}})
    shop.have("A", 5)
    shop.have("B", 2)
    shop.order("SO-1/1", "X", 1, due=5)
    shop.order("SO-2/1", "Y", 1, due=5)
    outcome = shop.explode()
    jobs = {job.item_id: job.number for job in outcome.plan.jobs}
    assert outcome.pick(jobs[shop.id("X")]) == {"A": "4"}
    assert outcome.pick(jobs[shop.id("Y")]) == {"B": "3", "A": "1"}


def test_per_order_makes_a_job_for_each_top_demand_and_combined_one_for_all() -> None:
    shop = lamp_shop()
    shop.order("SO-1/1", "LAMP", 1, due=14)
    shop.order("SO-2/1", "LAMP", 2, due=14)
    outcome = shop.explode()
    assert [quantity for _code, quantity, *_ in outcome.jobs("LAMP")] == ["1", "2"]
    assert [quantity for _code, quantity, *_ in outcome.jobs("ARM")] == ["6"]


def test_requirements_join_within_the_combining_days_from_the_first() -> None:
    shop = Shop()
    shop.bought("PART")
    for number, day in enumerate((0, 4, 7, 14), 1):
        shop.order(f"SO-{number}/1", "PART", 1, due=day)
    assert shop.explode().buys() == [("PART", "KERN", "2", 0), ("PART", "KERN", "1", 7), ("PART", "KERN", "1", 14)]


@pytest.mark.parametrize(
    ("need", "minimum", "multiple", "bought", "reason"),
    [
        (3, 10, 4, "12", "multiple"),
        (3, 10, None, "10", "minimum"),
        (12, 10, 4, "12", ""),
        (140, None, 40, "160", "multiple"),
    ],
)
def test_minimum_then_multiple_raise_the_joined_sum_once(
    need: int, minimum: int | None, multiple: int | None, bought: str, reason: str
) -> None:
    shop = Shop()
    shop.bought("PART", minimum=minimum, multiple=multiple)
    shop.order("SO-1/1", "PART", need, due=5)
    outcome = shop.explode()
    assert outcome.buys() == [("PART", "KERN", bought, 4)]
    assert outcome.plan.lines[0].surplus_reason == reason


def test_three_orders_of_twenty_with_a_minimum_of_a_hundred_buy_a_hundred() -> None:
    shop = Shop()
    shop.bought("PART", minimum=100)
    for number in (1, 2, 3):
        shop.order(f"SO-{number}/1", "PART", 20, due=number)
    outcome = shop.explode()
    assert [row[2] for row in outcome.buys()] == ["100"]
    assert outcome.told("surplus") == [("surplus", "PART", None)]


def test_surplus_of_a_lot_serves_later_needs_at_once() -> None:
    shop = Shop()
    shop.bought("PART", minimum=10)
    shop.order("SO-1/1", "PART", 3, due=1)
    shop.order("SO-2/1", "PART", 4, due=15)
    outcome = shop.explode()
    assert [row[2] for row in outcome.buys()] == ["10"]


def test_the_price_is_that_of_the_break_the_raised_quantity_reaches() -> None:
    shop = Shop()
    shop.bought("PART", minimum=50, breaks=((10, "2"), (50, "1.5"), (100, "0.7")))
    shop.order("SO-1/1", "PART", 5, due=1)
    plan = shop.explode().plan
    assert plan.lines[0].unit_price == 1_500_000
    assert [(hint.quantity, hint.unit_price) for hint in plan.cheaper] == [(100_000_000, 700_000)]


def test_what_exceeds_the_maximum_goes_to_the_next_rank() -> None:
    shop = Shop()
    shop.bought("BALL", "WOOD", maximum=500)
    shop.article("BALL", "STEEL", minimum=300, multiple=250)
    shop.order("SO-1/1", "BALL", 600, due=5)
    outcome = shop.explode()
    assert sorted(row[1:3] for row in outcome.buys()) == [("STEEL", "500"), ("WOOD", "500")]
    assert outcome.told("over_maximum") == []


def test_surplus_that_the_next_rank_takes_over_keeps_its_reason() -> None:
    shop = Shop()
    shop.bought("BALL", "WOOD", multiple=6, maximum=24)
    shop.article("BALL", "STEEL")
    shop.order("SO-1/1", "BALL", 27, due=5)
    steel = max(shop.explode().plan.lines, key=lambda line: line.line_id)
    assert (steel.quantity - steel.pegged, steel.surplus_reason) == (3_000_000, "multiple")


def test_surplus_of_the_next_rank_serves_later_needs_at_once() -> None:
    shop = Shop()
    shop.bought("BALL", "WOOD", maximum=10)
    shop.article("BALL", "STEEL", minimum=30)
    shop.order("SO-1/1", "BALL", 14, due=5)
    shop.order("SO-2/1", "BALL", 20, due=40)
    lines = shop.explode().plan.lines
    assert [(line.quantity, line.pegged) for line in lines] == [(10_000_000, 10_000_000), (30_000_000, 24_000_000)]


def test_what_no_rank_can_take_stays_on_the_preferred_line_and_is_told() -> None:
    shop = Shop()
    shop.bought("BALL", "WOOD", maximum=500)
    shop.article("BALL", "STEEL", maximum=300)
    shop.order("SO-1/1", "BALL", 1000, due=5)
    outcome = shop.explode()
    assert sorted(row[1:3] for row in outcome.buys()) == [("STEEL", "300"), ("WOOD", "700")]
    assert outcome.told("over_maximum") == [("over_maximum", "BALL", None)]


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("no_supplier", lambda shop: shop.bought("PART", "")),
        ("inactive_item", lambda shop: shop.bought("PART", active=False)),
        ("no_bom", lambda shop: shop.made("PART")),
        ("no_revision", lambda shop: (shop.made("PART"), shop.bom("PART", {}, valid_from=100))),
    ],
)
def test_what_cannot_be_had_stays_uncovered_and_the_parent_is_made_all_the_same(kind: str, make: object) -> None:
    shop = Shop()
    make(shop)  # type: ignore[operator]
    shop.made("TOP", {"PART": 2})
    shop.have("PART", 1)
    shop.order("SO-1/1", "TOP", 3, due=5)
    outcome = shop.explode()
    assert outcome.told() == [(kind, "PART", "WO-0001")]
    assert outcome.pegs() == [("PART@MAIN", "WO-0001", "1"), ("WO-0001", "SO-1/1", "3")]


def test_the_revision_is_the_one_valid_on_the_planned_start() -> None:
    shop = Shop()
    shop.bought("OLD")
    shop.bought("NEW")
    shop.item("TOP", "make", lead=5)
    shop.bom("TOP", {"OLD": 1}, "A", valid_to=6)
    shop.bom("TOP", {"NEW": 1}, "B", valid_from=7)
    shop.order("SO-1/1", "TOP", 1, due=11)
    shop.order("SO-2/1", "TOP", 1, due=14)
    outcome = shop.explode()
    assert [(job.revision, job.start - DAY_0) for job in outcome.plan.jobs] == [("A", 4), ("B", 7)]


def test_a_routing_gives_the_lead_time_where_the_item_has_none() -> None:
    shop = Shop()
    shop.item("TOP", "make", lead=None)
    shop.bom("TOP", {})
    minutes = 1_000_000
    shop.routings[shop.id("TOP"), ""] = (
        PlanOperation(10, 60 * minutes, 12 * minutes, 1_000_000, 8_000_000, 1),
        PlanOperation(20, 0, 6 * minutes, 0, 8_000_000, 2),
    )
    shop.order("SO-1/1", "TOP", 100, due=28)  # 1 + (60 + 1200) / 480 + 600 / 960 = 4.25 -> 5 days
    assert shop.explode().jobs() == [("TOP", "100", 21, 28)]


def test_a_subcontracted_operation_buys_the_start_quantity_due_at_its_end() -> None:
    shop = Shop()
    shop.item("TOP", "make", lead=6, loss=50)
    shop.bom("TOP", {})
    shop.routings[shop.id("TOP"), ""] = (
        PlanOperation(10, 0, 0, 1_000_000, 8_000_000, 1),
        PlanOperation(20, 0, 0, 0, 0, 1, supplier_id=7, supplier_code="COAT", lead_time_days=3, price=2_000_000),
        PlanOperation(30, 0, 0, 2_000_000, 8_000_000, 1),
    )
    shop.order("SO-1/1", "TOP", 4, due=14)
    outcome = shop.explode()
    (line,) = outcome.plan.lines
    assert outcome.buys() == [("TOP", "COAT", "8", 10)]
    assert (line.operation, line.job, line.unit_price) == (20, outcome.plan.jobs[0], 2_000_000)


def test_calendar_lead_times_order_before_and_arrive_after_closed_days() -> None:
    shop = Shop()
    shop.bought("SHIPPED", lead=5, calendar=True)
    shop.order("SO-1/1", "SHIPPED", 1, due=9)  # 5 days before Wednesday 14th is Friday 9th
    shop.order("SO-2/1", "SHIPPED", 1, due=18)  # 5 days before Friday 23rd is Sunday, so by Friday 16th
    lines = shop.explode().plan.lines
    assert [(line.order_by - DAY_0, line.due - DAY_0) for line in lines] == [(4, 9), (11, 18)]
    late = Shop()
    late.bought("SHIPPED", lead=5, calendar=True)
    late.order("SO-1/1", "SHIPPED", 1, due=1)
    assert late.explode().buys() == [("SHIPPED", "KERN", "1", 7)]  # Saturday 10th becomes Monday 12th


def test_a_card_is_not_served_by_the_stock_of_its_own_place() -> None:
    shop = Shop()
    shop.bought("SCREW")
    shop.have("SCREW", 100, "BENCH")
    shop.have("SCREW", 30, "MAIN")
    shop.order("KANBAN:SCREW:1", "SCREW", 50, due=None, kind="kanban", place="BENCH")
    outcome = shop.explode()
    assert outcome.pegs() == [("PO-0001/1", "KANBAN:SCREW:1", "20"), ("SCREW@MAIN", "KANBAN:SCREW:1", "30")]


def test_a_draft_line_within_the_period_grows_by_the_rules_of_the_whole() -> None:
    shop = Shop()
    shop.bought("PART", minimum=10, multiple=10, lead=2)
    growing = {"supplier_id": sum(map(ord, "KERN")), "can_grow": True, "window_start": DAY_0 + 9}
    shop.coming("PART", 10, due=9, number="PO-0004/2", free=3, **growing)
    shop.order("SO-1/1", "PART", 8, due=10)
    outcome = shop.explode()
    (line,) = outcome.plan.lines
    assert (line.number, line.grown, line.quantity, line.added) == ("PO-0004/2", True, 20_000_000, 10_000_000)
    assert line.quantity - line.pegged == 5_000_000
    assert outcome.buys() == [("PART", "KERN", "20", 9)]


def test_raising_a_lot_names_the_last_rule_that_raised_it() -> None:
    assert raise_lot(5_000_000, 10_000_000, 4_000_000, whole=True) == (12_000_000, "multiple")
