"""What to do with a damaged workshop: go back to the newest good backup, or save what can still be read."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.ui.messages import Messages
from pegboard.ui.restore_form import Offered, RestoreForm, look_into, offered

LEAST = 100_000  # bytes: an empty workshop has more
FILES = "Pegboard (*.pegboard)"


def ask_way_out(
    messages: Messages,
    path: Path,
    error: PegboardError,
    go_back: Callable[[Path], None],
    open_path: Callable[[str], None],
) -> None:
    """Say that the workshop `path` is damaged and do what the person chooses.

    `go_back` puts a backup in its place; `open_path` opens what was salvaged. The damaged file stays either way.
    Nothing is asked of a file that is too small to have been a workshop and has no backups.
    """
    files = _files(path)
    if not files and (not path.exists() or path.stat().st_size < LEAST):
        return
    good = _newest_good(files)
    form = RestoreForm(
        tr("{file} is damaged", file=path.name),
        _explain(error, has_good=good is not None),
        files,
        None,
        lambda file, done: done(look_into(file)),
        partial(messages.open_file, tr("A backup"), FILES, str(path.parent)),
        salvages=True,
    )
    if good is not None:
        form.choose(good)
    if messages.run_dialog(form) and form.chosen is not None:
        go_back(form.chosen)
    elif form.is_salvage_wanted:
        _salvage(messages, path, open_path)


def _explain(error: PegboardError, *, has_good: bool) -> str:
    way = (
        tr("Go back to the newest good backup, chosen below, or save what can still be read into a new workshop.")
        if has_good
        else tr("No good backup was found beside it. Choose one that lies elsewhere, or save what can still be read.")
    )
    return f"{error.message} {way} {tr('The damaged file is kept either way.')}"


def _files(path: Path) -> tuple[Offered, ...]:
    from pegboard.storage.automatic_backup import default_folder
    from pegboard.storage.integrity import reading_file

    folder, second = default_folder(path), None
    try:
        with reading_file(path) as connection:
            chosen = dict(connection.execute("SELECT name, value FROM setting WHERE name LIKE '%backup_folder'"))
        folder = Path(chosen.get("backup_folder") or folder)
        second = Path(chosen["second_backup_folder"]) if chosen.get("second_backup_folder") else None
    except (PegboardError, OSError, ValueError):  # too damaged to say where its backups are
        pass
    return offered(path, folder, second)


def _newest_good(files: tuple[Offered, ...]) -> Path | None:
    """The newest that opens and is whole; after three that are not, the person chooses."""
    for each in files[:3]:
        if not look_into(each.path).problem:
            return each.path
    return None


def _salvage(messages: Messages, path: Path, open_path: Callable[[str], None]) -> None:
    from pegboard.storage.salvage import salvage

    target = messages.save_file(
        tr("Save what can be read as"), FILES, str(path.with_name(f"{path.stem} {tr('salvaged')}.pegboard"))
    )
    if target is None:
        return
    try:
        found = salvage(path, target)
    except PegboardError as error:
        messages.error(error)
        return
    lines = [tr("{saved} rows were saved.", saved=sum(table.saved for table in found))]
    lines += [
        tr(
            "{table}: {lost} rows lost, {unread} places unread",
            table=table.table,
            lost=table.lost,
            unread=table.unreadable,
        )
        for table in found
        if table.lost or table.unreadable
    ]
    messages.show_text(tr("Saved as {file}", file=target.name), "\n".join(lines))
    open_path(str(target))
