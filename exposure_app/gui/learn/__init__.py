"""Teaching a style: the window for it, and the process that does the learning."""
