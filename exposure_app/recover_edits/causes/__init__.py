"""What is left of an edit beside its steps, and what may have caused it."""
