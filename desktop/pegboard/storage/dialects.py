"""The names of the databases that a workshop may lie in; apart from the column types, which take long to load."""

SERVER = "postgresql"
