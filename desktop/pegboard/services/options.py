"""Keeps the options of items: groups, choices, rules. What orders, BOMs or routings still name stays."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from pegboard.domain.configuration import Rule, names_a_choice
from pegboard.domain.configuration_draft import ChoiceDraft, OptionsDraft, RulesDraft, check_options, check_rules
from pegboard.domain.errors import Refused
from pegboard.i18n import tr
from pegboard.queries.lookups import item_named
from pegboard.queries.options import open_choices, optional_parts, options_draft, pairs_below, rules_draft
from pegboard.services.records import require
from pegboard.services.seats import joined
from pegboard.storage.rows import add, rows, run
from pegboard.storage.store import Reading, Transaction
from pegboard.storage.tables.items import OptionChoice, OptionGroup, OptionRule


def save_options(tx: Transaction, draft: OptionsDraft, *, seen: OptionsDraft | None = None) -> None:
    """Keep an item's choices in place of those it had; no choices take all its options away.

    What another seat changed since they were `seen` stays. Raises InvalidInput with all that is wrong, Refused where a
    choice that goes is still named by a BOM line, an operation, a rule or an order that is still to be shipped,
    ChangedMeanwhile where another seat changed the same.
    """
    item = item_named(tx, draft.item)
    now = options_draft(tx, draft.item)
    draft = joined(tx, "option", draft.item, draft, seen=seen, now=now, lists={"choices": _choice_key})
    require(check_options(draft))
    _require_unused(tx, item.item_id, draft)
    groups = "SELECT option_group_id FROM option_group WHERE item_id = ?"
    run(tx, f"DELETE FROM option_choice WHERE option_group_id IN ({groups})", item.item_id)
    run(tx, "DELETE FROM option_group WHERE item_id = ?", item.item_id)
    keys: dict[str, int] = {}
    for choice in draft.choices:
        if choice.group not in keys:
            keys[choice.group] = add(tx, OptionGroup, item_id=item.item_id, code=choice.group, required=choice.required)
        add(
            tx,
            OptionChoice,
            option_group_id=keys[choice.group],
            code=choice.choice,
            description=choice.description,
            price_extra=choice.extra.micro,
            is_default=choice.is_default,
        )
    tx.changed("item", "option")
    tx.note(tr("Options of {item}.", item=draft.item))


def save_rules(tx: Transaction, draft: RulesDraft, *, seen: RulesDraft | None = None) -> None:
    """Keep an item's rules in place of those it had; orders that stand are not judged anew.

    What another seat changed since they were `seen` stays. Raises InvalidInput with all that is wrong.
    """
    item = item_named(tx, draft.item)
    now = RulesDraft(item=draft.item, rules=rules_draft(tx, item.item_id))
    draft = joined(tx, "option", draft.item, draft, seen=seen, now=now, lists={"rules": lambda rule: rule})
    options = options_draft(tx, draft.item)
    require(check_rules(draft, options, options.pairs | pairs_below(tx, item.item_id)))
    run(tx, "DELETE FROM option_rule WHERE item_id = ?", item.item_id)
    for rule in draft.rules:
        add(
            tx,
            OptionRule,
            item_id=item.item_id,
            kind=rule.kind,
            option_group=rule.group,
            option_choice=rule.choice,
            other_group=rule.other_group,
            other_choice=rule.other_choice,
            reason=rule.reason,
        )
    tx.changed("item", "option")
    tx.note(tr("Rules of the options of {item}.", item=draft.item))


def _choice_key(choice: ChoiceDraft) -> tuple[str, str]:
    return choice.group, choice.choice


def _require_unused(tx: Transaction, item_id: int, draft: OptionsDraft) -> None:
    gone = options_draft(tx, draft.item).pairs - draft.pairs
    if not gone:
        return
    elsewhere = _pairs_of_others(tx, item_id)
    named = [
        *(each for each in optional_parts(tx) if not names_a_choice(each[0], each[1], draft.pairs | elsewhere)),
        *_by_rules(rules_draft(tx, item_id), draft.pairs | pairs_below(tx, item_id)),
        *_by_orders(open_choices(tx, item_id), draft, gone),
    ]
    told = [f"{group}={choice} ({place})" for group, choice, place in named if _was(group, choice, gone)]
    if told:
        raise Refused(
            tr("Still used: {choices}.", choices=", ".join(dict.fromkeys(told[:12]))),
            hint=tr("Change what names it first, or leave the choice."),
        )


def _was(group: str, choice: str, gone: AbstractSet[tuple[str, str]]) -> bool:
    """Whether what goes is what is named: the choice itself, or the range that it is a part of."""
    return names_a_choice(group, choice, gone) or any(group == each for each, _choice in gone)


def _by_rules(rules: Sequence[Rule], pairs: AbstractSet[tuple[str, str]]) -> list[tuple[str, str, str]]:
    sides = [(rule, group, choice) for rule in rules for group, choice in
             ((rule.group, rule.choice), (rule.other_group, rule.other_choice))]  # fmt: skip
    known = {group for group, _choice in pairs}
    return [
        (group, choice, rule.sentence())
        for rule, group, choice in sides
        if not (names_a_choice(group, choice, pairs) or (choice == "*" and group in known))
    ]


def _by_orders(
    chosen: Sequence[tuple[str, str, str]], draft: OptionsDraft, gone: AbstractSet[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    groups = draft.groups
    touched = {group for group, _choice in gone}
    return [
        (group, choice, place)
        for group, choice, place in chosen
        if group in touched and (group not in groups or groups[group].problem(choice))
    ]


def _pairs_of_others(reading: Reading, item_id: int) -> frozenset[tuple[str, str]]:
    found = rows(
        reading,
        'SELECT g.code AS "group", c.code AS choice FROM option_group g JOIN option_choice c'
        " ON c.option_group_id = g.option_group_id WHERE g.item_id <> ?",
        item_id,
    )
    return frozenset((row.group, row.choice) for row in found)
