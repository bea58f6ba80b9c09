"""The proof that a hundred refreshes leave people's parts alone."""
