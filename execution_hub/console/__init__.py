"""The commands of a terminal: test, run, list, show, cancel, prune."""
