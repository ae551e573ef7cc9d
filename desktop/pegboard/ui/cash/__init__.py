"""The Cash page: the owner's Friday."""
