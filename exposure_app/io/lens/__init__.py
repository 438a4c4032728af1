"""Lenses: what they bend, darken and fringe, where that is known from, and how it is put right."""
