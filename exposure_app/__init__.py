"""Exposure: a white-box photo editor that learns a style from photos you like."""

__version__ = "0.1.0"
