"""The looks can be read: contrast of type and shapes in each of them."""

import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from pegboard.resources import resource
from pegboard.ui import icons, marks, theme

LOOKS = (theme.LIGHT, theme.DARK, theme.CONTRAST)
GROUNDS = ("page", "panel", "sidebar", "field")


@pytest.mark.parametrize("look", LOOKS, ids=("light", "dark", "contrast"))
def test_type_is_readable_on_every_ground(look):
    pairs = [*product(("text", "secondary"), (*GROUNDS, "hover", "error_ground", "good_ground"))]
    pairs += [("selection_text", "selection"), ("accent_text", "accent"), ("accent", "page"), ("accent", "panel")]
    pairs += [*product(("late", "ready"), ("page", "error_ground", "good_ground"))]
    faint = [
        (ink, ground, round(theme.contrast(getattr(look, ink), getattr(look, ground)), 2))
        for ink, ground in pairs
        if theme.contrast(getattr(look, ink), getattr(look, ground)) < theme.LEAST_CONTRAST
    ]
    assert faint == []


@pytest.mark.parametrize("look", LOOKS, ids=("light", "dark", "contrast"))
def test_states_are_readable_on_lists(look):
    for state, ground in product(marks.State, ("page", "panel", "field")):
        assert theme.contrast(look.state(state.value).name(), getattr(look, ground)) >= theme.LEAST_CONTRAST, state


@pytest.mark.parametrize("look", LOOKS, ids=("light", "dark", "contrast"))
def test_each_state_has_a_shape_of_its_own(qapp, look):
    theme.apply(qapp, look)
    pictures = [marks.mark_pixmap(state, 28).toImage() for state in marks.State]
    for first, second in product(range(len(pictures)), repeat=2):
        assert first == second or alpha(pictures[first]) != alpha(pictures[second])


def alpha(image):
    return [image.pixelColor(x, y).alpha() > 127 for x in range(image.width()) for y in range(image.height())]


def test_the_style_sheet_names_no_unknown_colour():
    for look in LOOKS:
        assert "@" not in theme.style_sheet(look)


def test_every_icon_is_drawn_in_the_colours_of_the_look(qapp):
    theme.apply(qapp, theme.DARK)
    for file in sorted(Path(resource("icons")).glob("*.svg")):
        picture = icons.pixmap(file.stem, 20).toImage()
        assert any(alpha(picture)), file.stem
    theme.apply(qapp, theme.LIGHT)


def test_a_box_to_tick_can_be_seen_in_every_look(qapp):
    for look in LOOKS:
        theme.apply(qapp, look)
        box = QCheckBox()
        shown = box.grab().toImage()
        inks = {shown.pixelColor(x, shown.height() // 2).name() for x in range(shown.width())}
        assert max(theme.contrast(look.page, ink) for ink in inks) > theme.LEAST_CONTRAST_OF_SHAPES
    theme.apply(qapp, theme.LIGHT)


def test_a_list_to_open_is_as_high_as_the_other_fields(qapp):
    theme.apply(qapp, theme.LIGHT)
    assert QComboBox().sizeHint().height() == QLineEdit().sizeHint().height() == theme.CONTROL_HEIGHT


def test_the_pictures_of_fields_are_there_for_every_look():
    for look in LOOKS:
        for path in re.findall(r'url\("(.*?)"\)', theme.style_sheet(look)):
            assert Path(path).is_file()
