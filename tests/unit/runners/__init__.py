"""Unit tests of runners."""
