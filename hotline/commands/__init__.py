"""The commands of `hotline`, by what a person wants to do. Each module has `add_to(app)`."""
