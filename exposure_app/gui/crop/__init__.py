"""Turning, straightening and cropping."""
