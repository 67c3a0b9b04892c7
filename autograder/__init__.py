"""Runs notebooks in a sandbox and judges their answers outside."""
