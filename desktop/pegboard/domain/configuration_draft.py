"""The options of an item as they are typed, and what must hold before they are kept."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pegboard.domain.configuration import (
    ANY,
    EXCLUDES,
    NOTHING,
    REQUIRES,
    OptionChoice,
    OptionGroup,
    Rule,
    choice_words,
    group_of,
    names_a_choice,
    number_of,
    number_range,
    values_of,
)
from pegboard.domain.problem import Problem
from pegboard.domain.quantity import Price
from pegboard.domain.record_checks import is_code
from pegboard.i18n import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceDraft:
    """One choice of a group as it is typed; `required` is the group's and agrees on all its choices.

    The choice `*` says that several of the group may be taken, one such as `1..5/0.5` that any of these numbers may be:
    then `extra` is for each 1 of it and `description` what is counted.
    """

    group: str
    choice: str
    description: str = ""
    extra: Price = NOTHING
    is_default: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsDraft:
    """All choices of an item, group by group in their order."""

    item: str
    choices: tuple[ChoiceDraft, ...] = ()

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """All (group, choice)."""
        return frozenset((choice.group, choice.choice) for choice in self.choices)

    @property
    def groups(self) -> dict[str, OptionGroup]:
        """The groups that the choices make."""
        raw: dict[str, list[ChoiceDraft]] = {}
        for choice in self.choices:
            raw.setdefault(choice.group, []).append(choice)
        return {
            code: group_of(
                code,
                [OptionChoice(each.choice, each.description, each.extra, each.is_default) for each in own],
                required=own[0].required,
            )
            for code, own in raw.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesDraft:
    """The rules between the choices of an item, in the order in which they are told."""

    item: str
    rules: tuple[Rule, ...] = ()


def check_options(draft: OptionsDraft) -> tuple[Problem, ...]:
    """All that is wrong with an item's choices."""
    return tuple(
        problem for place, choice in enumerate(draft.choices, 1) for problem in _choice_problems(draft, choice, place)
    )


def _choice_problems(draft: OptionsDraft, choice: ChoiceDraft, place: int) -> Iterator[Problem]:
    at, before = f"lines.{place}.", draft.choices[: place - 1]
    same = [each for each in draft.choices if each.group == choice.group]
    for field, code in (("group", choice.group), ("choice", choice.choice)):
        if not is_code(code):
            yield Problem(at + field, tr("A code is not empty, has no blank at its ends and none of ; and =."))
    if any((each.group, each.choice) == (choice.group, choice.choice) for each in before):
        yield Problem(at + "choice", tr("{group} has the choice {choice} already.", group=choice.group,
                                        choice=choice.choice))  # fmt: skip
    if choice.required != same[0].required:
        yield Problem(at + "required", tr("{group} is required or is not.", group=choice.group))
    if choice.extra.micro < 0:
        yield Problem(at + "extra", tr("An extra cannot be negative."))
    if choice.is_default and choice.choice != ANY and number_range(choice.choice) is None:
        others = [each for each in same if each.is_default and each is not choice]
        if others and not any(each.choice == ANY for each in same) and others[0] in before:
            yield Problem(at + "is_default", tr("{group} has a default already.", group=choice.group))
    yield from _kind_problems(choice, same, before, at)


def _kind_problems(
    choice: ChoiceDraft, same: Sequence[ChoiceDraft], before: Sequence[ChoiceDraft], at: str
) -> Iterator[Problem]:
    """What must hold of the choices that say what kind of group it is, and beside them."""
    numbers = number_range(choice.choice)
    ranges = [found for each in same if (found := number_range(each.choice)) is not None]
    if choice.choice == ANY:
        if choice.is_default or choice.extra:
            yield Problem(at + "choice", tr("* says that several may be taken: it has no extra and is no default."))
        if ranges:
            yield Problem(at + "choice", tr("A number is one alone, so * does not go with it."))
        if len(same) == 1:
            yield Problem(at + "choice", tr("Name the choices of which several may be taken."))
    elif numbers is not None:
        if not numbers.step:
            yield Problem(at + "choice", tr("Say the step too, as in {example}.", example=f"{choice.choice}/0.5"))
        if choice.is_default:
            yield Problem(at + "is_default", tr("Make one number the default, on a line of its own."))
        if len(ranges) > 1 and any(number_range(each.choice) for each in before if each.group == choice.group):
            yield Problem(at + "choice", tr("{group} has a range already.", group=choice.group))
    elif ranges:
        micro = number_of(choice.choice)
        if micro is None or not ranges[0].holds(micro):
            yield Problem(at + "choice", tr("{choice} is none of the numbers of {group}.", choice=choice.choice,
                                            group=choice.group))  # fmt: skip


def check_rules(draft: RulesDraft, options: OptionsDraft, known: AbstractSet[tuple[str, str]]) -> tuple[Problem, ...]:
    """All that is wrong with an item's rules; `known` are all (group, choice) of it and of what lies below it."""
    return tuple(
        problem
        for place, rule in enumerate(draft.rules, 1)
        for problem in _rule_problems(rule, draft.rules[: place - 1], options, known, f"lines.{place}.")
    )


def _rule_problems(
    rule: Rule,
    before: Sequence[Rule],
    options: OptionsDraft,
    known: AbstractSet[tuple[str, str]],
    at: str,
) -> Iterator[Problem]:
    sides = (("when", rule.group, rule.choice), ("other", rule.other_group, rule.other_choice))
    is_known = True
    for field, group, choice in sides:
        if not (names_a_choice(group, choice, known) or (choice == ANY and any(group == each for each, _ in known))):
            is_known = False
            yield Problem(at + field, tr("{item} has no option {option}.", item=options.item,
                                         option=f"{group}={choice}"))  # fmt: skip
    if rule.kind not in (EXCLUDES, REQUIRES):
        yield Problem(at + "kind", tr("A choice excludes or requires another."))
    if (rule.group, rule.choice) == (rule.other_group, rule.other_choice):
        yield Problem(at + "other", tr("A choice cannot speak of itself."))
    elif _sides(rule) in map(_sides, before):
        yield Problem(at + "other", tr("{choice} has this rule already.", choice=choice_words(rule.group, rule.choice)))
    elif is_known and not rule.is_kept(values_of(options.groups, ())):
        yield Problem(at + "other", tr("The defaults break this rule: {rule}.", rule=rule.sentence()))


def _sides(rule: Rule) -> tuple[str, str, str, str, str]:
    return (rule.kind, rule.group, rule.choice, rule.other_group, rule.other_choice)
