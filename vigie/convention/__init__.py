"""A partner's convention: its model, its strict loader, its error messages."""
