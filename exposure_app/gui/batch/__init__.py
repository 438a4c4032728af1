"""Many photos at once, in the editor."""
