"""Unit tests of llm."""
