"""How a RAW file becomes the photo, before the first step."""
