"""Cases in files: JSON Lines, CSV, and the tests of promptfoo's configurations. Pure."""
