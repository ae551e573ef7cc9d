"""What the shop is owed and owes: invoices, credit notes, payments, deposits, bills, expenses, closed books.

An issued document is never edited; it is taken back by a counter document of its own.
"""
