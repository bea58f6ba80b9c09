"""Plain tables to and from .xlsx, for debriefs and chronogrammes."""
