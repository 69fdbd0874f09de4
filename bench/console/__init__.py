"""What the console's pages cost with a million calls."""
