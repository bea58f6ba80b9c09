"""Validation of collected posts: one file a check, run by Great Expectations in ``suite`` alone.

Called by ``vigie.operations``. Importing a check or the registry is light; only ``suite``'s
functions import Great Expectations. Must not know any other room.
"""
