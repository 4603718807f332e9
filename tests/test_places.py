"""Publishers by name: their full name, kind and division. Real places, which the lists hold."""

from __future__ import annotations

import pytest

from pipelines.reading.places import Place, Places, Publisher
from pipelines.reading.publisher import check_publisher, choose_publisher
from pipelines.reading.titles import organ_in_title

XIAHE = "623027"  # 夏河县; its townships are listed in data/divisions.csv


@pytest.fixture(scope="module")
def places() -> Places:
    return Places.load()


@pytest.mark.parametrize(
    ("name", "publisher"),
    [
        ("科才镇人民政府", ("科才镇人民政府", "township", "623027107")),
        ("科才镇", ("科才镇人民政府", "township", "623027107")),
        ("科才镇政府", ("科才镇人民政府", "township", "623027107")),
        ("夏河县科才镇", ("夏河县科才镇人民政府", "township", "623027107")),
        # It was 科才乡 until it became a town, and no other 科才 is in the county.
        ("科才乡人民政府", ("科才乡人民政府", "township", "623027107")),
        ("科才镇人民政府办公室", ("科才镇人民政府办公室", "township", "623027107")),
        ("夏河县教育局", ("夏河县教育局", "department", XIAHE)),
        ("县教育局", ("县教育局", "department", XIAHE)),
        ("教育局", ("教育局", "department", XIAHE)),
        ("夏河县人民政府办公室", ("夏河县人民政府办公室", "department", XIAHE)),
        ("夏河县", ("夏河县人民政府", "government", XIAHE)),
        ("夏河县政府", ("夏河县人民政府", "government", XIAHE)),
        ("夏河县人民医院", ("夏河县人民医院", "other", XIAHE)),
        ("科才镇中心卫生院", ("科才镇中心卫生院", "other", "623027107")),
        # Its own name says where it is, wherever it is published.
        ("卓尼县柳林镇人民政府", ("卓尼县柳林镇人民政府", "township", "623022100")),
        # 柳林镇 and 城关镇 are towns elsewhere: nothing is guessed across counties.
        ("柳林镇人民政府", ("柳林镇人民政府", "township", None)),
        ("城关镇", ("城关镇人民政府", "township", None)),
        ("鼓楼区教育局", ("鼓楼区教育局", "department", None)),
    ],
)
def test_on_the_portal_of_a_county(
    places: Places, name: str, publisher: tuple[str, str, str | None]
) -> None:
    assert places.resolve(name, XIAHE) == publisher


@pytest.mark.parametrize(
    ("name", "publisher"),
    [
        ("湖镇镇政府", ("湖镇镇人民政府", "township", "330825101")),
        ("龙游经济开发区湖镇镇人民政府", ("龙游经济开发区湖镇镇人民政府", "township", "330825101")),
        ("龙游县湖镇镇", ("龙游县湖镇镇人民政府", "township", "330825101")),
    ],
)
def test_a_town_whose_name_ends_like_its_kind(
    places: Places, name: str, publisher: tuple[str, str, str]
) -> None:
    assert places.resolve(name, "330825") == publisher


@pytest.mark.parametrize(
    ("name", "division"),
    [
        ("夏河县科才镇人民政府", "623027107"),
        ("石家庄市桥西区中山街道办事处", "130104002"),
        ("桥西区中山街道办事处", None),  # two cities have a 桥西区
        ("益阳市赫山区衡龙桥镇", "430903113"),
        ("中山市古镇镇人民政府", "442000105"),
        ("扎赉特旗宝力根花苏木", "152223202"),
        ("临夏州永靖县", "622923"),
        ("甘肃省甘南州夏河县教育局", XIAHE),
        ("民和县教育局", "630222"),  # 民和回族土族自治县
        ("城关镇人民政府", None),
        ("教育局", None),
    ],
)
def test_without_a_portal_only_a_full_chain_counts(
    places: Places, name: str, division: str | None
) -> None:
    assert places.resolve(name).division == division


def test_on_the_portal_of_a_prefecture(places: Places) -> None:
    gannan, shijiazhuang = "6230", "1301"
    assert places.resolve("夏河县教育局", gannan).division == XIAHE
    assert places.resolve("科才镇人民政府", gannan).division == "623027107"
    assert places.resolve("甘南州教育局", gannan).division == gannan
    assert places.resolve("县教育局", gannan).division is None
    assert places.resolve("桥西区中山街道办事处", shijiazhuang).division == "130104002"


def test_a_county_that_was_renamed_is_known_on_its_own_portal(places: Places) -> None:
    assert places.resolve("湟中县田家寨镇人民政府", "630106").division == "630106100"
    assert places.resolve("湟中县教育局", "630106").division == "630106"


def test_a_stem_that_two_towns_share_is_not_resolved() -> None:
    places = Places(
        [
            Place("99", "云川省", "province"),
            Place("9901", "云川市", "prefecture"),
            Place("990101", "云川县", "county"),
            Place("990101100", "石桥镇", "township"),
            Place("990101001", "石桥街道", "township"),
        ]
    )
    assert places.resolve("石桥乡人民政府", "990101").division is None
    assert places.resolve("石桥街道", "990101") == ("石桥街道办事处", "street", "990101001")


def test_an_unknown_portal_resolves_nothing_by_itself(places: Places) -> None:
    assert places.resolve("教育局", "000000").division is None
    assert places.government_of("000000") is None


@pytest.mark.parametrize(
    ("signatory", "title", "organ", "name"),
    [
        ("科才镇人民政府", "夏河县2021年政府信息公开工作年度报告", None, "科才镇人民政府"),
        (None, "科才镇2021年政府信息公开工作年度报告", None, "科才镇人民政府"),
        ("镇人民政府", "科才镇2021年政府信息公开工作年度报告", None, "科才镇人民政府"),
        ("办公室", "夏河县教育局2021年政府信息公开工作年度报告", None, "夏河县教育局"),
        ("教育局", "夏河县教育局2021年政府信息公开工作年度报告", None, "夏河县教育局"),
        (None, "2021年政府信息公开工作年度报告", "科才镇", "科才镇人民政府"),
        (None, "2021年政府信息公开工作年度报告", None, "夏河县人民政府"),
        (None, None, None, "夏河县人民政府"),
        # A copy of a portal put its advertisement where the county's name had been.
        (
            None,
            "某某官网入口·(中国)官方网站卫生健康局2020年度政府信息公开工作报告",
            None,
            "夏河县人民政府",
        ),
    ],
)
def test_signature_before_title_before_the_portal(
    places: Places, signatory: str | None, title: str | None, organ: str | None, name: str
) -> None:
    assert choose_publisher(signatory, title, XIAHE, places, organ)[0] == name


def test_a_page_that_names_nobody_on_no_portal_has_no_publisher(places: Places) -> None:
    assert choose_publisher(None, None, None, places) == (None, None, None)


def test_publishers_can_be_unpacked(places: Places) -> None:
    assert places.government_of(XIAHE) == Publisher("夏河县人民政府", "government", XIAHE)
    assert places.government_of("623027107") == Publisher("科才镇人民政府", "township", "623027107")


@pytest.mark.parametrize(
    ("signatory", "titled", "differ"),
    [
        ("科才镇人民政府", "科才镇", False),
        ("科才乡人民政府", "夏河县科才镇", False),
        ("科才镇党政综合办公室", "科才镇", False),
        ("中共科才镇委员会", "科才镇人民政府", False),
        ("夏河县人民政府办公室", "夏河县", False),
        ("夏河县政务服务中心", "夏河县人民政府", False),
        ("县卫健局", "夏河县卫生健康局", False),
        ("夏河县住房和城乡建设局", "夏河县住建局", False),
        ("办公室", "夏河县教育局", False),
        ("柳林镇人民政府", "科才镇", True),
        ("夏河县人民政府", "科才镇", True),
        ("夏河县教育局", "夏河县卫生健康局", True),
        ("卓尼县教育局", "夏河县教育局", True),
    ],
)
def test_title_and_signature_of_two_organs(
    places: Places, signatory: str, titled: str, differ: bool
) -> None:
    title = f"{titled}2021年政府信息公开工作年度报告"
    found = check_publisher(signatory, title, None, XIAHE, places)
    assert [finding.check for finding in found] == ["publisher.disagrees"] * differ


@pytest.mark.parametrize(
    ("division", "portal", "elsewhere"),
    [
        ("623027107", XIAHE, False),
        ("6230", XIAHE, False),  # a report of the prefecture, reprinted by its county
        (XIAHE, "6230", False),
        (None, XIAHE, False),
        (XIAHE, None, False),
        ("623022100", XIAHE, True),
    ],
)
def test_a_publisher_outside_the_division_of_the_portal(
    places: Places, division: str | None, portal: str | None, elsewhere: bool
) -> None:
    found = check_publisher(None, None, division, portal, places)
    assert [finding.check for finding in found] == ["publisher.elsewhere"] * elsewhere


@pytest.mark.parametrize(
    ("title", "organ"),
    [
        ("【政府信息公开年报】科才镇2021年政府信息公开工作年度报告", "科才镇"),
        ("科才镇政府信息公开工作年度报告（2021年度）", "科才镇"),
        ("2021年度政府信息公开工作年度报告（夏河县教育局）", "夏河县教育局"),
        ("夏河县水务局关于报送2021年政府信息公开工作年度报告的报告", "夏河县水务局"),
        ("科才镇2021年1月1日至12月31日政府信息公开工作年度报告", "科才镇"),
        ("科才镇21年政府信息公开工作年度报告", "科才镇"),
        ("国家税务总局夏河县税务局2021年政府信息公开工作年度报告", "国家税务总局夏河县税务局"),
    ],
)
def test_the_organ_of_a_title(title: str, organ: str) -> None:
    assert organ_in_title(title) == organ
