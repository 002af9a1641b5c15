"""One module or folder per page, with its State."""
