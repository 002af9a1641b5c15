"""What pages show, as values: no Reflex, no database."""
