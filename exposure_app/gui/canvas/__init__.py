"""The picture: zoom, comparison, and what lies on it."""
