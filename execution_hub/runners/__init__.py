"""One file per execution type, their registry, and what runs them."""
