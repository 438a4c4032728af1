"""The window itself: where panels stand, what its actions do, preferences, start and end."""
