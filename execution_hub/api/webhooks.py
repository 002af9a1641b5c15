"""Runs of suites that other programs ask for: deliveries of GitHub and the like, known by their signature."""

import hashlib
import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi import Body as BodyParameter

from execution_hub.api import wire_suites
from execution_hub.api.answers import answers
from execution_hub.api.origins import scheme_of
from execution_hub.api.params import Id, IdempotencyKey
from execution_hub.domain.clock import now
from execution_hub.domain.trigger import WORD_MAX, Trigger, TriggerType
from execution_hub.errors import Conflict, InvalidInput, NotSigned
from execution_hub.hub.actor import Actor
from execution_hub.hub.hub import current_hub
from execution_hub.runners.suite_run import SuiteRun

router = APIRouter(prefix="/api/suites", tags=["suites"])

_ALGORITHM = "sha256="
# What GitHub sends when a webhook is made: whether anybody is there.
_PING = "ping"

Delivered = Annotated[
    dict[str, Any] | None,
    BodyParameter(
        description="Whatever the caller tells; only its signature is looked at.", examples=[{"ref": "refs/heads/main"}]
    ),
]
Signature = Annotated[
    str | None,
    Header(
        alias="X-Hub-Signature-256",
        description="`sha256=` and the HMAC-SHA256 of the body's bytes with `HUB_WEBHOOK_SECRET`, in hexadecimal.",
        examples=["sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"],
    ),
]
DeliveryName = Annotated[
    str | None,
    Header(alias="X-GitHub-Delivery", description="The name of this delivery: the same again starts nothing more."),
]
Event = Annotated[
    str | None,
    Header(alias="X-GitHub-Event", description="What has happened, as GitHub calls it: `ping` starts nothing."),
]


@router.post("/{suite_id}/webhook", **answers(wire_suites.Started, 401, 404, 409, 429, status=202, has_body=True))
async def call_webhook(
    suite_id: Id,
    request: Request,
    body: Delivered = None,
    signature: Signature = None,
    delivery: DeliveryName = None,
    event: Event = None,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Run a suite because something happened elsewhere, such as a push to a repository.

    The body is signed as GitHub signs: in a webhook there, choose `application/json` and this hub's
    `HUB_WEBHOOK_SECRET`. Without that setting the hub takes none (409).
    """
    del body  # Read and bounded, but not looked at: what it says is not needed to run the suite.
    named = _word("X-GitHub-Delivery", delivery) or _word("Idempotency-Key", idempotency_key)
    happened = _word("X-GitHub-Event", event)
    check_signed(_secret(), await request.body(), signature)
    if happened == _PING:
        return {"id": None, "url": None}
    by = TriggerType.WEBHOOK
    trigger = Trigger(by, by.value, now(), delivery=named, event=happened)
    hub = current_hub().as_(Actor(by.value))
    started = await hub.executions.start(SuiteRun(suite_id), idempotency_key=trigger.key(suite_id), trigger=trigger)
    headers = {name.lower(): value for name, value in request.scope["headers"]}
    own = f"{scheme_of(request.scope, headers)}://{request.headers['host']}"
    return {"id": started.id, "url": f"{own}/executions/{started.id}"}


def check_signed(secret: str, body: bytes, signature: str | None) -> None:
    """Refuse a body that was not signed with a secret.

    Args:
        secret: The secret.
        body: The bytes as they came.
        signature: What the caller sent as `X-Hub-Signature-256`; None for nothing.

    Raises:
        NotSigned: It was signed with another secret, is another body, or was not signed.
    """
    wanted = _ALGORITHM + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    # As bytes: a header may hold any character, and in the same time whatever it holds.
    if not hmac.compare_digest(wanted.encode(), (signature or "").encode("utf-8", "surrogateescape")):
        raise NotSigned


def _secret() -> str:
    found = current_hub().settings.webhook_secret
    if found is None:
        raise Conflict(
            "This hub takes no webhooks: HUB_WEBHOOK_SECRET is not set. Set it to a long random text, give the caller "
            "the same, and restart the hub.",
            setting="HUB_WEBHOOK_SECRET",
        )
    return found.get_secret_value()


def _word(header: str, text: str | None) -> str | None:
    """Return what a header says, which is kept and shown: printable, and not long."""
    if not text:
        return None
    if len(text) > WORD_MAX or not text.isascii() or not text.isprintable():
        raise InvalidInput(header, f"{header} has at most {WORD_MAX} plain characters. Send less.", limit=WORD_MAX)
    return text
