"""Configurations: what may be chosen, rules between choices, and that nothing is accepted that breaks one."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pegboard.domain.configuration import (
    ANY,
    EXCLUDES,
    REQUIRES,
    NumberRange,
    OptionChoice,
    OptionGroup,
    Rule,
    extras,
    group_of,
    is_chosen,
    joined,
    names_a_choice,
    number_range,
    parted,
    refusals,
    settled,
    times,
    values_of,
)
from pegboard.domain.configuration_draft import (
    ChoiceDraft,
    OptionsDraft,
    RulesDraft,
    check_options,
    check_rules,
)
from pegboard.domain.quantity import Price

GLAZE = OptionGroup(
    "GLAZE", True, (OptionChoice("SALT", is_default=True), OptionChoice("TEAL", extra=Price(8_000_000)))
)
PLUG = OptionGroup("PLUG", True, (OptionChoice("EU"), OptionChoice("UK", extra=Price(3_000_000))))
EXTRA = group_of(
    "EXTRA",
    [OptionChoice(ANY), OptionChoice("USB", extra=Price(5_000_000)), OptionChoice("DIMMER", extra=Price(24_000_000))],
    required=False,
)
CORD = group_of(
    "CORD",
    [OptionChoice("1..5/0.5", "m", Price(4_000_000)), OptionChoice("2", is_default=True)],
    required=True,
)
GROUPS = {group.code: group for group in (GLAZE, PLUG, EXTRA, CORD)}
RULES = (
    Rule(EXCLUDES, "PLUG", "UK", "CORD", "4..5", "no drop of voltage"),
    Rule(REQUIRES, "EXTRA", "DIMMER", "PLUG", "EU"),
)


def told(*chosen, rules=()):
    """What is said against these choices."""
    return [refusal.message for refusal in refusals("LAMP", GROUPS, rules, chosen)]


def test_a_number_is_a_range_in_steps():
    assert CORD.number == NumberRange(1_000_000, 5_000_000, 500_000)
    assert CORD.meaning == "m"
    assert told(("PLUG", "EU"), ("CORD", "2.5")) == []
    assert told(("PLUG", "EU"), ("CORD", "2.3")) == ["CORD cannot be 2.3; it is 1 to 5 in steps of 0.5, 2."]
    assert told(("PLUG", "EU"), ("CORD", "6")) == ["CORD cannot be 6; it is 1 to 5 in steps of 0.5, 2."]
    assert number_range("5..1") is None


def test_a_required_group_without_default_is_asked_for():
    assert told() == ["Choose PLUG: EU, UK."]
    assert told(("PLUG", "EU")) == []


def test_several_may_be_taken_only_where_the_group_says_so():
    assert told(("PLUG", "EU"), ("EXTRA", "USB"), ("EXTRA", "DIMMER")) == []
    assert told(("PLUG", "EU"), ("PLUG", "UK")) == ["PLUG is chosen twice."]
    assert told(("PLUG", "EU"), ("EXTRA", "USB"), ("EXTRA", "USB")) == ["EXTRA is chosen twice."]


def test_a_rule_that_is_broken_is_told_with_its_reason():
    assert told(("PLUG", "UK"), ("CORD", "4.5"), rules=RULES) == ["PLUG UK excludes CORD 4 to 5: no drop of voltage."]
    assert told(("PLUG", "UK"), ("CORD", "3.5"), rules=RULES) == []
    assert told(("PLUG", "UK"), ("EXTRA", "DIMMER"), rules=RULES) == ["EXTRA DIMMER requires PLUG EU."]


def test_extras_count_for_each_one_of_a_number():
    chosen = [("PLUG", "UK"), ("CORD", "2.5"), ("EXTRA", "USB"), ("EXTRA", "DIMMER"), ("GLAZE", "TEAL")]
    assert extras(GROUPS, chosen) == (3 + 10 + 5 + 24 + 8) * 1_000_000
    assert extras(GROUPS, [("PLUG", "EU")]) == 8_000_000  # the usual cord of 2 m


def test_equal_configurations_are_written_alike():
    assert settled(GROUPS, [("CORD", "2.50"), ("PLUG", "EU")]) == (("CORD", "2.5"), ("PLUG", "EU"))
    chosen = [("EXTRA", "USB"), ("CORD", "2.5"), ("EXTRA", "DIMMER")]
    assert joined(chosen) == joined(reversed(chosen))
    assert sorted(parted(joined(chosen))) == sorted(chosen)


def test_a_bom_line_is_used_for_one_of_several_and_for_a_part_of_a_range():
    assert is_chosen("USB", "DIMMER=USB")
    assert not is_chosen("USB", None)
    assert is_chosen("4..5", "4.5")
    assert not is_chosen("4..5", "3.5")
    assert times("1..5/0.5", "2.5") == Fraction(5, 2)
    assert times("4..5", "4.5") == 1
    known = {("CORD", "1..5/0.5"), ("EXTRA", ANY), ("EXTRA", "USB")}
    assert names_a_choice("CORD", "2..3", known)
    assert not names_a_choice("CORD", "2..9", known)
    assert not names_a_choice("EXTRA", ANY, known)


choices = some.fixed_dictionaries(
    {},
    optional={
        "GLAZE": some.sampled_from(["SALT", "TEAL", "RUST"]),
        "PLUG": some.sampled_from(["EU", "UK", "US"]),
        "CORD": some.sampled_from(["1", "2", "2.5", "2.7", "4", "5", "7", "long"]),
        "MOOD": some.just("GOOD"),
    },
)
sides = some.tuples(some.sampled_from(["GLAZE", "PLUG", "CORD", "EXTRA"]), some.sampled_from(
    ["SALT", "TEAL", "EU", "UK", "2", "1..3", "4..5", "USB", "DIMMER", ANY]))  # fmt: skip
any_rule = some.builds(
    lambda kind, one, other: Rule(kind, *one, *other), some.sampled_from([EXCLUDES, REQUIRES]), sides, sides
)


@given(choices, some.lists(some.sampled_from(["USB", "DIMMER"]), max_size=3), some.lists(any_rule, max_size=4))
def test_what_is_accepted_keeps_every_rule_and_every_refusal_names_one(single, several, rules):
    chosen = [*single.items(), *(("EXTRA", choice) for choice in several)]
    refused = list(refusals("LAMP", GROUPS, rules, chosen))
    values = values_of(GROUPS, chosen)
    if not refused:
        assert all(rule.is_kept(values) for rule in rules)
        assert all(values.get(group.code) for group in GROUPS.values() if group.required)
        assert all(not GROUPS[code].problem(choice) for code, picked in values.items() for choice in picked)
        assert all(len(picked) == 1 or GROUPS[code].is_several for code, picked in values.items())
    for refusal in refused:
        assert refusal.rule
        assert refusal.message.endswith(".")
        assert refusal.group in GROUPS or refusal.group in dict(chosen)
    broken = [rule for rule in rules if not rule.is_kept(values)]
    assert {rule.sentence() for rule in broken} <= {refusal.rule for refusal in refused}


# --- options as they are typed


def options(*lines):
    """A draft of LAMP from (group, choice, more)."""
    return OptionsDraft(
        item="LAMP",
        choices=tuple(ChoiceDraft(group=group, choice=choice, **more) for group, choice, more in lines),
    )


@pytest.mark.parametrize(
    ("lines", "field", "words"),
    [
        ([("A;", "X", {})], "lines.1.group", "A code is not empty"),
        ([("A", "X", {}), ("A", "X", {})], "lines.2.choice", "A has the choice X already."),
        ([("A", "X", {"is_default": True}), ("A", "Y", {"is_default": True})], "lines.2.is_default", "A has a default"),
        ([("A", "1..3", {})], "lines.1.choice", "Say the step too"),
        ([("A", "1..3/1", {}), ("A", "4", {})], "lines.2.choice", "4 is none of the numbers of A."),
        ([("A", "1..3/1", {}), ("A", "5..6/1", {})], "lines.2.choice", "A has a range already."),
        ([("A", "*", {})], "lines.1.choice", "Name the choices"),
        ([("A", "X", {"extra": Price(-1)})], "lines.1.extra", "An extra cannot be negative."),
        ([("A", "X", {}), ("A", "Y", {"required": False})], "lines.2.required", "A is required or is not."),
    ],
)
def test_options_that_cannot_stay_are_told_where_they_stand(lines, field, words):
    assert [(field, True)] == [
        (found.field, found.message.startswith(words)) for found in check_options(options(*lines))
    ][:1]


def test_several_defaults_go_with_several_choices():
    lines = [("A", "*", {}), ("A", "X", {"is_default": True}), ("A", "Y", {"is_default": True})]
    assert check_options(options(*lines)) == ()


def test_rules_name_known_choices_and_spare_the_defaults():
    draft = options(
        ("A", "X", {"is_default": True}), ("A", "Y", {}), ("B", "1..3/1", {}), ("B", "2", {"is_default": True})
    )

    def said(*rules):
        return [found.message for found in check_rules(RulesDraft(item="LAMP", rules=rules), draft, draft.pairs)]

    assert said(Rule(EXCLUDES, "A", "Y", "B", "3..3")) == []
    assert said(Rule(EXCLUDES, "A", "Z", "B", "2")) == ["LAMP has no option A=Z."]
    assert said(Rule(EXCLUDES, "A", "X", "B", ANY)) == ["The defaults break this rule: A X excludes B."]
    assert said(Rule("likes", "A", "Y", "B", "2")) == ["A choice excludes or requires another."]
    assert said(Rule(EXCLUDES, "A", "Y", "A", "Y")) == ["A choice cannot speak of itself."]
