"""Tools that agents call: the built-in ones and those of MCP servers, behind a port."""
