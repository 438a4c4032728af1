"""A style's training as whoever started it sees it: its state, its checks, its files."""
