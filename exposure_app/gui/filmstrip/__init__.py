"""The open photos below the picture, and what can be done with those selected."""
