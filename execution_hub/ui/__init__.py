"""Pages, State and components."""
