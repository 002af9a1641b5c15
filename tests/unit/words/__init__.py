"""Unit tests of words."""
