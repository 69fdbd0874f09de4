"""`python -m hotline` is `hotline`."""

from hotline.cli import main

main()
