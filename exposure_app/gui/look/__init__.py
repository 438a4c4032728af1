"""Looks that leave the editor for other programs, and looks that come in."""
