"""Measurements of speed and memory, with the bounds they are held against. Run with ``make bench``."""
