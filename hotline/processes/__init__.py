"""The processes of an installation, each started with `python -m` and importing only what it needs."""
