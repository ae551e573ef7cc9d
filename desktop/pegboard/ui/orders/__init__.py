"""The Orders page: orders, quotes and what they pull."""
