"""Scoring of gathering, places and triage against labelled tables. Pure but for reading a table."""
