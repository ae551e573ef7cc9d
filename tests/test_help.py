"""The help is true: every command, paper and file has its place in it, and no link leads nowhere."""

import re

import pytest

from pegboard import documents
from pegboard.commands import COMMANDS
from pegboard.reports import all_reports
from pegboard.resources import resource

HELP = resource("help")
PAGES = sorted(page.name for page in HELP.glob("*.md"))


def text_of(page: str) -> str:
    """A help page."""
    return (HELP / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_page(page: str) -> None:
    assert set(re.findall(r"\]\(([^)]+)\)", text_of(page))) <= set(PAGES)


def test_the_contents_name_every_page() -> None:
    assert set(re.findall(r"\]\(([^)]+)\)", text_of("index.md"))) == set(PAGES) - {"index.md"}


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_is_explained(command: str) -> None:
    assert re.search(rf"`{command}\b", text_of("command-line.md"))


@pytest.mark.parametrize("kind", [document.name for document in documents.DOCUMENTS])
def test_every_paper_is_explained(kind: str) -> None:
    assert f"`document {kind} " in text_of("papers.md")


@pytest.mark.parametrize("name", [report.name for report in all_reports()])
def test_every_report_is_explained(name: str) -> None:
    assert f"`report {name}`" in text_of("reports.md")


def test_every_file_of_the_workshop_folder_is_explained() -> None:
    from pegboard.exchange.workshop_files import FILES

    words = set(re.findall(r"\w+", text_of("import.md")))
    assert {file.name for file in FILES} <= words
