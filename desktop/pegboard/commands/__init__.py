"""The subcommands of the command line, as declarations; what a command needs is imported when it runs."""

from pegboard.commands import (
    backups,
    benches,
    bills,
    changes,
    checks,
    counting,
    files,
    floor,
    money,
    moving,
    papers,
    people,
    planning,
    reports,
    scanning,
    signals,
    soak,
    workshops,
)
from pegboard.commands.console import Command

COMMANDS: tuple[Command, ...] = (
    *workshops.COMMANDS,
    *files.COMMANDS,
    *planning.COMMANDS,
    *changes.COMMANDS,
    *floor.COMMANDS,
    *money.COMMANDS,
    *bills.COMMANDS,
    *scanning.COMMANDS,
    *signals.COMMANDS,
    *counting.COMMANDS,
    *papers.COMMANDS,
    *reports.COMMANDS,
    *checks.COMMANDS,
    *backups.COMMANDS,
    *people.COMMANDS,
    *moving.COMMANDS,
    *benches.COMMANDS,
    *soak.COMMANDS,
)
