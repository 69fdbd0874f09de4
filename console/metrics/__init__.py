"""The hotline in numbers, for Prometheus."""
