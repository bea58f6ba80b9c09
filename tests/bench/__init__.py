"""The benchmark: figures with their targets, never assertions. Run by ``make bench``."""
