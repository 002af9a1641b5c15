"""Integration tests of console."""
