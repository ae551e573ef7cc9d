"""The Stock page: what lies where, and for whom."""
