"""The knowledge window (180百宝箱): what the desks know, found while the caller speaks."""
