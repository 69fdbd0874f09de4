"""The wallboard (大屏): who waits now and how the day goes, live."""
