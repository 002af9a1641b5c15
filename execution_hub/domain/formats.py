"""Numbers for people: durations, token counts, costs. Pure; the examples run as tests."""


def format_duration(milliseconds: int) -> str:
    """Write a duration.

    >>> format_duration(0), format_duration(1234), format_duration(59_949)
    ('0.0 s', '1.2 s', '59.9 s')
    >>> format_duration(59_999), format_duration(184_000), format_duration(3_725_000)
    ('1 m 00 s', '3 m 04 s', '1 h 02 m')
    """
    if milliseconds < 59_950:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    if minutes < 60:
        return f"{minutes} m {seconds:02} s"
    return f"{minutes // 60} h {minutes % 60:02} m"


def format_count(count: int) -> str:
    """Write a count shortly.

    >>> format_count(612), format_count(12_400), format_count(999_950), format_count(3_200_000)
    ('612', '12.4k', '1.0M', '3.2M')
    """
    if count < 1_000:
        return str(count)
    if count < 999_950:
        return f"{count / 1_000:.1f}k"
    return f"{count / 1_000_000:.1f}M"


def format_cost(dollars: float) -> str:
    """Write a cost in US dollars, with as many digits as say something.

    >>> format_cost(0.0031), format_cost(0.021), format_cost(1.416), format_cost(0.0), format_cost(0.00001)
    ('$0.0031', '$0.021', '$1.42', '$0.00', '<$0.0001')
    """
    if dollars == 0:
        return "$0.00"
    if dollars < 0.0001:
        return "<$0.0001"
    if dollars < 0.01:
        return f"${dollars:.4f}"
    return f"${dollars:.3f}" if dollars < 1 else f"${dollars:,.2f}"


def format_share(part: int, whole: int) -> str:
    """Write a share in per cent.

    >>> format_share(128, 132), format_share(1, 1)
    ('97.0 %', '100 %')
    """
    share = 100 * part / whole
    return "100 %" if part == whole else f"{share:.1f} %"
