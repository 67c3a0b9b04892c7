"""What cells use of IPython, for a page: see `IPython.display`."""

version_info = (9, 0)  # Matplotlib asks, and leaves this one alone


def get_ipython() -> None:
    """Return None: this is no interactive shell."""
