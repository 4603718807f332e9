"""What our readers and judges say of their own accord is said in Chinese too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from pipelines.reasons import reason_zh

ROOT = Path(__file__).resolve().parent.parent


def said() -> Iterator[str]:
    """Every evidence of an outcome, and every sentence that code gives for what is not there or
    cannot be read, with something in the place of what varies."""
    rules = (ROOT / "data" / "outcomes.yml").read_text("utf-8")
    for evidence in re.findall(r'^ +evidence: "?(.+?)"?$', rules, re.MULTILINE):
        yield re.sub(r"\{\w+\}", "7", evidence)
    for file in (ROOT / "pipelines").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            if node.func.id in ("Unreadable", "Missing") and (sentence := literal(node.args[0])):
                yield sentence


def literal(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "7"
        for part in parts
        if isinstance(node, ast.JoinedStr | ast.Constant)
    )


def test_every_reason_of_ours_is_said_in_chinese() -> None:
    sentences = list(said())
    assert len(sentences) > 60
    assert [
        sentence for sentence in sentences if not re.search("[一-鿿]", reason_zh(sentence))
    ] == []
    assert [sentence for sentence in sentences if reason_zh(sentence).startswith("“")] == []


def test_what_the_page_says_is_quoted() -> None:
    assert reason_zh("the page asks for a captcha: 请输入验证码") == (
        "页面要求填写验证码（“请输入验证码”）"
    )
    assert reason_zh("answered 404") == "服务器应答 404"
    assert reason_zh("something else") == "“something else”"


def test_every_line_of_the_data_can_be_filled() -> None:
    lines = yaml.safe_load((ROOT / "data" / "reasons.yml").read_text("utf-8"))
    for english, chinese in lines.items():
        assert set(re.findall(r"\{\w+\}", chinese)) == set(re.findall(r"\{\w+\}", english)), english
