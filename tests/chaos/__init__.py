"""Faults caused for real, over and over: short in the suite, long in `make chaos`."""
