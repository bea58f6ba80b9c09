"""The plain types that several rooms must agree on. Imports nothing but the standard library."""
