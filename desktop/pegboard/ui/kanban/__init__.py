"""The Kanban page: loops, cards and their sizing."""
