"""The four signals: all that may pull, told apart by shape and word."""

from pegboard.services import demand
from pegboard.signals import BY_KIND, SIGNALS
from pegboard.storage.tables.demand import Demand


def test_every_kind_of_demand_has_its_signal_and_no_other() -> None:
    (allowed,) = (rule for rule in Demand.__table__.constraints if rule.name == "demand_kind")
    kinds = set(str(allowed.sqltext).partition("(")[2].strip(")").replace("'", "").split(", "))
    assert set(BY_KIND) == kinds


def test_shapes_and_words_differ() -> None:
    assert len({signal.sign for signal in SIGNALS}) == len({signal.word() for signal in SIGNALS}) == len(SIGNALS)
    assert all(len(signal.sign) == 1 and signal.help().endswith(".") for signal in SIGNALS)


def test_every_signal_comes_through_the_gate() -> None:
    assert all(signal.raise_demand.__module__ == demand.__name__ for signal in SIGNALS)
