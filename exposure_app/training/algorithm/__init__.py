"""The paper's algorithm, what departs from it, and their configuration."""
