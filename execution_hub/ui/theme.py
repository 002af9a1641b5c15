"""What every page loads before anything else: the style sheet, the icon, the first paint."""

STYLESHEET = "/hub.css"
ICON = "/favicon.svg"
