"""Papers as PDF: traveler, pick list, purchase order and the furniture they share."""
