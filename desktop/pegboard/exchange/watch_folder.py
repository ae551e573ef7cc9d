"""A folder in which tills leave their files: what is ready to be taken, and where it goes afterwards.

A file is ready once its size is the same at two looks: half-written ones are left alone. Taken files go to `done`,
refused ones to `needs-you`, each with a text beside it that says what became of it.
"""

from collections.abc import Mapping
from pathlib import Path

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

DONE, NEEDS_YOU = "done", "needs-you"
SUFFIXES = (".csv", ".txt", ".tsv")


def look(folder: Path, before: Mapping[str, int]) -> tuple[list[Path], dict[str, int]]:
    """Return the files that are ready, by name, and the sizes of all, to be handed to the next look.

    Raises InvalidInput where the folder cannot be read.
    """
    try:
        found = {
            path: path.stat().st_size
            for path in sorted(folder.iterdir())
            if path.suffix.lower() in SUFFIXES and path.is_file() and not path.name.startswith(".")
        }
    except OSError as error:
        raise InvalidInput(
            tr("The folder {path} cannot be read: {reason}.", path=folder, reason=error.strerror or error),
            hint=tr("Check the setting pos_watch_folder."),
        ) from error
    ready = [path for path, size in found.items() if size and before.get(path.name) == size]
    return ready, {path.name: size for path, size in found.items()}


def put_aside(path: Path, receipt: str, *, is_done: bool) -> Path:
    """Move a file out of the way, with a text that says what became of it; return where it lies now.

    A name that is taken gets a number. Raises InvalidInput where it cannot be moved.
    """
    try:
        folder = path.parent / (DONE if is_done else NEEDS_YOU)
        folder.mkdir(exist_ok=True)
        target = folder / path.name
        number = 1
        while target.exists():
            number += 1
            target = folder / f"{path.stem} {number}{path.suffix}"
        path.rename(target)
        target.with_name(target.name + ".receipt.txt").write_text(receipt + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            tr("{path} cannot be moved aside: {reason}.", path=path, reason=error.strerror or error),
            hint=tr("Check your rights to the folder."),
        ) from error
    return target
