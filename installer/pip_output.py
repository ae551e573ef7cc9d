"""Shortens what pip prints to the few lines that a person who waits wants to see."""

import re

_FILE = re.compile(
    r"^\s*(?:Downloading|Using cached) (?:\S*/)?(?P<name>[^-\s/]+)-(?P<version>[^-\s]+)\S* \((?P<size>.+ MB)\)"
)


def short_line(line: str) -> str:
    """Return what to show for one line of pip's output, or an empty text: packages from 1 MB on, and the end."""
    found = _FILE.match(line)
    if found:
        return f"{found['name']} {found['version']}, {found['size']}"
    if line.startswith("Installing collected packages:"):
        return f"unpacking {line.count(',') + 1} packages"
    if "Retrying (" in line:
        return "the network does not answer, trying again"
    return ""
