"""Commands are data: menus, toolbar, palette, shortcut sheet and key presses all come from the same declarations."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pegboard.resources import resource

WINDOW = "window"  # the scope of commands that work on every page


def always() -> bool:
    """Say that a command can be run at any time."""
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do.

    Attributes: id: noun and verb, such as "order.release"; title: the verb as the menu shows it, translated, without an
    access key (menus choose one); run: does it, on the GUI thread; icon: a file in resources/icons without `.svg`;
    help: one sentence that says what it does; menu: the path in the menu bar, such as "Order" or "View/Colours", empty
    for the palette alone; shortcut: Qt's portable text such as "Ctrl+Return", several separated by "; ";
    scope: WINDOW or the id of the workspace on whose page it works; enabled_when: asked before it is shown or run;
    checked_when: for commands that are switches; toolbar: shown as a button in the page's header;
    primary: the page's one next step (Ctrl+Return), shown in the accent colour.
    """

    id: str
    title: str
    run: Callable[[], None]
    icon: str
    help: str
    menu: str = ""
    shortcut: str = ""
    scope: str = WINDOW
    enabled_when: Callable[[], bool] = always
    checked_when: Callable[[], bool] | None = None
    toolbar: bool = False
    primary: bool = False

    @property
    def shortcuts(self) -> tuple[str, ...]:
        """Its key combinations, the first one being the one that is shown."""
        return tuple(part for part in self.shortcut.split("; ") if part)


def problems(commands: Iterable[Command]) -> tuple[str, ...]:
    """Say what is wrong with a set of commands that can be active together; nothing where all is well.

    Ids are unique, a key has one meaning within a scope (a page's keys must not hide the window's), every command has
    an icon file and a help sentence.
    """
    commands = tuple(commands)
    found = [f"two commands have the id {name}" for name, count in Counter(c.id for c in commands).items() if count > 1]
    for scope in {command.scope for command in commands}:
        keys = Counter(key for c in commands if c.scope in (scope, WINDOW) for key in c.shortcuts)
        found += [f"{key} has {count} meanings in {scope}" for key, count in keys.items() if count > 1]
    for command in commands:
        if not resource("icons", f"{command.icon}.svg").is_file():
            found.append(f"{command.id} has no icon file {command.icon}.svg")
        if not command.help.endswith("."):
            found.append(f"{command.id} has no help sentence")
        if "&" in command.title:
            found.append(f"{command.id} chooses its own access key")
    return tuple(dict.fromkeys(found))


def with_access_keys(titles: Iterable[str]) -> tuple[str, ...]:
    """Return the titles with an ampersand before a letter that no earlier one uses; the first letters of words first.

    >>> with_access_keys(("Release", "Receive", "Print"))
    ('&Release', 'R&eceive', '&Print')
    """
    used: set[str] = set()
    return tuple(_with_access_key(title, used) for title in titles)


def _with_access_key(title: str, used: set[str]) -> str:
    starts = [at for at, letter in enumerate(title) if letter.isalnum() and (at == 0 or title[at - 1] == " ")]
    others = [at for at, letter in enumerate(title) if letter.isalnum() and at not in starts]
    for at in starts + others:
        if title[at].casefold() not in used:
            used.add(title[at].casefold())
            return f"{title[:at]}&{title[at:]}"
    return title


def page_command(
    scope: str,
    menu: str,
    name: str,
    title: str,
    run: Callable[[], None],
    icon: str,
    keys: str,
    enabled: Callable[[], bool],
    sentence: str,
    *,
    primary: bool = False,
    toolbar: bool = False,
) -> Command:
    """Declare a command of a page in one line; a page binds its own `scope` and `menu` once, with `partial`."""
    return Command(
        id=name,
        title=title,
        run=run,
        icon=icon,
        help=sentence,
        menu=menu,
        shortcut=keys,
        scope=scope,
        enabled_when=enabled,
        primary=primary,
        toolbar=toolbar,
    )
