"""What a provider's complaint means to a person: from status, type and words to our errors. Knows no SDK."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from execution_hub.domain.clock import now
from execution_hub.domain.texts import one_line, storable
from execution_hub.errors import (
    BadKey,
    ConnectionFailed,
    ExecutionError,
    InvalidRequest,
    MalformedReply,
    ModelError,
    ModelTimeout,
    Overloaded,
    PermissionDenied,
    ProviderFault,
    RateLimited,
    UnknownModel,
)

WORDS_MAX = 400
# A shorter piece in base64 may stand in any word.
BASE64_MIN = 8
_KEY_LIKE = re.compile(r"sk-[A-Za-z0-9_*.…-]{4,}")
# The user and password of an address, and what a header carries them in.
_USER = re.compile(r"(?<=://)[^\s/@]+(?=@)")
_CREDENTIALS = re.compile(r"\b(basic|bearer)\s+[A-Za-z0-9+/=_.~-]{6,}", re.IGNORECASE)

# https://platform.claude.com/docs/en/api/errors; an error inside a stream has status 200, so the type goes first.
_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a provider said instead of an answer.

    Attributes:
        status: The HTTP status.
        kind: The provider's name for the error, `overloaded_error` and the like; None if it gave none.
        words: The provider's words; may hold anything.
        model: The model that was asked for.
        request_id: The provider's id of the request.
        retry_after_seconds: When the provider wants to be asked again.
        is_page: Whether it came as something else than JSON: then somebody on the way said it.
        way: What is on the way, for a person to check.
        url_variable: The variable that names the provider's address.
        key_variable: The variable that holds the key.
    """

    status: int
    kind: str | None
    words: str
    model: str
    request_id: str | None = None
    retry_after_seconds: float | None = None
    is_page: bool = False
    way: str = "the network"
    url_variable: str = "ANTHROPIC_BASE_URL"
    key_variable: str = "ANTHROPIC_API_KEY"


def redact(text: str, *secrets: str) -> str:
    r"""Return a text on one line, cut to 400 characters, without secrets or what looks like an API key.

    >>> redact("key sk-ant-api03-abcdef is\n  bad")
    'key [key] is bad'
    >>> redact("https://ann:pw@host refused Basic YW5uOnB3", "pw")
    'https://[key]@host refused Basic [key]'

    Secrets are found as they are, in base64 whatever stands before them, and as an address writes them.
    """
    # The provider's words may be long, and what is far beyond the cut is not shown.
    text = text[: 50 * WORDS_MAX]
    for secret in filter(None, secrets):
        text = _hidden(text, secret)
    text = _CREDENTIALS.sub(r"\1 [key]", _USER.sub("[key]", text))
    line = storable(one_line(_KEY_LIKE.sub("[key]", text)))
    return line if len(line) <= WORDS_MAX else f"{line[:WORDS_MAX]}…"


def _hidden(text: str, secret: str) -> str:
    for form in (secret, quote(secret, safe="")):
        text = text.replace(form, "[key]")
    raw = secret.encode("utf-8", "surrogatepass")
    for start in range(3):
        # Three bytes become four letters, so what stands before shifts them; the whole word that holds it goes.
        inner = b64encode(raw[start : start + (len(raw) - start) // 3 * 3]).decode()
        if len(inner) >= BASE64_MIN:
            words = "|".join({re.escape(inner), re.escape(inner.replace("+", "-").replace("/", "_"))})
            text = re.sub(rf"[\w+/-]*(?:{words})[\w+/=-]*", "[key]", text, flags=re.ASCII)
    return text


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return after how many seconds a provider wants to be asked again, from `retry-after`; None if it does not say.

    >>> retry_after({"retry-after": "17"})
    17.0
    >>> retry_after({}) is None
    True
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now()).total_seconds()
        except (ValueError, TypeError):
            return None
    # NaN compares false to everything, so this keeps it out as well.
    return seconds if 0 <= seconds < 86_400 else None


def explain(complaint: Complaint) -> ExecutionError:
    """Return our error for a provider's complaint, in words a person can act on.

    Args:
        complaint: What the provider said; its words are expected to be redacted.
    """
    status = _status_of(complaint)
    said = f" The provider says: {complaint.words}" if complaint.words else ""
    details: dict[str, Any] = {"status": status, "request_id": complaint.request_id}
    if complaint.retry_after_seconds is not None:
        details["retry_after_seconds"] = complaint.retry_after_seconds
    pause = _pause(complaint.retry_after_seconds)
    if complaint.is_page and status != 429:
        return _of_the_way(complaint, details)
    match status:
        case 401:
            return BadKey(f"The provider refused the API key. Check {complaint.key_variable} and restart.", **details)
        case 402:
            return ModelError(
                f"The provider wants payment first. Check the billing of the key's account.{said}", **details
            )
        case 403:
            return PermissionDenied(
                f"The API key may not use the model {complaint.model}. Choose another model or ask for access.{said}",
                **details,
            )
        case 404:
            return UnknownModel(
                f"Model not found: the provider does not know {complaint.model}. Choose another model for the agent, "
                f"or check {complaint.url_variable} if it is set.{said}",
                **details,
            )
        case 408 | 504:
            return ModelTimeout(**details)
        case 429:
            return RateLimited(f"Rate limited by the provider. Try again {pause}.{said}", **details)
        case 529:
            return Overloaded(f"The provider is overloaded. Try again {pause}.", **details)
        case _ if status >= 500:
            return ProviderFault(f"The provider had an internal error ({status}). Try again in a moment.", **details)
        case _:
            said = said or f" Its status was {status}."
            return InvalidRequest(f"The provider did not accept the request.{said}", **details)


def _status_of(complaint: Complaint) -> int:
    """Return the status that an error means: its type goes first, unless that is a general one and its status is not.

    Some servers call every error of whoever asks an `invalid_request_error`, a model that they do not have as well.
    """
    named = _STATUS_OF_TYPE.get(complaint.kind or "", complaint.status)
    is_general = named % 100 == 0 and named // 100 == complaint.status // 100
    return complaint.status if is_general else named


def _of_the_way(complaint: Complaint, details: dict[str, Any]) -> ExecutionError:
    """Return the error for a page: a proxy, a firewall or a wrong address says nothing about key and model."""
    page = f"Not the provider but something on the way answered, with a page and status {complaint.status}."
    if complaint.status == 407:
        return ConnectionFailed(f"The proxy wants a user and a password. Check {complaint.way}.", **details)
    if complaint.status >= 500 or complaint.status == 408:
        return ProviderFault(f"{page} Try again in a moment, or check {complaint.way}.", **details)
    return MalformedReply(f"{page} Check {complaint.way}.", **details)


def _pause(seconds: float | None) -> str:
    return "in a minute" if seconds is None else f"in {max(1, round(seconds))} s"
