"""The checks, one small file a kind: a scene and a rule in, an opinion out."""
