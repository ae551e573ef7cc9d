"""What the operating system refuses, in words: a disk that is full, a drive that is gone, a folder that is closed."""

from pegboard.i18n import tr


def in_words(error: OSError) -> str:
    """Return one sentence with what to do."""
    reason = error.strerror or str(error)
    if error.filename:
        return tr("{path}: {reason}. Check the path, your rights and the disk.", path=error.filename, reason=reason)
    return tr("The system refused: {reason}. Check the disk and your rights, then try again.", reason=reason)
