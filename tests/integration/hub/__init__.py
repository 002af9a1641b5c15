"""Integration tests of hub."""
