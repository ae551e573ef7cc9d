"""Where a person was, what was open, how the window stood: remembered, and never in the way."""

from dataclasses import dataclass

from pegboard import recent
from pegboard.domain.quantity import Quantity
from pegboard.ui.history import History, Place
from pegboard.ui.why import peg_words, tree
from pegboard.ui.window_state import WindowState


def test_back_and_forward_walk_through_places():
    history = History()
    for place in (Place("orders"), Place("orders", "order", "SO-0001"), Place("items"), Place("items")):
        history.visit(place)
    assert history.current == Place("items")
    assert history.back() == Place("orders", "order", "SO-0001")
    assert not history.can_go_back  # the bare page gave way to its record
    assert history.forward() == Place("items")
    assert history.forward() is None


def test_a_new_place_forgets_what_lay_ahead():
    history = History()
    for page in ("today", "orders", "items"):
        history.visit(Place(page))
    history.back()
    history.visit(Place("stock"))
    assert not history.can_go_forward
    assert history.back() == Place("orders")


def test_the_layout_outlives_the_window_and_damage(tmp_path):
    file = tmp_path / "window.json"
    WindowState(file).set("split.orders", "abc")
    assert WindowState(file).get("split.orders") == "abc"
    file.write_text("{half", encoding="utf-8")
    assert WindowState(file).get("split.orders", "none") == "none"
    WindowState(None).set("x", 1)


def test_the_workshop_opened_last_comes_first_and_those_that_are_gone_are_left_out(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).write_text("", encoding="utf-8")
        recent.remember_workshop(tmp_path / name, tmp_path)
    assert recent.last_workshop(tmp_path) == str(tmp_path / "two")
    assert recent.recent_workshops(tmp_path) == (str(tmp_path / "two"), str(tmp_path / "one"))
    (tmp_path / "two").unlink()
    assert recent.last_workshop(tmp_path) is None
    assert recent.recent_workshops(tmp_path) == (str(tmp_path / "one"),)


ONE = Quantity.of(1)


@dataclass(frozen=True)
class Hop:
    supply: str
    demand: str
    level: int
    item: str = "X"
    quantity: Quantity = ONE


def shape(links):
    return [(link.number, shape(link.below)) for link in links]


def test_a_peg_chain_is_a_tree_in_both_directions():
    up = (
        Hop("PO-0001/1", "WO-0002", 1),
        Hop("PO-0001/1", "WO-0003", 1),
        Hop("WO-0002", "WO-0001", 2),
        Hop("WO-0003", "WO-0001", 2),
        Hop("WO-0001", "SO-0001/1", 3),
    )
    assert shape(tree(up, is_up=True)) == [
        ("WO-0002", [("WO-0001", [("SO-0001/1", [])])]),
        ("WO-0003", [("WO-0001", [])]),  # what a shared job is for is shown once
    ]
    down = (Hop("WO-0001", "SO-0001/1", 1), Hop("STOCK:MAIN:TUBE", "WO-0001", 2), Hop("PO-0001/1", "WO-0001", 2))
    assert shape(tree(down, is_up=False)) == [("WO-0001", [("STOCK:MAIN:TUBE", []), ("PO-0001/1", [])])]


def test_supplies_and_demands_are_said_in_words():
    assert peg_words("STOCK:MAIN:GLASS:V2609") == "on hand at MAIN, lot V2609"
    assert peg_words("KANBAN:BRACKET:3") == "card 3 of BRACKET"
    assert peg_words("POS:SHOWROOM:LAMP") == "sold at SHOWROOM"
    assert peg_words("SO-0001/2") == "SO-0001/2"


def test_two_windows_keep_what_each_of_them_remembers(tmp_path):
    first, second = WindowState(tmp_path / "window.json"), WindowState(tmp_path / "window.json")
    first.set("backup_failed.shop", "The disk is full.")
    second.set("width", 700)
    first.set("width", 800)
    both = WindowState(tmp_path / "window.json")
    assert (both.get("backup_failed.shop"), both.get("width")) == ("The disk is full.", 800)
    assert [file.name for file in tmp_path.iterdir()] == ["window.json"]
