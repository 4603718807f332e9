"""Every record of the registry, and what is said about those that are wrong."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path

import pytest
from commands import run
from rich.cells import cell_len

from crawler.families import FAMILIES
from crawler.records import read_records
from crawler.registry import (
    LEFT_OUT,
    PORTALS,
    RegistryError,
    default_registry,
    divisions,
    load_registry,
    polite_delay,
    unlisted_portal,
)

GOOD = (
    '"623027":\n  name: 夏河县\n  family: vsb\n  url: http://www.xiahe.gov.cn/\n  verified: never\n'
)


def write(tmp_path: Path, text: str, name: str = "gansu.yml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_every_record_of_the_project_can_be_read() -> None:
    for portal in default_registry():
        assert portal.name == divisions()[portal.id], portal
        assert len(portal.id) in (2, 4, 6), f"{portal}: a township has no portal of its own"
        assert portal.family is None or portal.family in FAMILIES, portal
        assert portal.verified is None or portal.verified <= datetime.date.today(), portal
        assert all(portal.owns(column) for column in portal.columns), portal
        assert portal.loopback == portal.synthetic == portal.id.startswith("99"), portal
        assert portal.id in {p.id for p in default_registry(portal.id)}, "in another file"


def test_every_file_of_records_is_of_one_province_and_in_order() -> None:
    for path in sorted(PORTALS.glob("*.yml")):
        codes = [portal.id for portal, _ in read_records(path, divisions())]
        assert codes == sorted(codes), path
        assert {code[:2] for code in codes} == {path.name[:2]}, path


def test_every_row_of_the_source_is_a_record_or_left_out_with_its_reason() -> None:
    with LEFT_OUT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["province"] and row["reason"] for row in rows)
    real = [portal for portal in default_registry() if not portal.synthetic]
    assert len(real) + len(rows) == 3215


def test_a_province_is_read_alone() -> None:
    gansu = default_registry("623027")
    assert len(gansu) == 101
    assert gansu.by_id("623027").family == "vsb"
    assert len(gansu.within("6230")) == 9
    assert len(default_registry("99")) == 1


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (GOOD.replace("family:", "famly:"), 3, "unknown key 'famly'"),
        (GOOD.replace("family:", "famly:"), 3, "did you mean 'family'?"),
        (GOOD.replace("623027", "623999"), 1, "no division has the code '623999'"),
        (GOOD.replace("family: vsb", "family: vbs"), 3, "unknown family 'vbs'"),
        (GOOD.replace("name: 夏河县", "name: 12"), 2, "'name' of 623027 must be a text"),
        (GOOD.replace("name: 夏河县", "name: ''"), 2, "'name' of 623027 must be a text"),
        (GOOD.replace("http://www.xiahe.gov.cn/", "www.xiahe.gov.cn"), 4, "is not the address"),
        (GOOD.replace("http:", "ftp:"), 4, "is not the address of a home page"),
        (GOOD.replace("  name: 夏河县\n", ""), 1, "lacks the key 'name'"),
        (GOOD.replace("  verified: never\n", ""), 1, "lacks the key 'verified'"),
        (GOOD.replace("never", "2026-13-01"), 5, "'verified' of 623027 must be a date"),
        (GOOD.replace("www.xiahe.gov.cn", "127.0.0.1"), 4, "only synthetic portals lie on loop"),
        (GOOD + "  hosts: xh.gov.cn\n", 6, "'hosts' of 623027 must be a list"),
        (GOOD + "  hosts: [http://xh.gov.cn/]\n", 6, "is no host name"),
        (GOOD + "  hosts: [10.0.0.8:8080]\n", 6, "is no public address"),
        (GOOD + "  tls: old\n", 6, "'tls' of 623027 must be a mapping like"),
        (GOOD + "  tls: {cipher: old}\n", 6, "did you mean 'ciphers'?"),
        (GOOD + "  tls: {ciphers: new}\n", 6, "can only be old"),
        (GOOD + "  expect: {reports: {min: 9, max: 3}}\n", 6, "'min' of 623027 is larger"),
        (GOOD + "  expect: {reports: {min: -9}}\n", 6, "must be a number"),
        (GOOD + "  columns:\n    http://www.xiahe.gov.cn/a: news\n", 7, "not news"),
        (GOOD + "  columns:\n    /a.htm: reports\n", 7, "is no address"),
        (GOOD + "  columns:\n    http://xh.gov.cn/a: reports\n", 7, "xh.gov.cn is no host of"),
        (GOOD + "  name: 夏河\n", 6, "the key 'name' stands twice"),
        (GOOD + GOOD, 6, "division 623027 has a portal already"),
        (GOOD + "  synthetic: true\n", 1, "codes that begin with 99 are synthetic"),
        (GOOD + "  synthetic: perhaps\n", 6, "must be true or false"),
        ('"623027": 夏河县\n', 1, "the record of 623027 has no keys"),
        ("- 623027\n", 1, "records are wanted"),
        (GOOD + "  note: [a\n", 7, "did not find"),
        (
            GOOD + GOOD.replace("623027", "623026"),
            6,
            "xiahe.gov.cn is the portal of 623027 already",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(RegistryError) as error:
        load_registry([path])
    message = str(error.value)
    assert message.startswith(f"{path}:{line}: ")
    assert says in message
    assert "\n" not in message


def test_an_empty_file_is_an_empty_registry(tmp_path: Path) -> None:
    assert len(load_registry([write(tmp_path, "# nothing yet\n")])) == 0


def test_records_of_one_division_in_two_files_are_a_mistake(tmp_path: Path) -> None:
    first, second = write(tmp_path, GOOD), write(tmp_path, GOOD, "sichuan.yml")
    with pytest.raises(RegistryError, match=r"sichuan\.yml:1: division 623027 has a portal"):
        load_registry([first, second])


def test_a_code_without_a_portal_is_said_so() -> None:
    with pytest.raises(RegistryError, match="no portal '999999' in the registry"):
        default_registry().by_id("999999")
    with pytest.raises(RegistryError, match="lies in 北京市"):
        default_registry("99").within("11")
    with pytest.raises(RegistryError, match="no division has the code '77'"):
        default_registry().within("77")


def test_a_portal_is_found_by_an_address_on_its_host() -> None:
    registry = default_registry()
    for url in ("http://www.xiahe.gov.cn/info/1.htm", "https://xiahe.gov.cn/"):
        found = registry.by_url(url)
        assert found is not None
        assert found.id == "623027"
    assert registry.by_url("http://xiahe.gov.cn.example.com/") is None
    assert registry.by_url("http://old.xiahe.gov.cn/") is None


def test_a_record_says_what_else_is_known_of_a_portal(tmp_path: Path) -> None:
    text = GOOD + (
        "  hosts: [xxgk.xiahe.gov.cn]\n"
        "  tls: {ciphers: old, verify: false}\n"
        "  expect: {reports: {min: 20, max: 60}}\n"
        "  columns:\n"
        "    http://xxgk.xiahe.gov.cn/zfxxgknb.htm: reports\n"
    )
    (portal,) = load_registry([write(tmp_path, text.replace("never", "2026-01-31"))])
    assert portal.owns("https://xxgk.xiahe.gov.cn/a")
    assert not portal.owns("http://other.xiahe.gov.cn/")
    assert portal.tls == (True, False)
    assert portal.expect == (20, 60)
    assert portal.columns == {"http://xxgk.xiahe.gov.cn/zfxxgknb.htm": "reports"}
    assert portal.to_json()["verified"] == "2026-01-31"


def test_a_portal_without_a_record_is_known_by_its_host() -> None:
    portal = unlisted_portal("http://127.0.0.1:8000", "623027")
    assert (portal.id, portal.url) == ("127.0.0.1:8000", "http://127.0.0.1:8000/")
    assert (portal.name, portal.division, portal.family) == ("夏河县", "623027", None)
    with pytest.raises(RegistryError, match="no division has the code '1'"):
        unlisted_portal("http://127.0.0.1:8000/", "1")
    for url in ("127.0.0.1", "file:///etc/passwd", "http://", "http://a:b:c/", "http://u:p@h/"):
        with pytest.raises(RegistryError, match="is not the address of a home page"):
            unlisted_portal(url)


def test_only_portals_on_loopback_may_be_asked_fast() -> None:
    real = default_registry().by_id("623027")
    local = unlisted_portal("http://127.0.0.1:8000/")
    assert polite_delay(real, None, 1.5) == 1.5
    assert polite_delay(real, 1.0, 1.5) == 1.0
    assert polite_delay(local, None, 1.5) == 0
    assert polite_delay(local, 0.1, 1.5) == 0.1
    with pytest.raises(ValueError, match=r"a delay of 0\.9 s is too short for xiahe\.gov\.cn"):
        polite_delay(real, 0.9, 1.5)


def test_the_list_is_aligned_and_counted() -> None:
    shown = run("portals", "list", "--division", "6230")
    head, *lines = shown.stdout.splitlines()
    assert len(lines) == 9
    assert lines[-1].split() == [
        *("623027", "甘肃省", "甘南藏族自治州", "夏河县", "vsb", "never"),
        "http://www.xiahe.gov.cn/",
    ]
    starts = {cell_len(line[: line.index("http")]) for line in lines}
    assert starts == {cell_len(head[: head.index("home page")])}
    assert shown.stderr.startswith("9 portals (counties 8, prefectures 1); verified 0; family ")


def test_what_has_no_record_is_said_in_its_province() -> None:
    said = run("portals", "list", "--division", "46").stderr
    assert (
        "2 places of the source have no record (西沙区、南沙区): data/portals/left_out.csv" in said
    )


def test_a_record_is_shown_as_it_stands_in_its_file() -> None:
    shown = run("portals", "show", "623027").stdout
    assert shown.startswith("# 甘肃省 › 甘南藏族自治州 › 夏河县, data/portals/62-gansu.yml\n")
    assert '"623027":\n  name: 夏河县\n  family: vsb\n' in shown
    assert json.loads(run("portals", "show", "623027", "--json").stdout)["name"] == "夏河县"
