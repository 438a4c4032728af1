"""A run from photos to a style's file: what is watched, kept and told meanwhile."""
