"""Studies: people and styles on the same photos, rated blind."""
