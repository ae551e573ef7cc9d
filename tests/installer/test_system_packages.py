"""Which system packages are missing, and what a person is told about them."""

import sys

import pytest

import system_packages
from console import Stop
from system_packages import PRIVATE_ENVIRONMENT, QT, WINDOW, Need, apt_command, missing, provide


def test_what_is_missing_keeps_its_order():
    assert missing(QT, present=lambda need: need.package == "libegl1") == (QT[0], *QT[2:])


def test_what_two_parts_need_is_missing_once():
    assert missing((*QT, *QT), present=lambda _need: False) == QT


def test_the_command_to_type_names_each_package():
    line = apt_command(QT[:2])
    assert line.startswith("sudo apt-get update && sudo apt-get install")
    assert line.endswith("libgl1 libegl1")


def test_venv_comes_from_the_package_of_the_running_python():
    assert PRIVATE_ENVIRONMENT[0].package == f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def test_a_module_that_does_not_exist_is_missing():
    assert missing((Need("python3-nothing", "no_such_module_here"), Need("python3", "json")))[0].package == (
        "python3-nothing"
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="shared libraries are asked for on Linux alone")
def test_a_library_that_the_loader_does_not_find_is_missing():
    nothing = Need("libnothing1", "libnothing-at-all.so.1")
    assert missing((Need("libc6", "libc.so.6"), nothing)) == (nothing,)


def test_a_person_without_rights_is_told_the_exact_command(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system_packages.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(system_packages.shutil, "which", lambda _name: "/usr/bin/apt-get")
    with pytest.raises(Stop, match="apt-get install --no-install-recommends python3-nothing"):
        provide((Need("python3-nothing", "no_such_module_here"),), system=False)


def test_where_there_is_no_apt_the_things_themselves_are_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system_packages.shutil, "which", lambda _name: None)
    with pytest.raises(Stop, match="no_such_module_here"):
        provide((Need("python3-nothing", "no_such_module_here"),), system=True)


def test_what_is_only_useful_stops_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system_packages.shutil, "which", lambda _name: None)
    provide((), useful=(Need("python3-nothing", "no_such_module_here"),), system=True)


def test_no_package_is_named_twice():
    names = [need.package for need in (*PRIVATE_ENVIRONMENT, *QT, *WINDOW)]
    assert len(names) == len(set(names))


def test_a_program_is_found_by_its_name():
    assert missing((Need("coreutils", "bin/no-such-program"),)) == (Need("coreutils", "bin/no-such-program"),)
    assert missing((Need("coreutils", "bin/env"),)) == () or sys.platform == "win32"
