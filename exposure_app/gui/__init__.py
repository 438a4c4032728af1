"""The editor's window. The only package that knows Qt; it imports nothing heavy before the window is on the screen."""
