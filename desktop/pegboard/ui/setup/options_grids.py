"""The grids of an item's choices and rules: their columns, a draft as rows, rows as a draft."""

from collections.abc import Callable, Sequence

from pegboard.domain.configuration import ANY, EXCLUDES, NOTHING, REQUIRES, Rule, number_range, range_words
from pegboard.domain.configuration_draft import ChoiceDraft
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.ui import cells, formats
from pegboard.ui.columns import Align
from pegboard.ui.completion import Choice
from pegboard.ui.entry_grid import EntryColumn, EntryRow


def choice_columns() -> tuple[EntryColumn, ...]:
    """Return the columns of the grid of choices."""
    return (
        EntryColumn("group", tr("Group"), parse=cells.plain, width=80, help=tr("Blank: the group of the line above.")),
        EntryColumn(
            "choice",
            tr("Choice"),
            parse=cells.plain,
            show=show_choice,
            keep=str,
            required=True,
            width=130,
            help=tr("A code; * lets several of the group be taken; 1..5/0.5 lets a number be typed."),
        ),
        EntryColumn(
            "description",
            tr("Description"),
            parse=cells.plain,
            width=140,
            help=tr("Of a number: what is counted, as m."),
        ),
        EntryColumn(
            "extra",
            tr("Extra"),
            parse=cells.price,
            show=formats.price,
            align=Align.RIGHT,
            width=60,
            help=tr("On the price of one; of a number for each 1 of it."),
        ),
        _yes_no("is_default", tr("Default"), tr("Holds where the order says nothing.")),
        _yes_no("required", tr("Required"), tr("Of the group: yes where blank.")),
    )


def _yes_no(key: str, title: str, words: str) -> EntryColumn:
    return EntryColumn(
        key,
        title,
        parse=cells.yes_no,
        show=cells.show_yes_no,
        choices=lambda _row: (Choice(cells.YES), Choice(cells.NO)),
        width=62,
        help=words,
    )


def show_choice(code: str) -> str:
    """Say what a choice's code means."""
    if code == ANY:
        return tr("* several may be taken")
    numbers = number_range(code)
    return range_words(numbers) if numbers is not None and numbers.step else code


def choice_texts(choices: Sequence[ChoiceDraft]) -> list[dict[str, str]]:
    """Write choices into rows; the group stands on its first line alone."""
    texts = []
    group = ""
    for choice in choices:
        is_first = choice.group != group
        group = choice.group
        texts.append(
            {
                "group": choice.group if is_first else "",
                "choice": choice.choice,
                "description": choice.description,
                "extra": formats.price(choice.extra) if choice.extra else "",
                "is_default": cells.YES if choice.is_default else "",
                "required": "" if choice.required or not is_first else cells.NO,
            }
        )
    return texts


def read_choices(rows: Sequence[EntryRow]) -> tuple[ChoiceDraft, ...]:
    """Read choices from rows; those of one group stand together, as they come first."""
    found: dict[str, list[ChoiceDraft]] = {}
    group = ""
    for row in rows:
        group = row.value("group") or group
        own = found.setdefault(group, [])
        said = row.value("required")
        required = own[0].required if own and said is None else said is None or bool(said)
        own.append(
            ChoiceDraft(
                group=group,
                choice=row.value("choice") or "",
                description=row.value("description") or "",
                extra=row.value("extra") or NOTHING,
                is_default=bool(row.value("is_default")),
                required=required,
            )
        )
    return tuple(choice for own in found.values() for choice in own)


Pairs = Callable[[], frozenset[tuple[str, str]]]


def rule_columns(pairs: Pairs) -> tuple[EntryColumn, ...]:
    """Return the columns of the grid of rules; `pairs` are the (group, choice) that they may name."""

    def choices(_row: EntryRow) -> Sequence[Choice]:
        known = sorted(pair for pair in pairs() if pair[1] != ANY)
        every = [Choice(f"{group}={ANY}", tr("any")) for group in sorted({group for group, _choice in known})]
        return (*(Choice(f"{group}={choice}", show_choice(choice)) for group, choice in known), *every)

    def parse(text: str, _row: EntryRow) -> str:
        group, equals, choice = text.replace(" ", "").partition("=")
        if not equals or not choice:
            raise InvalidInput(tr("Type GROUP=CHOICE, such as PLUG=UK, or GROUP=* for any."))
        return f"{group}={choice}"

    return (
        EntryColumn(
            "when",
            tr("When"),
            parse=parse,
            choices=choices,
            required=True,
            width=120,
            help=tr("GROUP=CHOICE, GROUP=* for any, or numbers as CORD=4..5."),
        ),
        EntryColumn(
            "kind",
            tr("it"),
            parse=_kind,
            show=_kind_words,
            keep=str,
            choices=lambda _row: (Choice(EXCLUDES), Choice(REQUIRES)),
            required=True,
            width=84,
        ),
        EntryColumn("other", tr("this"), parse=parse, choices=choices, required=True, width=120),
        EntryColumn("reason", tr("Because"), parse=cells.plain, width=180, help=tr("Told with the rule.")),
    )


def _kind(text: str, _row: EntryRow) -> str:
    wanted = text.strip().casefold()
    for kind in (EXCLUDES, REQUIRES):
        if kind.startswith(wanted) or _kind_words(kind).casefold().startswith(wanted):
            return kind
    raise InvalidInput(tr("A choice excludes or requires another."))


def _kind_words(kind: str) -> str:
    return tr("excludes") if kind == EXCLUDES else tr("requires")


def rule_texts(rules: Sequence[Rule]) -> list[dict[str, str]]:
    """Write rules into rows."""
    return [
        {
            "when": f"{rule.group}={rule.choice}",
            "kind": rule.kind,
            "other": f"{rule.other_group}={rule.other_choice}",
            "reason": rule.reason,
        }
        for rule in rules
    ]


def read_rules(rows: Sequence[EntryRow]) -> tuple[Rule, ...]:
    """Read rules from rows."""
    found = []
    for row in rows:
        group, _sign, choice = str(row.value("when") or "").partition("=")
        other, _sign, other_choice = str(row.value("other") or "").partition("=")
        found.append(Rule(row.value("kind") or "", group, choice, other, other_choice, row.value("reason") or ""))
    return tuple(found)
