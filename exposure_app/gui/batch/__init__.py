"""Batch processing in the editor."""
