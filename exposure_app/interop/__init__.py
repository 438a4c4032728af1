"""Looks for other programs, and looks that come from them."""
