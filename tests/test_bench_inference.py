"""The bare floor of the backtest gives the program's own figures: only so is the ratio worth anything."""

from pegboard.bench.inference import figures


def test_the_bare_computation_gives_the_same_figures() -> None:
    backtest, suggestions, listed = figures("small")
    assert backtest.note == "same figures"
    assert backtest.floor is not None
    assert suggestions.seconds > 0
    assert listed.name == "list of 5000 signals"
