"""What holds for every plan: quantities are conserved, every supply reaches a demand, input order does not matter."""

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.shop import DAY_0, Outcome, Shop

from pegboard.domain import netting
from pegboard.domain.explosion import explode

LEVELS = 3
small = st.integers(1, 12)


@st.composite
def shops(draw: st.DrawFn, *, plain: bool = False) -> Shop:
    """A shop of three made levels over bought parts; a plain one has nothing that needs the slow way."""
    shop = Shop(combining_days=draw(st.sampled_from([1, 3, 5])), closed=draw(st.sampled_from([(), (3, 8)])))
    parts = [f"PART-{number}" for number in range(draw(st.integers(1, 4)))]
    for code in parts:
        shop.bought(
            code,
            draw(st.sampled_from(["KERN", "ALTO"])),
            lead=draw(st.sampled_from([0, 1, 4, 9])),
            minimum=draw(st.sampled_from([None, 5, 20])),
            multiple=draw(st.sampled_from([None, 1, 6])),
            maximum=None if plain else draw(st.sampled_from([None, None, 24])),
        )
        if not plain and draw(st.booleans()):
            shop.article(code, "SECOND", multiple=draw(st.sampled_from([1, 5])))
    below = list(parts)
    for level in range(LEVELS):
        made = [f"L{level}-{number}" for number in range(draw(st.integers(1, 3)))]
        for code in made:
            _add_made(draw, shop, code, below, parts, plain=plain)
        below = below + made
    for code in below:
        if draw(st.integers(0, 3)) == 0:
            shop.have(code, draw(small))
        if not plain and draw(st.integers(0, 3)) == 0:
            shop.coming(code, draw(small), due=draw(st.integers(0, 20)), number=f"PO-9/{code}")
    for number in range(draw(st.integers(1, 6))):
        due = draw(st.one_of(st.none(), st.integers(-3, 40)))
        shop.order(
            f"SO-{number}/1", draw(st.sampled_from(below)), draw(small), due=due, ordered=draw(st.integers(-5, 0))
        )
    return shop


def _add_made(draw: st.DrawFn, shop: Shop, code: str, below: list[str], parts: list[str], *, plain: bool) -> None:
    lines: dict[str, object] = {}
    for component in draw(st.lists(st.sampled_from(below), min_size=1, max_size=3, unique=True)):
        line: dict[str, object] = {"quantity": draw(st.sampled_from(["1", "2", "0.3", "4"]))}
        line["scrap"] = draw(st.sampled_from([0, 0, 10]))
        line["setup"] = draw(st.sampled_from([0, 0, 2]))
        line["operation"] = draw(st.sampled_from([None, 10]))
        if not plain and component in parts:
            line["alternates"] = draw(
                st.lists(st.sampled_from(parts), max_size=2, unique=True).map(
                    lambda codes, own=component: [other for other in codes if other != own]
                )
            )
        lines[component] = line
    if not plain and draw(st.integers(0, 4)) == 0:
        shop.phantom(code, lines)
    else:
        shop.made(
            code,
            lines,
            lead=draw(st.sampled_from([0, 1, 3])),
            loss=draw(st.sampled_from([0, 0, 10])),
            batching=draw(st.sampled_from(["", "per_order", "combined"])),
            minimum=None if plain else draw(st.sampled_from([None, None, 4])),
        )


def totals(plan_rows: list[tuple[object, ...]], column: int) -> dict[object, int]:
    """Pegged quantity by the key in one column of the pegs."""
    sums: dict[object, int] = defaultdict(int)
    for row in plan_rows:
        if row[column] is not None:
            sums[row[column]] += int(row[5])  # type: ignore[call-overload]
    return sums


@given(shops())
def test_supply_is_pegged_and_surplus_and_nothing_else(shop: Shop) -> None:
    plan = shop.explode().plan
    by_job, by_line, by_stock = totals(plan.pegs, 3), totals(plan.pegs, 4), totals(plan.pegs, 2)  # type: ignore[arg-type]
    for job in plan.jobs:
        assert by_job[job.job_id] == job.pegged <= job.quantity
        assert bool(job.quantity - job.pegged) <= bool(job.surplus_reason)
    for line in plan.lines:
        if line.job is None:
            assert by_line[line.line_id] == line.pegged <= line.quantity
            assert bool(line.quantity - line.pegged) <= bool(line.surplus_reason)
    for rows in shop.stock.values():
        for row in rows:
            assert by_stock[row.stock_id] <= row.free


@given(shops())
def test_no_requirement_is_covered_twice_and_all_is_covered_or_told(shop: Shop) -> None:
    outcome = shop.explode()
    pegged = totals(outcome.plan.pegs, 1)  # type: ignore[arg-type]
    short = {row[3] for row in outcome.plan.requirements if pegged[row[0]] < row[4]}
    assert all(pegged[row[0]] <= row[4] for row in outcome.plan.requirements)
    kinds = ("no_bom", "no_supplier", "no_revision", "inactive_item")
    told = {shop.id(item) for kind, item, _demand in outcome.told() if kind in kinds}
    assert short == told == set()


@given(shops())
def test_every_supply_reaches_a_demand(shop: Shop) -> None:
    plan = shop.explode().plan
    parents = {row[0]: (row[1], row[2]) for row in plan.requirements}
    served: dict[int, set[int]] = defaultdict(set)
    for _peg, requirement, _stock, job_id, _line, _quantity in plan.pegs:
        if job_id is not None:
            served[job_id].add(requirement)

    def reaches(job_id: int) -> bool:
        above = [parents[requirement] for requirement in served[job_id]]
        return bool(above) and all(demand is not None or reaches(parent) for demand, parent in above)

    assert all(reaches(job.job_id) for job in plan.jobs)


@given(shops())
def test_dates_hold_together_after_the_forward_pass(shop: Shop) -> None:
    plan = shop.explode().plan
    calendar = shop.calendar()
    jobs = {job.job_id: job for job in plan.jobs}
    lines = {line.line_id: line for line in plan.lines}
    parents = {row[0]: row[2] for row in plan.requirements}
    for job in plan.jobs:
        assert job.start >= DAY_0
        assert job.due >= calendar.add(job.start, job.lead) or job.due == job.need
    for _peg, requirement, _stock, job_id, line_id, _quantity in plan.pegs:
        parent = parents[requirement]
        if parent is not None and (job_id in jobs or line_id in lines):
            there = jobs[job_id].due if job_id in jobs else lines[line_id].due  # type: ignore[index]
            assert there <= jobs[parent].start


def same_plan(outcome: Outcome) -> tuple[object, ...]:
    """A plan without keys and numbers: what is made, bought and pegged, when."""
    return (
        outcome.jobs(),
        outcome.buys(),
        sorted((outcome.code(row[3]), row[4], row[5], row[6] or 0) for row in outcome.plan.requirements),
        sorted(outcome.told(), key=repr),
        outcome.late(),
    )


@given(shops(), st.randoms())
def test_the_order_of_input_does_not_matter(shop: Shop, random: object) -> None:
    first = shop.explode()
    snapshot = first.snapshot
    demands, items = list(snapshot.demands), list(snapshot.items.items())
    random.shuffle(demands)  # type: ignore[attr-defined]
    random.shuffle(items)  # type: ignore[attr-defined]
    shuffled = replace(snapshot, demands=tuple(demands), items=dict(items))
    second = Outcome(shop, shuffled, explode(shuffled))
    assert same_plan(first) == same_plan(second)
    assert first.pegs() == second.pegs()


@given(shops(plain=True))
def test_the_quick_way_and_the_whole_rule_give_the_same_plan(shop: Shop) -> None:
    quick = shop.explode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(netting, "_is_plain", lambda *_arguments: False)
        whole = Outcome(shop, quick.snapshot, explode(quick.snapshot))
    assert same_plan(quick) == same_plan(whole)
    assert quick.pegs() == whole.pegs()
