"""The debrief (RETEX) of an activation: indicators and tables. Pure."""
