"""The life of an activation and the plan of its sweeps. Pure: no clock, file or network."""
