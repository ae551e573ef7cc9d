"""What can be chosen in the grids of the Items page; read once and again when items, options or suppliers change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pegboard.queries.boms import Component, choosable_components, coded, option_choices
from pegboard.storage.store import Reading
from pegboard.ui.completion import Choice


@dataclass(frozen=True, slots=True)
class Choices:
    """Components by code, and the choices for components, options (GROUP=CHOICE), work centers and suppliers."""

    items: Mapping[str, Component] = field(default_factory=dict)
    components: tuple[Choice, ...] = ()
    options: tuple[Choice, ...] = ()
    work_centers: tuple[Choice, ...] = ()
    suppliers: tuple[Choice, ...] = ()


def read_choices(reading: Reading) -> Choices:
    """Read all that can be chosen."""
    found = choosable_components(reading)
    return Choices(
        {item.code: item for item in found},
        tuple(Choice(item.code, item.description) for item in found),
        tuple(Choice(f"{group}={choice}", words) for group, choice, words in option_choices(reading)),
        tuple(Choice(code, words) for code, words in coded(reading, "work_center")),
        tuple(Choice(code, words) for code, words in coded(reading, "supplier")),
    )
