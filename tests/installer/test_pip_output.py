"""Of pip's many lines a person sees the big downloads and the end."""

import pytest

from pip_output import short_line


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "  Downloading PySide6_Essentials-6.11.3-cp310-abi3-manylinux_2_34_x86_64.whl (95.0 MB)",
            "PySide6_Essentials 6.11.3, 95.0 MB",
        ),
        (
            "  Downloading https://files.example/a/b/numpy-2.4.6-cp311-cp311-linux_x86_64.whl (16.9 MB)",
            "numpy 2.4.6, 16.9 MB",
        ),
        ("Using cached sqlalchemy-2.1.9-py3-none-any.whl (3.2 MB)", "sqlalchemy 2.1.9, 3.2 MB"),
        ("  Downloading segno-1.6.6-py3-none-any.whl (76 kB)", ""),
        ("  Downloading alembic-1.20.1-py3-none-any.whl.metadata (7.2 kB)", ""),
        ("Installing collected packages: segno, alembic, numpy", "unpacking 3 packages"),
        ("WARNING: Retrying (Retry(total=4)) after connection broken", "the network does not answer, trying again"),
        ("Collecting segno", ""),
        ("", ""),
    ],
)
def test_a_line_of_pip_becomes(line: str, shown: str):
    assert short_line(line) == shown
