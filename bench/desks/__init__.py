"""What the desks' own work costs: searching the directory, moving tickets."""
