"""Whether the console works, for supervisors and for Prometheus."""
