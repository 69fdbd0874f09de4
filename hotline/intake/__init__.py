"""What an import is asked to bring: files, folders, and a table of what is known of them."""
