"""Commands that bring a workshop folder or workbook in and out: import, export."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from pegboard.commands.console import Arguments, Command, Console, table
from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr

if TYPE_CHECKING:
    from pegboard.services.importing import ImportRefused, Result
    from pegboard.storage.store import Transaction


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help=tr("a workshop folder, a workbook, or single files of one")
    )
    parser.add_argument("--kind", metavar="KIND", help=tr("what a single file holds, such as items"))
    parser.add_argument("--dry-run", action="store_true", help=tr("check everything and write nothing"))
    sales = parser.add_argument_group(tr("sales of Square, Loyverse and Shopify (--kind pos_sales)"))
    sales.add_argument(
        "--alias",
        action="append",
        default=[],
        metavar="SKU=ITEM",
        help=tr("what a foreign code stands for, kept from then on; SKU= passes over what is not ours"),
    )
    sales.add_argument("--location", default="", metavar="CODE", help=tr("where all of it was sold"))


def _import(console: Console, arguments: Arguments) -> int:
    from pegboard.exchange.workshop_folder import import_paths
    from pegboard.services.importing import ImportRefused
    from pegboard.storage.automatic_backup import automatic_backup

    with console.open() as store:
        try:
            with console.transaction_on(store, "import") as tx:
                if arguments.kind == "pos_sales":
                    result = _import_sales(console, tx, arguments)
                else:
                    _refuse_sales_options(arguments)
                    result = import_paths(
                        tx, arguments.paths, kind=arguments.kind, dry_run=arguments.dry_run, progress=console.steps()
                    )
                if not arguments.dry_run:
                    # Still before the commit: the copy holds the workshop as it was, and only where there is need.
                    automatic_backup(store, "before import")
        except ImportRefused as refused:
            return _refuse(console, refused)
    console.result(_as_json(result), _receipt(result, dry_run=arguments.dry_run))
    return 0


def _import_sales(console: Console, tx: "Transaction", arguments: Arguments) -> "Result":
    """Import files of sales one after the other: pos_sales.csv, or exports of tills and web shops."""
    from pegboard.exchange.shop_sales import UnknownSkus, import_sales
    from pegboard.services.importing import FileCount, Result

    aliases = dict(_alias(text) for text in arguments.alias)
    done = []
    for path in arguments.paths:
        try:
            done.append(
                import_sales(
                    tx,
                    path,
                    aliases=aliases,
                    location=arguments.location,
                    dry_run=arguments.dry_run,
                    progress=console.steps(),
                )
            )
        except UnknownSkus as unknown:
            if console.as_json:
                console.result({"unknown_skus": [asdict(sku) for sku in unknown.skus]}, "")
            raise
    counts = [count for one in done for count in one.result.counts]
    total = FileCount(
        "pos_sales",
        sum(count.new for count in counts),
        sum(count.changed for count in counts),
        sum(count.unchanged for count in counts),
    )
    return Result((total,), tuple(note for one in done for note in one.notes or one.result.notes))


def _alias(text: str) -> tuple[str, str]:
    sku, equals, item = text.rpartition("=")
    if not equals or not sku:
        raise InvalidInput(tr('"{text}" is no alias.', text=text), hint=tr("Write SKU=ITEM, such as MUG-BLU=MUG-BLUE."))
    return sku, item


def _refuse_sales_options(arguments: Arguments) -> None:
    if arguments.alias or arguments.location:
        raise InvalidInput(
            tr("--alias and --location are for sales."), hint=tr("Add --kind pos_sales, or leave them out.")
        )


def _refuse(console: Console, refused: "ImportRefused") -> int:
    for problem in refused.errors:
        console.complain(problem.text())
    console.complain(str(refused))
    if console.as_json:
        errors = [problem._asdict() for problem in refused.errors]
        console.result({"errors": errors, "total": refused.total}, "")
    return 1


def _as_json(result: "Result") -> object:
    files = [
        {"name": count.name, "new": count.new, "changed": count.changed, "unchanged": count.unchanged}
        for count in result.counts
    ]
    return {"files": files, "notes": list(result.notes)}


def _receipt(result: "Result", *, dry_run: bool) -> str:
    rows = [(count.name, count.new, count.changed, count.unchanged) for count in result.counts]
    headings = (tr("file"), tr("new"), tr("changed"), tr("unchanged"))
    lines = [table(headings, rows, right=(1, 2, 3)), *result.notes]
    if dry_run:
        lines.append(tr("A dry run: nothing was written."))
    return "\n".join(lines)


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help=tr("the workshop folder to write"))
    parser.add_argument("--xlsx", metavar="FILE", help=tr("write one workbook with a sheet for each file"))
    parser.add_argument("--force", action="store_true", help=tr("replace the workshop files that are there"))


def _export(console: Console, arguments: Arguments) -> None:
    from pegboard.exchange.export import export_folder, export_workbook, not_exported

    if arguments.folder is None and arguments.xlsx is None:
        raise InvalidInput(tr("Nothing to write was named."), hint=tr("Name a folder, or a workbook with --xlsx FILE."))
    counts: dict[str, int] = {}
    written = []
    with console.open() as store:
        console.require_copy(store, "workshop.export")
        with store.read(today=console.today) as reading:
            for target, export in ((arguments.folder, export_folder), (arguments.xlsx, export_workbook)):
                if target is not None:
                    counts = export(reading, target, force=arguments.force)
                    written.append(target)
    rows = [(name, count) for name, count in counts.items() if count]
    told = [table((tr("file"), tr("rows")), rows, right=(1,)), tr("Wrote {paths}.", paths=", ".join(written))]
    console.result(
        {"written": written, "rows": counts, "not_exported": not_exported()}, "\n".join([*told, not_exported()])
    )


COMMANDS = (
    Command("import", tr("import a workshop folder, a workbook or single files"), _import_arguments, _import),
    Command("export", tr("write the workshop folder or a workbook"), _export_arguments, _export),
)
