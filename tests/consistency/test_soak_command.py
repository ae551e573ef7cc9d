"""The soak command runs outside any test, as long as somebody wants."""

from tests.command_line import CommandLine


def test_a_soak_tells_how_many_steps_held(command_line: CommandLine) -> None:
    told = command_line.does("soak", "days", "--steps", "20", "--seed", "5", "--json").json
    assert (told["steps"], told["seed"], told["ok"]) == (20, 5, True)


def test_a_soak_tells_how_many_inputs_were_tried(command_line: CommandLine) -> None:
    told = command_line.does("soak", "inputs", "--steps", "60", "--seed", "5", "--json").json
    assert (told["tried"], sum(told["by_kind"].values()), told["ok"]) == (60, 60, True)
    only = command_line.does("soak", "inputs", "--steps", "5", "--only", "scan", "--json").json
    assert only["by_kind"] == {"scan": 5}
    assert "Kinds are" in command_line.refuses("soak", "inputs", "--only", "nothing").reasons[0]
