"""Numbers for people: durations, token counts, costs. Pure; the examples run as tests."""

import math


def format_duration(milliseconds: int) -> str:
    """Write a duration.

    >>> format_duration(4), format_duration(1234), format_duration(59_949)
    ('4 ms', '1.2 s', '59.9 s')
    >>> format_duration(59_999), format_duration(184_000), format_duration(3_725_000)
    ('1 m 00 s', '3 m 04 s', '1 h 02 m')
    """
    if milliseconds < 50:
        # Not 0.0 s, which reads as if nothing had run.
        return f"{milliseconds} ms"
    if milliseconds < 59_950:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    if minutes < 60:
        return f"{minutes} m {seconds:02} s"
    return f"{minutes // 60} h {minutes % 60:02} m"


def format_moment(milliseconds: int) -> str:
    """Write a time that may be very short; below a second the milliseconds are what it is about.

    >>> format_moment(4), format_moment(1_234)
    ('4 ms', '1.2 s')
    """
    return f"{milliseconds} ms" if milliseconds < 1_000 else format_duration(milliseconds)


def format_count(count: int) -> str:
    """Write a count shortly, in at most five characters.

    >>> format_count(612), format_count(12_400), format_count(123_456)
    ('612', '12.4k', '123k')
    >>> format_count(999_950), format_count(3_200_000)
    ('1.0M', '3.2M')
    """
    if count < 1_000:
        return str(count)
    for size, letter in ((1_000, "k"), (1_000_000, "M"), (1_000_000_000, "B")):
        scaled = count / size
        if scaled < 99.95:
            return f"{scaled:.1f}{letter}"
        if scaled < 999.5 or letter == "B":
            return f"{scaled:.0f}{letter}"
    raise AssertionError


def counted(count: int, noun: str) -> str:
    """Write a count and what is counted, in English.

    >>> counted(1, "tool"), counted(12_400, "execution")
    ('1 tool', '12,400 executions')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def format_bytes(count: int) -> str:
    """Write a size on a disk, in units of a thousand.

    >>> format_bytes(0), format_bytes(612), format_bytes(12_400), format_bytes(18_874_368)
    ('0 bytes', '612 bytes', '12.4 kB', '18.9 MB')
    >>> format_bytes(999_950_000), format_bytes(3_200_000_000_000_000)
    ('1.0 GB', '3200.0 TB')
    """
    if count < 1_000:
        return f"{count} bytes"
    size, unit = count / 1_000, "kB"
    for larger in ("MB", "GB", "TB"):
        if size < 999.95:
            break
        size, unit = size / 1_000, larger
    return f"{size:.1f} {unit}"


def format_tokens(tokens_in: int | None, tokens_out: int | None) -> str:
    """Write the tokens that went in and came out; empty while there are none, or none that are known.

    >>> format_tokens(1200, 12), format_tokens(None, 12), format_tokens(1200, None)
    ('1,200 / 12', '— / 12', '1,200 / —')
    >>> format_tokens(0, 0), format_tokens(None, None)
    ('', '')
    """
    if not tokens_in and not tokens_out:
        return ""
    return " / ".join("—" if count is None else f"{count:,}" for count in (tokens_in, tokens_out))


def at_least(text: str, is_least: bool) -> str:
    """Write that a figure is the least of what it may be.

    >>> at_least("$0.02", True), at_least("$0.02", False), at_least("", True)
    ('≥ $0.02', '$0.02', '')
    """
    return f"≥ {text}" if is_least and text else text


def format_cost(dollars: float) -> str:
    """Write a cost in US dollars, with two digits that say something.

    >>> format_cost(0.0031), format_cost(0.021)
    ('$0.0031', '$0.021')
    >>> format_cost(1.416), format_cost(0.0)
    ('$1.42', '$0.00')
    """
    # Above a cent two decimals would lose the second digit; below, one more with each zero.
    decimals = 2 if dollars <= 0 else max(2, 1 - math.floor(math.log10(dollars)))
    return f"${dollars:,.{decimals}f}"


def format_share(part: int, whole: int) -> str:
    """Write a share in per cent.

    >>> format_share(128, 132)
    '97.0 %'
    >>> format_share(1, 1)
    '100 %'
    """
    share = 100 * part / whole
    return "100 %" if part == whole else f"{share:.1f} %"
