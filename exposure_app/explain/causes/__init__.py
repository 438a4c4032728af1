"""What filters that look at one pixel at a time cannot do, recognised by what it leaves behind."""
