"""Unit tests of views."""
