"""Styles: choosing, comparing, blending and describing them."""
