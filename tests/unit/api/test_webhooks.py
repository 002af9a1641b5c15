"""Signatures of webhooks."""

import pytest

from execution_hub.api.webhooks import check_signed
from execution_hub.errors import NotSigned

# From GitHub's documentation, "Validating webhook deliveries".
SECRET, BODY = "It's a Secret to Everybody", b"Hello, World!"
SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_what_github_signs_is_taken() -> None:
    check_signed(SECRET, BODY, SIGNATURE)


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (b"Hello, World?", SIGNATURE),
        (BODY, None),
        (BODY, ""),
        (BODY, SIGNATURE.removeprefix("sha256=")),
        (BODY, SIGNATURE.upper()),
        (BODY, SIGNATURE.replace("sha256", "sha1")),
        (BODY, "sha256=世界\udce4"),
    ],
)
def test_anything_else_is_refused(body: bytes, signature: str | None) -> None:
    with pytest.raises(NotSigned):
        check_signed(SECRET, body, signature)
