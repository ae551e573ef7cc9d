"""Where Pegboard keeps its own files on this computer."""

from pathlib import Path


def data_folder() -> Path:
    """Folder for workshop files that the program makes itself; created when missing."""
    import platformdirs

    return Path(platformdirs.user_data_path("pegboard", appauthor=False, ensure_exists=True))


def state_folder() -> Path:
    """Folder for window layout, the last workshop opened, and logs; created when missing."""
    import platformdirs

    return Path(platformdirs.user_state_path("pegboard", appauthor=False, ensure_exists=True))
