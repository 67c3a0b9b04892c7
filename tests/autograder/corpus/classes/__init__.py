"""The classes of notebooks, one module each."""
