"""Recipes and their rendering: from an image and a short list of steps to the finished picture."""
