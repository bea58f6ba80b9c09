"""From posts to facts: gathering, places, triage, grades. Pure but for reading ``data/``.

Called by ``vigie.operations``. Must not know any other room, a clock or the network.
"""
