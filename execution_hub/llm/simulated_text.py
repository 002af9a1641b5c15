"""What the simulated model says: markdown that says so at once, and reflects what it was asked."""

import random
import re

QUOTE_MAX = 300
RESULT_MAX = 2_000
_WORD = re.compile(r"[^\W\d_]{4,}")
_CHINESE = re.compile(r"[㐀-鿿]")

_ENGLISH = {
    "head": "**Simulated answer.** No model was called; this text shows how a real one would stream.",
    "asked": "You asked:",
    "told": "The agent's prompt begins: “{}”",
    "counts": "Words in your input: {words}; characters: {characters}.",
    "how": "### How I would go about it",
    "next": "### Next step",
    "last": (
        "Set `ANTHROPIC_API_KEY`, choose a Claude model in the agent, and press *Test* again to compare. "
        "Until then this agent works offline and costs nothing."
    ),
    "topic": "the question",
    "call": "Simulated: I call the tool `{}`.",
    "result": "The tool `{}` answered:",
    "nothing": "(nothing)",
}
_CHINESE_WORDS = {
    "head": "**模拟回答。** 没有调用任何模型；这段文字只演示真实模型会如何流式输出。",
    "asked": "你的问题：",
    "told": "智能体提示词的开头：“{}”",
    "counts": "输入共有 {characters} 个字符。",
    "how": "### 我会这样处理",
    "next": "### 下一步",
    "last": (
        "设置 `ANTHROPIC_API_KEY`，为智能体选择一个 Claude 模型，再点一次“测试”即可比较。"
        "在此之前，它离线运行，不产生费用。"
    ),
    "topic": "这个问题",
    "call": "模拟：我来调用工具 `{}`。",
    "result": "工具 `{}` 的回答：",
    "nothing": "（没有内容）",
}
_ENGLISH_STEPS = (
    "**Clarify** what a good answer about {} looks like, and for whom.",
    "**Collect** the facts on {} that can be checked, and note what is missing.",
    "**Compare** two or three ways to handle {}, with one argument against each.",
    "**Decide** on {} by the one criterion that matters most, and say which it is.",
    "**Draft** a first version about {}, short enough to read in a minute.",
    "**Check** the draft against the input: is {} really covered?",
    "**List** the open questions around {}, most important first.",
    "**Try** it with one small example of {} before doing the rest.",
)
_CHINESE_STEPS = (
    "**明确**：关于{}，什么样的回答才算好，是给谁看的。",
    "**收集**：整理关于{}的可核实事实，并记下缺少的部分。",
    "**比较**：列出处理{}的两三种办法，各写一条反对理由。",
    "**决定**：用最重要的一条标准来判断{}，并说明是哪一条。",
    "**起草**：先写一版关于{}的短文，一分钟内可以读完。",
    "**核对**：对照输入检查一遍，{}是否真的讲清楚了。",
    "**提问**：按重要程度列出关于{}的未解问题。",
    "**试行**：先拿{}的一个小例子试一试，再做其余部分。",
)
_STEPS_SHORT, _STEPS_LONG = 4, 60


def count_chinese(text: str) -> int:
    """Count the Chinese characters of a text.

    >>> count_chinese("Say 你好")
    2
    """
    return len(_CHINESE.findall(text))


def is_mostly_chinese(text: str) -> bool:
    """Tell whether more of a text's letters are Chinese than not.

    >>> is_mostly_chinese("请总结 this 报告"), is_mostly_chinese("Translate 你好")
    (True, False)
    """
    chinese = count_chinese(text)
    # One character says as much as some two letters.
    return chinese > 0 and 2 * chinese >= sum(character.isalpha() for character in text) - chinese


def name_call(asked: str, name: str) -> str:
    """Say which tool is called.

    Args:
        asked: The input on one line.
        name: The tool's name.
    """
    return (_CHINESE_WORDS if is_mostly_chinese(asked) else _ENGLISH)["call"].format(name)


def compose(
    asked: str,
    system_prompt: str,
    chance: random.Random,
    *,
    is_long: bool,
    result: tuple[str, str] | None = None,
) -> str:
    """Write an answer.

    Args:
        asked: The input on one line, without directives.
        system_prompt: What the agent was told.
        chance: Decides among the phrases; the same chance gives the same text.
        is_long: Whether to write some ten times as much.
        result: The tool that was called last and what it said; then that is the answer.
    """
    chinese = is_mostly_chinese(asked)
    say = _CHINESE_WORDS if chinese else _ENGLISH
    parts = [say["head"]]
    if asked:
        parts.append(f"{say['asked']}\n\n> {_shorten(asked, QUOTE_MAX)}")
    if result is not None:
        name, said = result
        parts.append(f"{say['result'].format(name)}\n\n{_fenced(_shorten(said, RESULT_MAX) or say['nothing'])}")
        if not is_long:
            return "\n\n".join(parts)
    told = system_prompt.strip().partition("\n")[0]
    counts = say["counts"].format(words=len(asked.split()), characters=len(asked))
    parts.append(f"{say['told'].format(_shorten(told, 80))} {counts}" if told else counts)
    parts.append(say["how"])
    parts.append(
        _steps(_topics(asked, say["topic"], chinese), chance, chinese, _STEPS_LONG if is_long else _STEPS_SHORT)
    )
    parts.append(f"{say['next']}\n\n{say['last']}")
    return "\n\n".join(parts)


def _fenced(text: str) -> str:
    """Return a text letter by letter in markdown: between marks that are longer than any in it."""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _steps(topics: list[str], chance: random.Random, chinese: bool, count: int) -> str:
    phrases = list(_CHINESE_STEPS if chinese else _ENGLISH_STEPS)
    chosen: list[str] = []
    while len(chosen) < count:
        chosen += chance.sample(phrases, len(phrases))
    lines = [f"{number}. {phrase.format(chance.choice(topics))}" for number, phrase in enumerate(chosen[:count], 1)]
    return "\n".join(lines)


def _topics(asked: str, otherwise: str, chinese: bool) -> list[str]:
    """Pick words of the input worth naming again: the longest, in the order they came."""
    if chinese:
        return [otherwise]
    words = list(dict.fromkeys(word.lower() for word in _WORD.findall(asked) if len(word) < 24))
    best = set(sorted(words, key=lambda word: (-len(word), word))[:4])
    return [f"*{word}*" for word in words if word in best] or [otherwise]


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit].rstrip()}…"
