"""The directory's pages (查号台): looking up an entry while the caller speaks."""
