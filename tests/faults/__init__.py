"""Faults at random over a running hotline: nothing that was captured may be lost or unexplained."""
