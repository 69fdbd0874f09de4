"""What people have typed on a call's page and not sent yet."""
