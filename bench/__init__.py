"""Benchmarks: what the hub promises about speed and memory, measured on the machine at hand."""
