"""Training: playlists of clips, discussion and mutual review."""
