"""Learning a style from a folder of photos one likes (paper, section 5)."""
