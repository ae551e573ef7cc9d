"""Cycles and low-level codes of BOMs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain.bom import CyclicBom, components_of, find_cycle, find_cycles, low_level_codes

EDGES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=25)


def test_an_item_used_on_two_levels_has_the_lower_one() -> None:
    codes = low_level_codes(components_of([("LAMP", "SCREW"), ("LAMP", "BASE"), ("BASE", "SCREW"), ("BASE", "SCREW")]))
    assert codes == {"LAMP": 0, "BASE": 1, "SCREW": 2}


def test_a_cycle_is_told_with_its_codes_in_order() -> None:
    components = components_of([("A", "B"), ("B", "C"), ("C", "B"), ("C", "D"), ("X", "A")])
    assert find_cycle(components) == ["B", "C", "B"]
    assert str(CyclicBom(["B", "C", "B"])).startswith("The BOM is cyclic: B > C > B.")


def test_a_component_of_itself_is_a_cycle() -> None:
    assert find_cycle({"A": ["A"]}) == ["A", "A"]


def test_cycles_apart_from_each_other_are_all_found() -> None:
    found = find_cycles(components_of([("A", "B"), ("B", "A"), ("C", "C"), ("D", "E")]))
    assert sorted(map(set, found), key=len) == [{"C"}, {"A", "B"}]


@given(EDGES)
def test_every_component_is_below_its_parents_or_there_is_a_cycle(edges: list[tuple[int, int]]) -> None:
    components = components_of(edges)
    codes = low_level_codes(components)
    cycle = find_cycle(components)
    if cycle:
        assert cycle[0] == cycle[-1]
        assert all(pair in edges for pair in pairwise(cycle))
        assert not set(cycle) & set(codes)
    else:
        assert all(codes[parent] < codes[component] for parent, component in edges)
        assert set(codes) == {item for edge in edges for item in edge}


@given(EDGES)
def test_without_the_cycles_found_nothing_is_cyclic(edges: list[tuple[int, int]]) -> None:
    gone = {item for cycle in find_cycles(components_of(edges)) for item in cycle}
    assert not find_cycle(components_of((a, b) for a, b in edges if a not in gone and b not in gone))


def test_a_chain_of_thousands_needs_no_deep_recursion() -> None:
    edges = [(number, number + 1) for number in range(20_000)]
    assert low_level_codes(components_of(edges))[20_000] == 20_000
    assert len(find_cycle(components_of([*edges, (20_000, 0)]))) == 20_002


@pytest.mark.parametrize("edges", [[], [("A", "B")]])
def test_no_cycle_is_empty(edges: list[tuple[str, str]]) -> None:
    assert find_cycle(components_of(edges)) == []
