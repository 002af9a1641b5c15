"""Unit tests of ui."""
