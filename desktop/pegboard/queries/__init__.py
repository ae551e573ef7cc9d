"""Reads for screens, documents and reports: frozen rows, never a write."""
