"""How well the workshop is backed up, in one line."""

from pegboard.i18n import tr
from pegboard.storage.backup_state import BackupState
from pegboard.ui import formats


def backup_line(state: BackupState) -> str:
    """Return when the last backup was made, where else it lies, and what the last restore drill found."""
    if state.newest is None:
        return tr("No backup yet: the first is made when something was entered and Pegboard closes.")
    parts = [tr("Last backup {when}.", when=formats.instant(state.newest.made_at)), second_place(state), drilled(state)]
    return " ".join(part for part in parts if part)


def second_place(state: BackupState) -> str:
    """Return how the second place stands."""
    if state.second is None:
        return tr("It lies on this disk alone.")
    if state.second_copies:
        when = formats.instant(state.second_copies[0].made_at)
        return tr("In {folder}: {when}.", folder=state.second.name or state.second, when=when)
    return tr("None has reached {folder} yet.", folder=state.second)


def drilled(state: BackupState) -> str:
    """Return what the last restore drill found."""
    if state.drill is None:
        return tr("None was restored on trial yet.")
    when = formats.instant(state.drill.drilled_at)
    if state.drill.problems:
        return tr("Restored on trial {when}: {problem}", when=when, problem=state.drill.problems[0])
    return tr("Restored on trial {when}: whole.", when=when)


def is_bad(state: BackupState) -> bool:
    """Whether somebody must look after it."""
    return state.is_second_late() or (state.drill is not None and bool(state.drill.problems))
