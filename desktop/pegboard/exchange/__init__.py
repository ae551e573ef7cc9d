"""Data in and out: the workshop folder, spreadsheets, shop exports."""
