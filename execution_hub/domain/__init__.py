"""Pure values, transitions and formats; knows nothing of databases or networks."""
