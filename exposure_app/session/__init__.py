"""What the command line and the editor do with a photo, free of any window."""
