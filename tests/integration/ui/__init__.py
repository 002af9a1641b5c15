"""Integration tests of ui."""
