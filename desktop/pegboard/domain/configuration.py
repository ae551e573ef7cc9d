"""Configured items: groups of choices, rules between choices, and what makes a configuration whole.

What may be chosen of a group its choices' codes say, so that the workshop folder carries it as it is: one of them;
several, where one of the codes is `*`; or a number, where one of them is a range with a step as `0.5..3/0.1`. A BOM
line that names that code takes its quantity times the number chosen; one that names a part of the range as `2..3` is
used for the numbers in it. Rules name choices likewise, and `*` for any choice of a group.

A configuration is pairs (group, choice), one for each choice; numbers are their shortest decimal. The planner knows one
text for each group: several choices are joined by `=`, which no code holds.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from pegboard.domain.quantity import MICRO, Price, divide_half_up, micro_text, parse_micro
from pegboard.i18n import tr

ANY = "*"
NOTHING = Price(0)
JOIN = "="
EXCLUDES = "excludes"
REQUIRES = "requires"
Chosen = Sequence[tuple[str, str]]  # (group, choice)
_DECIMAL = r"[0-9]{1,12}(?:\.[0-9]{1,6})?"
_RANGE = re.compile(rf"({_DECIMAL})\.\.({_DECIMAL})(?:/({_DECIMAL}))?")


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers from `low` to `high`, both included, in steps from `low` (0 for a mere condition); millionths."""

    low: int
    high: int
    step: int = 0

    def __str__(self) -> str:
        """Return the code that means it.

        >>> str(NumberRange(500_000, 3_000_000, 100_000))
        '0.5..3/0.1'
        """
        step = f"/{micro_text(self.step)}" if self.step else ""
        return f"{micro_text(self.low)}..{micro_text(self.high)}{step}"

    def holds(self, micro: int) -> bool:
        """Say whether the number lies in it and on a step."""
        return self.low <= micro <= self.high and (not self.step or (micro - self.low) % self.step == 0)


def number_range(code: str) -> NumberRange | None:
    """The range that a choice's code means, None where it is a plain code.

    >>> number_range("1..5/0.5")
    NumberRange(low=1000000, high=5000000, step=500000)
    """
    found = _RANGE.fullmatch(code)
    if found is None:
        return None
    low, high, step = (parse_micro(text) if text else 0 for text in found.groups())
    return NumberRange(low, high, step) if low <= high else None


def number_of(choice: str) -> int | None:
    """The millionths that a choice means, None where it is no number."""
    try:
        return parse_micro(choice)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class OptionChoice:
    """One choice; `extra` for each unit of the item."""

    code: str
    description: str = ""
    extra: Price = NOTHING
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """A group of choices.

    Attributes: choices: those that bear a name, also names of numbers; is_several: more than one may be chosen; number:
    any number of this range may be chosen, at `each` for 1 of it; meaning: what the number is, such as "length in m".
    """

    code: str
    required: bool = True
    choices: tuple[OptionChoice, ...] = ()
    is_several: bool = False
    number: NumberRange | None = None
    each: Price = NOTHING
    meaning: str = ""

    @property
    def defaults(self) -> tuple[str, ...]:
        """What holds where nothing is chosen."""
        return tuple(choice.code for choice in self.choices if choice.is_default)

    @property
    def default(self) -> str:
        """The first default, "" without one."""
        return next(iter(self.defaults), "")

    def allowed(self) -> str:
        """Say what may be chosen."""
        names = [choice.code for choice in self.choices]
        if self.number is not None:
            names.insert(0, range_words(self.number))
        return ", ".join(names)

    def problem(self, choice: str) -> str:
        """Say why this cannot be chosen, "" where it can."""
        if any(choice == known.code for known in self.choices):
            return ""
        micro = number_of(choice) if self.number is not None else None
        if self.number is None:
            return tr("{group} cannot be {choice}; it is one of {allowed}.", group=self.code, choice=choice,
                      allowed=self.allowed())  # fmt: skip
        if micro is None or not self.number.holds(micro):
            return tr("{group} cannot be {choice}; it is {allowed}.", group=self.code, choice=choice,
                      allowed=self.allowed())  # fmt: skip
        return ""

    def extra(self, choice: str) -> int:
        """What a choice adds to the price of one unit of the item, in millionths, rounded half up."""
        named = next((known.extra.micro for known in self.choices if known.code == choice), 0)
        micro = number_of(choice) if self.number is not None else None
        return named + (divide_half_up(micro * self.each.micro, MICRO) if micro is not None else 0)


def range_words(numbers: NumberRange) -> str:
    """Say a range, as "0.5 to 3 in steps of 0.1"."""
    low, high = micro_text(numbers.low), micro_text(numbers.high)
    if not numbers.step:
        return tr("{low} to {high}", low=low, high=high)
    return tr("{low} to {high} in steps of {step}", low=low, high=high, step=micro_text(numbers.step))


def group_of(code: str, choices: Iterable[OptionChoice], *, required: bool) -> OptionGroup:
    """The group whose choices lie in the workshop as these."""
    named, is_several, numbers, each, meaning = [], False, None, Price(0), ""
    for choice in choices:
        found = number_range(choice.code)
        if choice.code == ANY:
            is_several = True
        elif found is not None and found.step:
            numbers, each, meaning = found, choice.extra, choice.description
        else:
            named.append(choice)
    return OptionGroup(code, required, tuple(named), is_several, numbers, each, meaning)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one choice forbids (`excludes`) or asks for (`requires`); `reason` in the shop's own words."""

    kind: str
    group: str
    choice: str
    other_group: str
    other_choice: str
    reason: str = ""

    def sentence(self) -> str:
        """Say the rule, as "PLUG UK excludes CORD 4 to 5"."""
        left, right = choice_words(self.group, self.choice), choice_words(self.other_group, self.other_choice)
        if self.kind == EXCLUDES:
            return tr("{choice} excludes {other}", choice=left, other=right)
        return tr("{choice} requires {other}", choice=left, other=right)

    def is_kept(self, values: Mapping[str, Sequence[str]]) -> bool:
        """Say whether these choices, by group, keep the rule."""
        if not meets(self.choice, values.get(self.group, ())):
            return True
        return meets(self.other_choice, values.get(self.other_group, ())) == (self.kind == REQUIRES)


def choice_words(group: str, choice: str) -> str:
    """Say a choice as rules name it."""
    if choice == ANY:
        return group
    numbers = number_range(choice)
    return f"{group} {range_words(numbers) if numbers is not None else choice}"


def meets(wanted: str, values: Sequence[str]) -> bool:
    """Say whether one of the values is what a rule or a BOM line names."""
    if wanted in values or (wanted == ANY and values):
        return True
    numbers = number_range(wanted)
    if numbers is None:
        return False
    return any((micro := number_of(value)) is not None and numbers.holds(micro) for value in values)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a configuration is refused.

    Attributes: group: where it can be mended; rule: which rule refuses it, in words; message: a whole sentence.
    """

    group: str
    rule: str
    message: str


def values_of(groups: Mapping[str, OptionGroup], chosen: Chosen) -> dict[str, tuple[str, ...]]:
    """The choices by group, with the defaults of the groups that were left alone."""
    values: dict[str, tuple[str, ...]] = {}
    for group, choice in chosen:
        values[group] = (*values.get(group, ()), choice)
    for known in groups.values():
        if known.code not in values and known.defaults:
            values[known.code] = known.defaults
    return values


def refusals(item: str, groups: Mapping[str, OptionGroup], rules: Sequence[Rule], chosen: Chosen) -> Iterator[Refusal]:
    """Tell what is unknown, chosen twice, missing, or against a rule; nothing for a configuration that can be made."""
    values = values_of(groups, chosen)
    for code, picked in values.items():
        group = groups.get(code)
        if group is None:
            message = tr("{item} has no option {group}.", item=item, group=code)
            yield Refusal(code, tr("options of {item}", item=item), message)
            continue
        for problem in filter(None, map(group.problem, dict.fromkeys(picked))):
            yield Refusal(code, tr("choices of {group}", group=code), problem)
        if len(set(picked)) < len(picked) or (len(picked) > 1 and not group.is_several):
            message = tr("{group} is chosen twice.", group=code)
            yield Refusal(code, tr("one choice of {group}", group=code), message)
    for known in groups.values():
        if known.required and not values.get(known.code):
            message = tr("Choose {group}: {allowed}.", group=known.code, allowed=known.allowed())
            yield Refusal(known.code, tr("{group} is required", group=known.code), message)
    for rule in rules:
        if not rule.is_kept(values):
            said = f"{rule.sentence()}: {rule.reason}" if rule.reason else rule.sentence()
            yield Refusal(rule.group, rule.sentence(), said if said.endswith(".") else f"{said}.")


def extras(groups: Mapping[str, OptionGroup], chosen: Chosen) -> int:
    """What the choices, defaults included, add to the price of one unit, in millionths."""
    values = values_of(groups, chosen)
    return sum(groups[code].extra(choice) for code, picked in values.items() if code in groups for choice in picked)


# --- as the planner knows them


def joined(chosen: Chosen) -> tuple[tuple[str, str], ...]:
    """One pair for each group, sorted, so that equal configurations are equal.

    >>> joined([("EXTRA", "USB"), ("CORD", "2.5"), ("EXTRA", "DIMMER")])
    (('CORD', '2.5'), ('EXTRA', 'DIMMER=USB'))
    """
    found: dict[str, list[str]] = {}
    for group, choice in chosen:
        found.setdefault(group, []).append(choice)
    return tuple(sorted((group, JOIN.join(sorted(picked))) for group, picked in found.items()))


def parted(chosen: Chosen) -> tuple[tuple[str, str], ...]:
    """The pairs that were joined."""
    return tuple((group, choice) for group, picked in chosen for choice in picked.split(JOIN))


def is_configuration(lot: str) -> bool:
    """Say whether what stands in place of a lot are the options it was made to; no lot or serial holds that sign.

    >>> is_configuration("CORD=2M;SHADE=RED"), is_configuration("L-2026-01")
    (True, False)
    """
    return JOIN in lot


def is_chosen(wanted: str, chosen: str | None) -> bool:
    """Say whether a BOM line or operation that names `wanted` is used where `chosen` (joined) was chosen."""
    if chosen is None:
        return False
    return wanted == chosen or meets(wanted, chosen.split(JOIN))


def asks_for(choices: str, group: str, choice: str) -> bool:
    """Say whether a job with these choices, `GROUP=CHOICE;...`, has a step that hangs on a choice; on none it has.

    >>> asks_for("CORD=2.5;EXTRA=DIMMER=USB", "EXTRA", "USB"), asks_for("CORD=2.5", "CORD", "3..5")
    (True, False)
    """
    if not group:
        return True
    chosen = dict(part.split(JOIN, 1) for part in choices.split(";") if JOIN in part)
    return is_chosen(choice, chosen.get(group))


def times(wanted: str, chosen: str | None) -> Fraction:
    """How many times its quantity a BOM line takes: the number chosen where it names the number itself, else once.

    >>> times("1..5/0.5", "2.5")
    Fraction(5, 2)
    """
    numbers = number_range(wanted) if "/" in wanted else None
    if numbers is None or not numbers.step or chosen is None:
        return Fraction(1)
    micro = number_of(chosen)
    return Fraction(1) if micro is None else Fraction(micro, MICRO)


def names_a_choice(group: str, choice: str, known: AbstractSet[tuple[str, str]]) -> bool:
    """Say whether a BOM line, operation or rule may name this: a choice that is known, or a part of a known range."""
    if choice == ANY:
        return False
    if (group, choice) in known:
        return True
    part = number_range(choice)
    if part is None or part.step:
        return False
    ranges = (number_range(code) for known_group, code in known if known_group == group)
    return any(whole is not None and whole.low <= part.low and part.high <= whole.high for whole in ranges)


def settled(groups: Mapping[str, OptionGroup], chosen: Chosen) -> tuple[tuple[str, str], ...]:
    """The choices with numbers in their shortest form, so that equal configurations are written alike."""
    return tuple((group, _shortest(groups.get(group), choice)) for group, choice in chosen)


def _shortest(group: OptionGroup | None, choice: str) -> str:
    if group is None or group.number is None or any(choice == named.code for named in group.choices):
        return choice
    micro = number_of(choice)
    return choice if micro is None else micro_text(micro)
