"""What recordings cost: room, sealing, and what recognition loses by the format."""
