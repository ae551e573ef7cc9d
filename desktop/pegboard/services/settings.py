"""Changes the settings of the workshop."""

from pegboard.domain.attachment import MOST_PNG_PIXELS, picture_size
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.queries.settings import set_values
from pegboard.services.attachments import forget_logo, keep_logo
from pegboard.services.rights import require_settings
from pegboard.services.seats import require_seen
from pegboard.settings import check
from pegboard.storage.store import Transaction

LARGEST_LOGO = 4 * 1024 * 1024  # bytes; a larger picture only makes every paper heavy
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def set_setting(tx: Transaction, name: str, value: str, *, seen: str | None = None) -> str:
    """Set a setting and return the text that is kept; an empty value goes back to the default.

    Raises InvalidInput for an unknown name or a value that is not allowed, ChangedMeanwhile where it is not what
    was `seen` any more.
    """
    kept = check(name, value)
    require_settings(tx, (name,))
    if seen is not None:
        now = set_values(tx).get(name, "")
        if now != kept:
            require_seen(tx, "setting", name, name, seen=seen, now=now)
    if kept:
        tx.connection.exec_driver_sql(
            "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, kept),
        )
    else:
        tx.connection.exec_driver_sql("DELETE FROM setting WHERE name = ?", (name,))
    tx.changed("setting")
    tx.note(f"{name} = {kept}" if kept else f"{name} back to its default")
    return kept


def set_logo(tx: Transaction, name: str, picture: bytes) -> None:
    """Keep the logo's picture inside the workshop; `name` is its file name.

    Raises InvalidInput where it is neither PNG nor JPEG or too large.
    """
    if not picture.startswith(_PICTURES):
        raise InvalidInput(tr("{name} is neither a PNG nor a JPEG picture.", name=name), hint=tr("Choose one of them."))
    if len(picture) > LARGEST_LOGO:
        raise InvalidInput(tr("{name} is larger than 4 MB.", name=name), hint=tr("Save it smaller, then try again."))
    wide, high = picture_size(picture) or (0, 0)
    if wide * high > MOST_PNG_PIXELS:
        raise InvalidInput(
            tr("{name} would unpack to {wide} × {high} points.", name=name, wide=wide, high=high),
            hint=tr("Save it smaller; a logo needs about 600 × 200."),
        )
    keep_logo(tx, name, picture)
    set_setting(tx, "logo", name)


def remove_logo(tx: Transaction) -> None:
    """Print papers without a logo from now on."""
    forget_logo(tx)
    set_setting(tx, "logo", "")
