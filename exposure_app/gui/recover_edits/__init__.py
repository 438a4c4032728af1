"""Recovering edits in the editor: the steps are read off a finished photo."""
