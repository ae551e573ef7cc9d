"""Commands on a workshop as a whole: new, set."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, remember_workshop
from pegboard.domain.errors import NotFound, Refused
from pegboard.i18n import tr
from pegboard.resources import resource

if TYPE_CHECKING:
    from pegboard.storage.store import Store


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        help=tr("the workshop file to make, such as shop.pegboard, or the address of an empty database"),
    )
    parser.add_argument("--sample", metavar="NAME", help=tr("fill it with a bundled sample, such as harbor-lamps"))


def _new(console: Console, arguments: Arguments) -> None:
    from pegboard.recent import shown
    from pegboard.storage.store import Store

    made = arguments.file
    sample = None if arguments.sample is None else _sample(arguments.sample)
    with Store.create(made) as store:
        try:
            if sample is not None:
                _fill(console, store, sample)
        except BaseException:
            store.discard()
            raise
    remember_workshop(made)
    console.result({"workshop": shown(made)}, tr("Made {path}.", path=shown(made)))


def _sample(name: str) -> Path:
    folder = resource("samples")
    samples = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    if name not in samples:
        raise NotFound(
            tr('There is no sample "{name}".', name=name), hint=tr("Samples are: {names}.", names=", ".join(samples))
        )
    return folder / name


def _fill(console: Console, store: "Store", sample: Path) -> None:
    from pegboard.exchange.workshop_folder import import_paths
    from pegboard.services.settings import set_logo

    logo = sample.with_name(f"{sample.name}-logo.png")
    with console.transaction_on(store, "import") as tx:
        import_paths(tx, [sample], progress=console.steps())
        if logo.exists():
            set_logo(tx, logo.name, logo.read_bytes())


def _set_arguments(parser: argparse.ArgumentParser) -> None:
    from pegboard.settings import SETTINGS

    width = max(len(declared.name) for declared in SETTINGS)
    lines = [
        f"  {declared.name:{width}}  {declared.help()}" + (f" [{declared.default}]" if declared.default else "")
        for declared in SETTINGS
    ]
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join([tr("settings [default]:"), *lines])
    parser.add_argument("name", metavar="NAME", help=tr("the setting"))
    parser.add_argument("value", metavar="VALUE", help=tr('its value; "" goes back to the default'))


def _set(console: Console, arguments: Arguments) -> None:
    from pegboard.services.settings import remove_logo, set_logo, set_setting
    from pegboard.settings import BY_NAME

    name, value = arguments.name, arguments.value
    with console.transaction("setting.set") as tx:
        if name == "logo" and value:
            set_logo(tx, Path(value).name, _picture(Path(value)))
            kept = Path(value).name
        elif name == "logo":
            remove_logo(tx)
            kept = ""
        else:
            kept = set_setting(tx, name, value)
    shown = kept or BY_NAME[name].default
    console.result({"name": name, "value": shown}, f"{name} = {shown}")


def _picture(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(
            tr("{path} cannot be read: {reason}.", path=path, reason=error.strerror or error),
            hint=tr("Name a PNG or JPEG file."),
        ) from error


COMMANDS = (
    Command("new", tr("make a workshop"), _new_arguments, _new, takes_today=False),
    Command("set", tr("change a setting"), _set_arguments, _set),
)
