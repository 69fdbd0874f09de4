"""Where sounds lie in a sealed recording that were sent at known times."""
