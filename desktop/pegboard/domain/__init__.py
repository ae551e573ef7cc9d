"""Values and rules of the trade in pure Python: no Qt, no SQL, no clock, no files."""
