"""The tables of a workshop, one module for each noun."""
