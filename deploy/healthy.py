"""Tells a supervisor whether a process of a hub can work: exit code 0, or 1 and one line why not.

::

    python -m deploy.healthy [ADDRESS:]PORT [NAME]

It asks `/api/ready` at 127.0.0.1 or another HUB_HOST, by a name that HUB_ALLOWED_HOSTS knows, and loads nothing of the
hub: a container engine asks every few seconds.
"""

import http.client
import sys

SECONDS = 5


def main() -> int:
    """Ask and return the exit code."""
    place, *names = sys.argv[1:]
    address, _, port = place.rpartition(":")
    connection = http.client.HTTPConnection(address.strip("[]") or "127.0.0.1", int(port), timeout=SECONDS)
    try:
        connection.request("GET", "/api/ready", headers={"Host": names[0]} if names else {})
        answer = connection.getresponse()
        if answer.status == http.client.OK:
            return 0
        print(answer.read(500).decode(errors="replace"), file=sys.stderr)
    except OSError as error:
        print(error, file=sys.stderr)
    finally:
        connection.close()
    return 1


if __name__ == "__main__":
    sys.exit(main())
