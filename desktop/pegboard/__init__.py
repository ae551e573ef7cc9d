"""Pegboard: from customer order to production, one program and one file for a small workshop."""

__version__ = "0.1.0"
