"""Execution Hub: define agents and workflows, run them, watch every execution live."""
