"""Everything Qt: the window, its generic parts, and one folder for each workspace."""
