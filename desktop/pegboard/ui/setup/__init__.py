"""The Setup page: customers, suppliers, work centers and options."""
