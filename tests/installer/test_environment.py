"""When the private environment serves and when pip has to work again."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from environment import program, read_stamp, variables, wanted_stamp

PYPROJECT = """
[build-system]
requires = ["hatchling"]
[project]
name = "pegboard"
dependencies = ["segno>=1.6"]
[tool.ruff]
line-length = 100
"""
HERE = Path("/home/shop/project")


def stamp(text: str = PYPROJECT, here: Path = HERE, version: tuple[int, int] = (3, 11), extras: tuple[str, ...] = ()):
    return wanted_stamp(text, here, version, extras)


def test_an_environment_with_the_test_tools_serves_the_window_too():
    assert stamp(extras=("test",)).serves(stamp())


def test_an_environment_for_the_window_does_not_serve_the_tests():
    assert not stamp().serves(stamp(extras=("test",)))


def test_a_changed_package_list_asks_for_pip():
    assert not stamp().serves(stamp(PYPROJECT.replace("segno>=1.6", "segno>=1.7")))


def test_a_changed_rule_of_the_linter_asks_for_nothing():
    assert stamp().serves(stamp(PYPROJECT.replace("100", "120")))


def test_another_python_or_a_moved_folder_asks_for_a_new_environment():
    assert stamp().home != stamp(version=(3, 12)).home
    assert stamp().home != stamp(here=Path("/home/shop/elsewhere")).home


def test_a_stamp_is_read_as_it_was_written(tmp_path: Path):
    kept = stamp(extras=("test",))
    (tmp_path / "stamp").write_text(json.dumps(asdict(kept)))
    assert read_stamp(tmp_path / "stamp") == kept


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"home": "x", "packages": "y", "extras": 3}'])
def test_a_stamp_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str):
    (tmp_path / "stamp").write_text(text)
    assert read_stamp(tmp_path / "stamp") is None


def test_a_missing_stamp_counts_as_none(tmp_path: Path):
    assert read_stamp(tmp_path / "stamp") is None


def test_programs_of_the_environment_see_nothing_of_another_python(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PYTHONHOME", "/elsewhere")
    found = variables()
    assert "PYTHONPATH" not in found
    assert "PYTHONHOME" not in found
    assert found["PATH"].startswith(str(program("python").parent))
