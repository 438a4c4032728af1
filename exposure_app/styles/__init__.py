"""What there is beside a style's network: the library, its card, its liked photos, remembered corrections."""
