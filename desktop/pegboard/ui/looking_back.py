"""The commands that look back, on every page: the history of what is selected, and a document as it was on a day."""

import datetime
from functools import partial

from pegboard.i18n import tr
from pegboard.ui.command import Command
from pegboard.ui.desk import Desk
from pegboard.ui.page_stack import PageStack


def looking_back(desk: Desk, stack: PageStack) -> tuple[Command, ...]:
    """Return them, for the Edit menu; they are for who may read the audit trail."""
    menu = tr("Edit")

    def may_look() -> bool:
        return desk.runner.rights.reads_audit

    return (
        Command(
            "audit.history",
            tr("History"),
            partial(_show_history, desk, stack),
            "clock",
            tr("Shows who changed what of the selected document and when, before and after."),
            menu,
            "Shift+F7",
            enabled_when=may_look,
        ),
        Command(
            "audit.as_was",
            tr("As it was on…"),
            partial(_show_as_was, desk, stack),
            "calendar",
            tr("Shows a document as it was on the evening of a day; nothing can be changed in it."),
            menu,
            "Ctrl+Shift+F7",
            enabled_when=may_look,
        ),
    )


def _selected(stack: PageStack) -> str:
    page = stack.current_page
    return page.history_number() if page is not None else ""


def _show_history(desk: Desk, stack: PageStack) -> None:
    """Show what the audit trail holds about the document that is selected, or all of it."""
    desk.show_record("audit", _selected(stack))


def _show_as_was(desk: Desk, stack: PageStack) -> None:
    """Ask for a document, by default the selected one, and a day, by default yesterday."""
    from pegboard.ui.as_was import AsWasForm

    yesterday = desk.today() - datetime.timedelta(days=1)
    desk.messages.run_dialog(AsWasForm(desk, _selected(stack), yesterday))
