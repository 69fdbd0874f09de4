"""A hundred callers at once: what they cost, beside bare pjsua2 in the same run (`make bench-lines`)."""
