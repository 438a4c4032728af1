"""Exports to files, and looks to and from other programs."""
