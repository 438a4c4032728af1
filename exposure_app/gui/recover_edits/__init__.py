"""What was done to a picture?: the steps are read off it, in the editor."""
