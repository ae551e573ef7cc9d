"""The Items page: items, BOMs, routings and suppliers of parts."""
