"""The command line. Knows the operations; reaches up to ``flows.service`` only to talk to Prefect.

Everything costly is imported inside the commands, so that ``vigie --help`` answers at once.
"""
