"""The Money page: invoices, payments and bills."""
