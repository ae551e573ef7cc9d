"""The subcommands of the command line, as declarations; what a command needs is imported when it runs."""

from pegboard.commands import backups, workshops
from pegboard.commands.console import Command

COMMANDS: tuple[Command, ...] = (
    *workshops.COMMANDS,
    *backups.COMMANDS,
)
