"""Real counterparts of the hub, from PyPI and npm: tool servers of others, and a real language model."""
