"""Undo and redo of data entry in the window: one step back, one step forth, each told by name."""

from functools import partial

from pegboard.i18n import tr
from pegboard.ui.command import Command, always
from pegboard.ui.desk import Desk


def undo_commands(desk: Desk) -> tuple[Command, ...]:
    """Return the commands for the Edit menu."""
    menu = tr("Edit")
    return (
        Command(
            "entry.undo",
            tr("Undo data entry"),
            partial(_undo, desk),
            "undo",
            tr("Takes the newest import or change of items, BOMs, customers or settings back, and says which."),
            menu,
            "Ctrl+Alt+Z",
            enabled_when=always,
        ),
        Command(
            "entry.redo",
            tr("Redo data entry"),
            partial(_redo, desk),
            "redo",
            tr("Does again what was undone last."),
            menu,
            "Ctrl+Alt+Y",
            enabled_when=always,
        ),
    )


def _undo(desk: Desk) -> None:
    def say(name: str) -> None:
        desk.messages.notice(tr("Undone: {name}.", name=name), tr("Redo"), partial(_redo, desk))

    from pegboard.services.undo import undo

    desk.runner.write("entry.undo", undo, say)


def _redo(desk: Desk) -> None:
    def say(name: str) -> None:
        desk.messages.notice(tr("Done again: {name}.", name=name), tr("Undo"), partial(_undo, desk))

    from pegboard.services.undo import redo

    desk.runner.write("entry.redo", redo, say)
