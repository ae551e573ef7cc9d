"""Commands are data: one id, one key in a scope, an icon and a sentence each."""

from pegboard.ui.command import Command, problems, with_access_keys
from pegboard.ui.main_window import MainWindow
from pegboard.ui.window_commands import menu_titles, window_commands
from pegboard.ui.workspaces import available_entries


def nothing():
    """Do nothing."""


def command(name, **options):
    return Command(**{"id": name, "title": "Title", "run": nothing, "icon": "new", "help": "It helps.", **options})


def test_the_windows_own_commands_are_whole():
    window = MainWindow.__new__(MainWindow)  # only its methods are named, none is called
    window._pages = available_entries(sees_money=True)
    commands = window_commands(window)
    assert problems(commands) == ()
    assert {each.menu.split("/")[0] for each in commands} - {""} <= set(menu_titles())


def test_the_same_id_the_same_key_and_what_is_missing_are_told():
    found = problems(
        (
            command("a", shortcut="Ctrl+N", scope="orders"),
            command("a", shortcut="Ctrl+N", icon="nothing-like-it"),
            command("b", help="No stop", title="&Access"),
        )
    )
    assert any("two commands" in each for each in found)
    assert any("Ctrl+N has 2 meanings in orders" in each for each in found)
    assert any("no icon file" in each for each in found)
    assert any("no help" in each for each in found)
    assert any("access key" in each for each in found)


def test_two_pages_may_give_one_key_two_meanings():
    assert problems((command("a", shortcut="F8", scope="orders"), command("b", shortcut="F8", scope="items"))) == ()


def test_access_keys_differ_within_a_menu():
    titles = with_access_keys(("Print", "Pick list", "Pause", "Purchase"))
    keys = [title[title.index("&") + 1].casefold() for title in titles]
    assert len(set(keys)) == 4
