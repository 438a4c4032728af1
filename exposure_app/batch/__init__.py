"""Many photos in, finished pictures out: planned, journalled, and done by processes that may die."""
