"""Starts Pegboard: `python -m pegboard` and the `pegboard` command."""

import sys

from pegboard.cli import main as run


def main() -> None:
    """Run the command line and end the program with its exit code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
