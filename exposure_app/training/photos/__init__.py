"""Photos for training: where they are, how they are read, cut, degraded and kept."""
