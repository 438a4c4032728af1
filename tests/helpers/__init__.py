"""What several tests use and pytest does not inject."""
