"""Fixtures of the storage tests."""

from tests.storage.workshops import make_workshop

__all__ = ["make_workshop"]
