"""Two edits of one record: what does not touch is joined, what does is a clash; nobody's edit is ever dropped."""

from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain.customer import CustomerDraft
from pegboard.domain.item import BomDraft, BomLineDraft
from pegboard.domain.merging import Clash, merged
from pegboard.domain.quantity import Quantity

CODES = ("CORD", "LAMP", "PLUG", "TUBE")
lines = st.lists(
    st.builds(
        BomLineDraft,
        component=st.sampled_from(CODES),
        quantity=st.sampled_from([Quantity(1_000_000), Quantity(2_000_000)]),
        operation=st.sampled_from([None, 10, 20]),
    ),
    unique_by=lambda line: line.component,
    max_size=4,
).map(tuple)


def bom(found: tuple[BomLineDraft, ...]) -> BomDraft:
    return BomDraft(item="TOP", revision="", lines=found)


def join(seen: BomDraft, now: BomDraft, wanted: BomDraft) -> tuple[BomDraft, tuple[Clash, ...]]:
    return merged(seen, now, wanted, {"lines": lambda line: line.component})


def line(component: str, count: int = 1, operation: int | None = None) -> BomLineDraft:
    return BomLineDraft(component=component, quantity=Quantity(count * 1_000_000), operation=operation)


def test_different_fields_are_joined() -> None:
    seen = CustomerDraft(code="A", name="Acme")
    found, clashes = merged(
        seen, CustomerDraft(code="A", name="Acme Ltd"), CustomerDraft(code="A", name="Acme", phone="12")
    )
    assert (found.name, found.phone, clashes) == ("Acme Ltd", "12", ())


def test_the_same_field_is_a_clash_and_the_same_value_is_none() -> None:
    seen = CustomerDraft(code="A", name="Acme")
    theirs, ours = CustomerDraft(code="A", name="Acme Ltd"), CustomerDraft(code="A", name="Acme Inc")
    assert merged(seen, theirs, ours)[1] == (Clash("name", "Acme Ltd"),)
    assert merged(seen, theirs, theirs) == (theirs, ())


def test_lines_that_both_added_and_took_away_are_joined_in_their_order() -> None:
    seen = bom((line("CORD"), line("LAMP")))
    theirs = bom((line("CORD"), line("PLUG"), line("LAMP", 3)))
    ours = bom((line("LAMP"), line("TUBE")))
    found, clashes = join(seen, theirs, ours)
    assert clashes == ()
    assert found.lines == (line("PLUG"), line("LAMP", 3), line("TUBE"))


def test_a_line_that_one_changed_and_the_other_took_away_is_a_clash() -> None:
    seen = bom((line("CORD"),))
    assert join(seen, bom(()), bom((line("CORD", 5),)))[1] == (Clash("CORD", None),)
    assert join(seen, bom((line("CORD", 2),)), bom((line("CORD", 5),)))[1] == (
        Clash("CORD quantity", Quantity(2_000_000)),
    )


@given(lines, lines, lines)
def test_nobodys_edit_is_dropped(seen: tuple[BomLineDraft, ...], now: tuple[BomLineDraft, ...], ours) -> None:
    found, clashes = join(bom(seen), bom(now), bom(ours))
    if clashes:
        return
    before, there, mine, after = ({each.component: each for each in each_of} for each_of in
                                  (seen, now, ours, found.lines))  # fmt: skip
    for code in CODES:
        for edit in (there.get(code), mine.get(code)):
            if edit == before.get(code):
                continue
            result = after.get(code)
            for name in ("quantity", "operation"):
                old = getattr(before.get(code), name, None)
                if edit is None or result is None:
                    assert edit is result
                elif getattr(edit, name) != old:
                    assert getattr(result, name) == getattr(edit, name)


@given(lines, lines)
def test_one_edit_alone_is_taken_as_it_is(seen: tuple[BomLineDraft, ...], edited: tuple[BomLineDraft, ...]) -> None:
    assert join(bom(seen), bom(edited), bom(seen)) == (bom(edited), ())
    assert join(bom(seen), bom(seen), bom(edited)) == (bom(edited), ())
