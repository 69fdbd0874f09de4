"""Speech models and voices: the catalogue, how they are brought here and checked, and the synthesiser."""
