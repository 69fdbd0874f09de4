"""The directory of the 114 desk (查号台): entries, and the search that finds one while the caller speaks."""
