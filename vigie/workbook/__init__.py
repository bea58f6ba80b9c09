"""The shared workbook: rendered from the store, worked in by people, read back and merged.

Called by ``vigie.operations``. ``sheets`` and ``merging`` are pure; only ``package`` opens .xlsx
files and only ``shares`` touches folders.
"""
