"""Kills the program at any step of what it does with files, and looks whether anything was lost: ``make kill``."""
