"""The subcommands of the command line, as declarations; what a command needs is imported when it runs."""

from pegboard.commands import backups, files, workshops
from pegboard.commands.console import Command

COMMANDS: tuple[Command, ...] = (
    *workshops.COMMANDS,
    *files.COMMANDS,
    *backups.COMMANDS,
)
