"""What stands for a process behind an nginx: it tells which one was asked."""

from http.server import BaseHTTPRequestHandler
from typing import Any


class NamedPort(BaseHTTPRequestHandler):
    """Answers with the port it was asked at."""

    def do_GET(self) -> None:
        """Answer."""
        body = str(self.connection.getsockname()[1]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""
