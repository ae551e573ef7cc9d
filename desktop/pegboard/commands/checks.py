"""Commands that look into the workshop: check."""

import argparse

from pegboard.commands.console import Arguments, Command, Console
from pegboard.i18n import tr


def _no_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take nothing of its own."""


def _check(console: Console, _arguments: Arguments) -> int:
    from pegboard.queries.integrity import check

    with console.read() as reading:
        found = check(reading)
    lines = [f"{tr('ok') if each.ok else tr('BROKEN'):8}{each.name}" for each in found.invariants]
    console.result(found.as_json(), "\n".join(lines))
    for invariant in found.invariants:
        for breach in invariant.breaches:
            console.complain(f"{invariant.name}: {breach}")
    return 0 if found.ok else 1


COMMANDS = (Command("check", tr("prove that supply, pegs, stock and values add up"), _no_arguments, _check),)
