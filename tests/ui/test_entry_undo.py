"""The window takes data entry back, one named step at a time."""

from pegboard.services.settings import set_setting
from pegboard.ui.command import problems
from pegboard.ui.entry_undo import undo_commands


def test_a_setting_is_undone_and_done_again_from_the_menu(desk, settle):
    back, forth = undo_commands(desk)
    assert problems((back, forth)) == ()
    desk.runner.write("setting.set", lambda tx: set_setting(tx, "company_name", "Harbor"))
    settle(desk)
    for command, name in ((back, ""), (forth, "Harbor")):
        command.run()
        settle(desk)
        with desk.store.read() as view:
            row = view.connection.exec_driver_sql("SELECT value FROM setting WHERE name = 'company_name'").first()
        assert (row[0] if row else "") == name
