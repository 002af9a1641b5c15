"""One module per page, with its State."""
