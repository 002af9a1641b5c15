"""Event log, bus and feed."""
