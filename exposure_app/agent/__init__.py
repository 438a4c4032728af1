"""The agent: looks at a small view of a photo and decides, step by step, what to do to it (paper, section 5)."""
