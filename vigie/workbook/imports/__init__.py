"""Files that come back by other ways than the shared folder: .xlsm, .ods, .csv, mailed copies.

``loading.load`` reads any of them, ``displayed`` takes what only shows differently for what it is.
Called by ``vigie.operations.reader_child`` and ``vigie.operations.importing``. Pure.
"""
