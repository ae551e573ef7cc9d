"""The Make page: jobs on a board and in a list."""
