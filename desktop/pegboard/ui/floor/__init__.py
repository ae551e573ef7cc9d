"""The floor station: one screen for the workshop, worked by scanner."""
