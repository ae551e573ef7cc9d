"""A workshop on a PostgreSQL server: several seats at once.

Statements are written once, as SQLite takes them; `translation` says them as PostgreSQL does.
"""
