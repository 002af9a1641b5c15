"""Integration tests of engine."""
