"""The hub: one object for every door, one file per noun."""
