"""Reports: one declaration each gives screen, PDF, spreadsheet and JSON."""
