"""Exercises and the demonstration: the played material (pure) and the simulated networks.

Everything outside ``networks/`` is pure apart from the ``load_…`` functions, which read a folder.
"""
