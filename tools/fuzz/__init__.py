"""Damaged and hostile files: real ones, changed at random from a seed, given to whatever reads them."""
