"""The workshop file: opening, transactions, tables, snapshots, migrations and backups."""
