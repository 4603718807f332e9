"""The facts of one fictional annual report: titles, dates, prose and figures, not yet a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Literal, NamedTuple

from crawler.sample.figures import LAST_YEAR_OF_2019_FORM, Figures, Form, draw
from crawler.sample.places import County, Unit
from crawler.sample.texts import load

YEARS = range(2019, 2026)
Table = Literal["disclosure", "applications", "proceedings"]
TABLES: tuple[Table, ...] = ("disclosure", "applications", "proceedings")


class Check(NamedTuple):
    """A finding that a careful reader must make: the check's name and what it concerns."""

    check: str
    where: str


@dataclass(slots=True)
class Section:
    """One of the six sections: paragraphs before its table, the table, paragraphs after it."""

    number: int
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    table: Table | None = None
    after: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What one report says. ``period`` is the sentence that names the months covered;
    ``relabelled`` maps labels of the form to what this page prints instead; ``extra_rows`` are rows
    that no form has, by the row that they follow. ``checks`` are the findings that its mistakes
    must cause."""

    county: County
    unit: Unit
    year: int
    title: str
    published: datetime
    source: str | None
    intro: str
    period: str
    sections: list[Section]
    signatory: str | None
    signed_on: date | None
    signed_text: str | None
    draw_figures: Callable[[], Figures]
    relabelled: dict[str, str] = field(default_factory=dict)
    extra_rows: dict[str, str] = field(default_factory=dict)
    mistake: str | None = None
    checks: list[Check] = field(default_factory=list)
    _figures: Figures | None = None

    @property
    def figures(self) -> Figures:
        """All cells, drawn when first asked for: a list of titles needs none."""
        if self._figures is None:
            self._figures = self.draw_figures()
        return self._figures

    @figures.setter
    def figures(self, figures: Figures) -> None:
        self._figures = figures


def write(county: County, unit: Unit, year: int, seed: str) -> Report:
    """A report without any mistake."""
    random = Random(f"{seed} {unit.slug} {year} report")
    words = words_about(county, unit, year)
    published = _published(unit, year, random)
    signed = published.date() - timedelta(days=random.randint(0, min(12, published.day - 1)))
    signed_text = random.choice(
        [f"{signed.year}年{signed.month}月{signed.day}日"] * 3
        + [f"{signed:%Y年%m月%d日}", chinese_date(signed)]
    )
    form: Form = "2019" if year <= LAST_YEAR_OF_2019_FORM else "2021"
    prose = load("prose.yml")
    period = random.choice(prose["periods"]).format(printed=year)
    title = _title(unit, words, random)
    # Where the title has the county's name before the township's, only a signature gives its own.
    needs_signature = unit.kind in ("township", "street") and title.startswith(county.name)
    signs = random.random() < 0.85 or needs_signature
    return Report(
        county=county,
        unit=unit,
        year=year,
        title=title,
        published=published,
        source=random.choice([*prose["sources"], unit.name, unit.place]),
        intro=random.choice(prose["intros"]).format(
            **words, period=period, n=random.randint(100, 999)
        ),
        period=period,
        sections=_sections(words, random),
        signatory=unit.name if signs else None,
        signed_on=signed if signs else None,
        signed_text=signed_text if signs else None,
        draw_figures=lambda: draw(form, year, _scale(unit, seed), f"{seed} {unit.slug}"),
    )


def chinese_date(day: date) -> str:
    """二〇二二年一月二十四日"""
    digits = "〇一二三四五六七八九"
    return (
        "".join(digits[int(digit)] for digit in str(day.year))
        + f"年{_chinese(day.month)}月{_chinese(day.day)}日"
    )


def _chinese(number: int) -> str:
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones else ""
    )


def words_about(county: County, unit: Unit, year: int) -> dict[str, str]:
    """The names that the sentences of prose.yml and articles.yml leave open."""
    we = load("prose.yml")["we"][unit.kind]
    return {
        "we": "我乡" if unit.place.endswith("乡") else we,
        "name": unit.name,
        "place": unit.place,
        "county": "" if unit.kind == "government" else county.name,
        "year": str(year),
        "next": str(year + 1),
    }


def _scale(unit: Unit, seed: str) -> int:
    """About how many applications citizens send in a year: few townships ever get one."""
    random = Random(f"{seed} {unit.slug} scale")
    if unit.kind == "government":
        return 40
    return random.choice([0, 3, 8, 15] if unit.kind == "department" else [0, 0, 0, 2])


def _published(unit: Unit, year: int, random: Random) -> datetime:
    """In January, as 政府信息公开条例 第四十九条 asks of bodies; until March for the county."""
    last = 85 if unit.kind == "government" else 28
    start = datetime(year + 1, 1, 4, 8, 30)
    return start + timedelta(days=random.randint(0, last - 4), seconds=random.randint(0, 34_000))


def _title(unit: Unit, words: dict[str, str], random: Random) -> str:
    titles: list[str] = load("prose.yml")["titles"]
    if unit.kind == "department":
        titles = [title.replace("{place}", "{county}{place}", 1) for title in titles]
        titles = [title.replace("{county}{county}", "{county}") for title in titles]
    return random.choice(titles).format(**words)


def _sections(words: dict[str, str], random: Random) -> list[Section]:
    prose = load("prose.yml")
    headings: list[str] = list(load("forms.yml")["headings"])
    for number, wordings in prose["headings"].items():
        headings[number - 1] = random.choice([wordings[0], *wordings])
    sections = [Section(number, heading) for number, heading in enumerate(headings, 1)]
    for section, table in zip(sections[1:4], TABLES, strict=True):
        section.table = table
        section.paragraphs = [random.choice(prose["remarks"])] if random.random() < 0.3 else []
    numbers = {"n": random.randint(20, 400), "m": random.randint(10, 99), "k": random.randint(1, 9)}

    def choose(key: str) -> str:
        return str(random.choice(prose[key])).format(**words, **numbers)

    points = [point.format(**words, **numbers) for point in prose["points"]]
    sections[0].paragraphs = [choose("openings"), *points[: random.randint(2, 5)]]
    if random.random() < 0.2:
        sections[1].after = [prose["after_disclosure"].format(**numbers)]
    sections[4].paragraphs = [choose("problems"), choose("improvements"), choose("plans")]
    sections[5].paragraphs = [choose("others")]
    return sections
