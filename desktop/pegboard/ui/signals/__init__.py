"""The Signals page: every open demand in pull order, and inferred needs."""
