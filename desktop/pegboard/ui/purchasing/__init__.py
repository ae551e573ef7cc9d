"""The Buy page: what to order, by supplier, and what comes in."""
