"""The forms in which programs write a secret, and a search for them."""

import json
from base64 import b64encode, urlsafe_b64encode
from html import escape
from urllib.parse import quote, quote_plus


def forms(secret: str) -> list[str]:
    """Return a secret as a program might say it: plain, escaped in several ways, and inside of base64."""
    return [
        secret,
        f"Bearer {secret}!",
        json.dumps({"authorization": secret}),
        json.dumps({"authorization": secret}, ensure_ascii=False),
        repr({"authorization": secret}),
        f"<p>{escape(secret)}</p>",
        f"?token={quote(secret)}&token={quote(secret, '')}&token={quote_plus(secret)}",
        *(b64encode(f"{'u' * shift}{secret}:x".encode()).decode() for shift in range(3)),
        *(urlsafe_b64encode(f"{'u' * shift}{secret}:x".encode()).decode() for shift in range(3)),
    ]


def traces(secret: str) -> set[bytes]:
    """Return what must be nowhere: the secret in each form, without what stands around it."""
    raw = secret.encode()
    found = {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], escape(secret)}
    found |= {quote(secret), quote(secret, ""), quote_plus(secret)}
    # Of base64 the letters that hold nothing else, wherever in a group of three it begins.
    for shift in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            found.add(
                encode(b"\0" * shift + raw + b"\0" * 3).decode()[shift + (shift > 0) : (shift + len(raw)) * 4 // 3]
            )
    return {each.encode() for each in found}
