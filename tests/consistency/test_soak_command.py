"""The soak command runs outside any test, as long as somebody wants."""

from tests.command_line import CommandLine


def test_a_soak_tells_how_many_steps_held(command_line: CommandLine) -> None:
    told = command_line.does("soak", "days", "--steps", "20", "--seed", "5", "--json").json
    assert (told["steps"], told["seed"], told["ok"]) == (20, 5, True)
