"""Reference convolutions for NumPy and CuPy arrays."""
