"""What is called a page and what is not. All pages are synthetic."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipelines.archive.outcome import judge, load_rules

PAGES = Path(__file__).parent / "pages"
HTML = [(b"Content-Type", b"text/html; charset=utf-8")]
PARAGRAPH = (
    "<p>2023年,石坪镇人民政府认真贯彻落实《中华人民共和国政府信息公开条例》,主动公开政府信息。</p>"
)
NAVIGATION = "".join(f"<li><a href='/col{n}/'>第{n}个栏目</a></li>" for n in range(60))


def report(extra: str = "") -> str:
    """A report page of a fictional town with something strange in it."""
    return (
        "<html><head><title>石坪镇2023年政府信息公开工作年度报告</title></head><body>"
        f"<ul>{NAVIGATION}</ul><h1>石坪镇2023年政府信息公开工作年度报告</h1>{extra}{PARAGRAPH * 12}"
        "</body></html>"
    )


def page(content: str, title: str = "石坪县人民政府") -> str:
    return f"<html><head><title>{title}</title></head><body>{content}</body></html>"


def outcome(body: str | bytes, status: int = 200, headers: list[tuple[bytes, bytes]] = HTML) -> str:
    raw = body if isinstance(body, bytes) else body.encode()
    return judge(status, headers, raw)[0]


@pytest.mark.parametrize(
    "words",
    [
        "我镇共收到申请3件,其中因政府信息不存在或已删除无法提供1件。",
        "网站改版后页面不存在的问题得到整改,点击后3秒后返回首页的错误链接已清理。",
        "平台登录需请输入验证码,并完成安全验证,密码不得外泄。",
        "全年网站防火墙拦截攻击12次,异常请求已被拦截,访问被拒绝的情况为0。",
        "<script>if(!ok){alert('您访问的页面不存在');location.href='/404.html';}</script>",
        "<script>window.$_ts=window.$_ts||{};document.cookie='a=1'</script>",
        "<form>用户登录 <input type=password></form>",
        "<a name=top>原链接的页面不存在。",
    ],
)
def test_report_with_telltale_words_is_a_page(words: str) -> None:
    assert judge(200, HTML, report(words).encode()) == ("page", None)


def test_no_golden_page_is_taken_for_anything_else() -> None:
    pages = [path for path in PAGES.glob("*/page.*") if path.suffix in (".html", ".txt", ".md")]
    assert len(pages) > 100
    taken = {path: judge(200, HTML[:0], path.read_bytes()) for path in pages}
    assert set(taken.values()) == {("page", None)}, taken


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    "body",
    [
        page("您访问的页面不存在"),
        page("您访问的页面不存在,3秒后返回"),
        page("抱歉!您访问的网页已被删除、更名或暂时不可用"),
        page("<div>对不起,页面不存在或已删除!</div><p>3秒后返回<a href='/'>首页</a></p>"),
        page(f"<ul>{NAVIGATION}</ul><p>该信息不存在或已删除</p><p>地址:石坪县</p>"),
        page(f"{NAVIGATION}{PARAGRAPH * 12}", title="404错误页面"),
    ],
)
def test_page_that_says_it_is_not_there(body: str, encoding: str) -> None:
    found, evidence = judge(200, [(b"content-type", b"text/html")], body.encode(encoding))
    assert found == "soft 404"
    assert evidence


@pytest.mark.parametrize("status", [404, 410])
def test_gone_whatever_the_page_says(status: int) -> None:
    assert judge(status, HTML, report().encode()) == ("gone", f"answered {status}")


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (412, HTML, page("<script>var a=1</script>")),
        (403, HTML, page("403 Forbidden")),
        (468, HTML, ""),
        (
            521,
            [(b"Set-Cookie", b"__jsluid_s=0f1e; max-age=31536000; path=/")],
            "<script>x</script>",
        ),
        (512, HTML, "<script>document.cookie='__jsl_clearance_s=1'</script>"),
        (503, HTML, page("<h1>网站防火墙</h1>您的请求存在异常,已被拦截")),
        (405, HTML, page("很抱歉,由于您访问的URL有可能对网站造成安全威胁,您的访问被阻断。")),
        (202, HTML, page("<script>$_ts=window['$_ts']" + ";var z=1" * 900 + "</script>")),
        (200, HTML, page("<div id=app></div>" + "<script>window.x=1</script>" * 90)),
        (200, HTML, page("<div id='app'>正在加载...</div><noscript>no JavaScript</noscript>")),
        (200, HTML, page("正在验证您的浏览器,请稍候" + f"<script>{'x=1;' * 600}</script>")),
        (200, HTML, page("境外IP禁止访问本站")),
        (200, HTML, "<html><script>" + "a=1;" * 250 + "</script></html>"),
        (200, HTML, "<script>document.cookie='t=1';location.href='/';</script>"),
        (200, HTML, page("<p>请输入验证码</p><img src=/captcha><input name=code>")),
        (200, HTML, page("<form>用户登录<input name=u><input type='password'></form>")),
    ],
)
def test_walls_are_blocked(status: int, headers: list[tuple[bytes, bytes]], body: str) -> None:
    found, evidence = judge(status, headers, body.encode())
    assert found == "blocked"
    assert evidence


@pytest.mark.parametrize(
    ("status", "body", "expected", "evidence"),
    [
        (200, "", "error", "empty page"),
        (200, page("<div id=main></div>"), "error", "empty page"),
        (204, "", "error", "empty page"),
        (200, page("网站维护中,请稍后访问"), "error", "the page says only: 网站维护中"),
        (500, report(), "error", "answered 500"),
        (521, page("origin is down"), "error", "answered 521"),
        (503, page("Service Unavailable"), "error", "answered 503"),
        (304, "", "error", "answered 304"),
        (302, "", "error", "answered 302"),
        (400, page("Bad Request"), "error", "answered 400"),
    ],
)
def test_errors_have_their_evidence(status: int, body: str, expected: str, evidence: str) -> None:
    found, said = judge(status, HTML, body.encode())
    assert found == expected
    assert said is not None
    assert said.startswith(evidence)


@pytest.mark.parametrize(
    "body",
    [
        "<div>暂无相关信息</div><script>var o={pageCount:0};</script>",
        '{"success":true,"data":{"html":"<ul></ul><script>render({rows:15})</script>"}}',
        'cb({"data":{"html":"<script>1</script>"}})',
    ],
)
def test_a_list_without_rows_as_a_script_gets_it_is_a_page(body: str) -> None:
    assert judge(200, HTML, body.encode()) == ("page", None)


def test_redirects_name_their_target() -> None:
    away = [(b"Location", "/信息公开/".encode("gb18030"))]
    assert judge(302, away, b"") == ("redirect", "answered 302 to /信息公开/")
    refresh = '<meta http-equiv="Refresh" content="0; URL=/Web/Index.htm">'
    assert judge(200, HTML, refresh.encode()) == (
        "redirect",
        "the page refreshes to /Web/Index.htm",
    )
    script = "<html><script>window.location.href = '/zfxxgk/Index.html';</script></html>"
    assert judge(200, HTML, script.encode()) == (
        "redirect",
        "a script sends the reader to /zfxxgk/Index.html",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.4 \x00 401 \xe9\xa1\xb5",
        b"PK\x03\x04\x14\x00\x06\x00",
        b"User-agent: *\nDisallow: /admin/\n",
        page("<frame src='/main.htm'><script>a=1</script>").encode(),
        page("<a href='/x.pdf'>石坪镇2023年报告</a>").encode(),
        page("<p>本栏目暂无内容</p>").encode(),
    ],
)
def test_small_and_other_files_are_pages(body: bytes) -> None:
    assert judge(200, [(b"content-type", b"application/octet-stream")], body) == ("page", None)


@pytest.mark.parametrize(
    "piece", [b"<a <", b"<script", b"<!--", b"<meta ", b"<input ", b"<div>", b"<a href=x>"]
)
def test_hostile_page_is_judged_in_no_time(piece: bytes) -> None:
    started = time.monotonic()
    judge(200, HTML, "页面不存在".encode() + piece * (190_000 // len(piece)))
    assert time.monotonic() - started < 2  # a quadratic rule would take minutes


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("{name: a, outcome: nonsense, when: {}, evidence: x, reason: y}", "no outcome 'nonsense'"),
        ("{name: a, outcome: gone, when: {colour: red}, evidence: x, reason: y}", "colour"),
        ("{name: a, outcome: gone, when: {says: [b]}, evidence: x, reason: y}", "max_prose"),
        ("{name: a, outcome: gone, when: {}, evidence: x}", "reason"),
    ],
)
def test_wrong_rule_is_named(tmp_path: Path, rule: str, complaint: str) -> None:
    path = tmp_path / "outcomes.yml"
    path.write_text(f"rules: [{rule}]")
    with pytest.raises(ValueError, match=r"outcomes.yml, rule a") as error:
        load_rules(path)
    assert complaint in str(error.value)
