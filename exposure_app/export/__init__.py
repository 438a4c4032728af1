"""Retouching photos and writing the results to files: names, settings, pixels, metadata."""
