"""One file per execution type, and their registry."""
