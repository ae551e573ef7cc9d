"""Refuses a Python that is too old; written so that such a Python can still read it."""

import sys

OLDEST = (3, 11)


def refuse_old_python(version: "tuple[int, ...]" = tuple(sys.version_info[:2])) -> None:
    """End the program with a sentence when `version` is older than Pegboard needs."""
    if version < OLDEST:
        sys.exit(
            "Pegboard needs Python {}.{} or newer, and this is Python {}.{}.\n"
            "Install a newer one (your system's package manager, or python.org) and start again with it, "
            "for example: python3.12 installer/run.py".format(*(OLDEST + version[:2]))
        )
