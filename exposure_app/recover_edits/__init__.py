"""What an unknown edit was made of: steps solved for from pictures before and after."""
