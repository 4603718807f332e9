"""The mistakes that real annual reports carry. Each changes a report that was right, and notes the
findings that a careful reader must then make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crawler.sample.figures import Cell, applicants, draw, results
from crawler.sample.reports import TABLES, Check, Report, Table, words_about
from crawler.sample.texts import load

Change = Callable[[Report, Random], None]


@dataclass(frozen=True, slots=True)
class Mistake:
    """``fits`` says which reports can carry it."""

    name: str
    change: Change
    fits: Callable[[int, str], bool]

    def make(self, report: Report, random: Random) -> None:
        report.mistake = self.name
        self.change(report, random)


def _always(year: int, kind: str) -> bool:
    return True


def _in_2021_form(year: int, kind: str) -> bool:
    return year >= 2021


def _in_2019_form(year: int, kind: str) -> bool:
    return year <= 2020


def _just_after_the_change(year: int, kind: str) -> bool:
    return year in (2021, 2022)


def _some_years_ago(year: int, kind: str) -> bool:
    return year <= 2023


def _departments(year: int, kind: str) -> bool:
    return kind == "department" and year >= 2021


def _words(report: Report) -> dict[str, str]:
    return words_about(report.county, report.unit, report.year)


def _add(report: Report, *cells: str) -> None:
    for cell in cells:
        report.figures.add(f"applications.{cell}", 1)


def unbalanced(report: Report, random: Random) -> None:
    """What was received and carried over is not what was closed and carried forward."""
    _add(report, "carried_forward.natural_person", "carried_forward.total")
    report.checks += [
        Check("applications.balance", column) for column in ("natural_person", "total")
    ]


def sum_of_outcomes(report: Report, random: Random) -> None:
    """（七）总计 is not the sum of the outcomes above it, and so the column does not balance."""
    _add(report, "total.business", "total.total")
    for column in ("business", "total"):
        report.checks += [
            Check("applications.outcomes", column),
            Check("applications.balance", column),
        ]


def sum_of_applicants(report: Report, random: Random) -> None:
    """总计 of one row is not the sum of its applicants."""
    _add(report, "received.total")
    report.checks += [
        Check("applications.applicants", "received"),
        Check("applications.balance", "total"),
    ]


def sum_of_results(report: Report, random: Random) -> None:
    """总计 of one route of proceedings is not the sum of its results."""
    route = random.choice(list(load("forms.yml")["routes"]))
    report.figures.add(f"proceedings.{route}.total", 2)
    report.checks.append(Check("proceedings.results", route))


def _instead_of_zeros(report: Report, tables: tuple[Table, ...], raw: str, absence: str) -> None:
    for name, cell in report.figures.cells.items():
        if cell.value == 0 and name.split(".")[0] in tables:
            report.figures.cells[name] = Cell(raw, None, absence)


def blanks(report: Report, random: Random) -> None:
    """Cells with nothing to report are left empty."""
    _instead_of_zeros(report, ("applications",), "", "blank")


def strokes(report: Report, random: Random) -> None:
    """Cells with nothing to report are struck out."""
    _instead_of_zeros(report, TABLES, random.choice(["/", "—", "-", "／"]), "dash")


def words(report: Report, random: Random) -> None:
    """Cells with nothing to report say so in words."""
    _instead_of_zeros(report, ("disclosure",), "无", "word")


def _unreadable(report: Report, name: str, raw: str) -> None:
    report.figures.cells[name] = Cell(raw, None, "unreadable")
    report.checks.append(Check("cell.unreadable", name))


def mistyped(report: Report, random: Random) -> None:
    """A letter o stands for a zero."""
    _unreadable(report, "applications.granted.natural_person", "1o")


def elsewhere(report: Report, random: Random) -> None:
    """A cell sends the reader to an attachment."""
    item = random.choice(["licences", "penalties"])
    _unreadable(report, f"disclosure.{item}.decisions", "见附件")


def without_others(report: Report, random: Random) -> None:
    """The last section is missing."""
    del report.sections[5]
    report.checks.append(Check("sections.missing", "remarks"))


def without_problems(report: Report, random: Random) -> None:
    """The fifth section is missing; its number is given to the sixth."""
    del report.sections[4]
    report.sections[4].number = 5
    report.checks.append(Check("sections.missing", "problems"))


def _without_table(report: Report, table: Table, sentence: str) -> None:
    section = next(section for section in report.sections if section.table == table)
    section.table = None
    section.paragraphs = [str(load("prose.yml")[sentence]).format(**_words(report))]
    for name in list(report.figures.cells):
        if name.startswith(table):
            del report.figures.cells[name]
    report.checks.append(Check("tables.missing", table))


def without_proceedings(report: Report, random: Random) -> None:
    """A sentence stands for the table of proceedings."""
    _without_table(report, "proceedings", "no_proceedings")


def without_disclosure(report: Report, random: Random) -> None:
    """A sentence stands for the table of what was disclosed."""
    _without_table(report, "disclosure", "no_disclosure")


def late(report: Report, random: Random) -> None:
    """Published half a year to two years after the term."""
    report.published += timedelta(days=random.choice([190, 245, 730]))
    report.checks.append(Check("dates.published_late", "published_at"))


def signed_early(report: Report, random: Random) -> None:
    """Signed in the year it reports, which had not ended; the day of the date is cut off."""
    report.signatory = report.unit.name
    report.signed_on = date(report.year, 2, 24)
    report.signed_text = f"{report.year}年2月24"
    report.checks.append(Check("dates.signed_early", "signed_on"))


def wrong_period(report: Report, random: Random) -> None:
    """The sentence on the period was copied from the year before."""
    sentence = random.choice(load("prose.yml")["periods"]).format(printed=report.year - 1)
    report.intro = report.intro.replace(report.period, sentence)
    report.period = sentence
    report.checks.append(Check("year.disagrees", "period"))


def broken_period(report: Report, random: Random) -> None:
    """Month and day lost their words when the text was pasted."""
    sentence = str(load("prose.yml")["broken_period"]).format(printed=report.year)
    report.intro = report.intro.replace(report.period, sentence)
    report.period = sentence


def unknown_outcome(report: Report, random: Random) -> None:
    """A row that the form does not have, in table three."""
    report.extra_rows["refused_administrative_query"] = "9.属于其他依法不予公开情形"
    report.checks.append(Check("label.unknown", "applications"))


def unknown_item(report: Report, random: Random) -> None:
    """A row that the form does not have, in table two."""
    report.extra_rows["coercion"] = "行政征收"
    report.checks.append(Check("label.unknown", "disclosure"))


def shortened_labels(report: Report, random: Random) -> None:
    """Labels that lost a word or a mark, yet are clear."""
    report.relabelled |= {
        "本年制发件数": "本年发件",
        "现行有效件数": "现行有效件",
        "3.危及“三安全一稳定”": "3.危及三安全一稳定",
    }


def half_width(report: Report, random: Random) -> None:
    """Labels with half-width brackets and figures, as text exports have them."""
    form = load("forms.yml")
    report.relabelled |= {
        label: label.translate(str.maketrans("（），：", "(),:"))
        for label in (
            form["note"],
            *(part["part"] for part in form["disclosure"]["2021"]),
            "本年收费金额（单位：万元）",
            *(row[1] for row in form["applications"]["outcomes"] if isinstance(row, list)),
            *(row["group"] for row in form["applications"]["outcomes"] if isinstance(row, dict)),
            "（六）其他处理",
            "（七）总计",
        )
    }


def mistyped_label(report: Report, random: Random) -> None:
    """A label with a wrong character, which leaves no doubt what it is."""
    report.relabelled["5.属于三类内部事务信息"] = "5.属于三类内容事务信息"


def lost_label(report: Report, random: Random) -> None:
    """A row whose label got lost; its place tells what it is."""
    report.relabelled["规章"] = " "
    report.checks.append(Check("label.missing", "disclosure.regulations"))


def lost_row(report: Report, random: Random) -> None:
    """A row of table three that somebody deleted because there was nothing in it."""
    rows = [
        row
        for row in results(report.figures.form)[2:]
        if not any(report.figures.value(f"applications.{row}.{name}") for name in applicants())
    ]
    row = random.choice(rows)
    for name in applicants():
        del report.figures.cells[f"applications.{row}.{name}"]
    report.checks.append(Check("row.missing", f"applications.{row}"))


def without_unit(report: Report, random: Random) -> None:
    """An amount of which nothing says whether it is 元 or 万元."""
    amount = str(random.randint(20, 900) * 90)
    report.figures.cells["disclosure.procurement.amount"] = Cell(amount, None, "unreadable")
    report.checks.append(Check("amount.unit", "disclosure.procurement.amount"))


def old_form(report: Report, random: Random) -> None:
    """The form of 2019 used for a later year."""
    report.figures = draw("2019", report.year, 0, f"{report.unit.slug} old form")


def _retitled(report: Report, title: str) -> None:
    words = _words(report)
    words["place"] = words["place"] if report.unit.kind != "department" else report.unit.name
    report.title = str(load("prose.yml")["odd_titles"][title]).format(**words)
    _signed(report)


def _signed(report: Report) -> None:
    if report.signatory is None:
        signed = report.published.date()
        report.signatory, report.signed_on = report.unit.name, signed
        report.signed_text = f"{signed.year}年{signed.month}月{signed.day}日"


def title_without_year(report: Report, random: Random) -> None:
    _retitled(report, "no_year")


def garbled_title(report: Report, random: Random) -> None:
    _retitled(report, "garbled")


def general_title(report: Report, random: Random) -> None:
    """The title names no body and does not say 年度报告."""
    _retitled(report, "general")


def title_without_name(report: Report, random: Random) -> None:
    _retitled(report, "no_name")


def short_name(report: Report, random: Random) -> None:
    """A department calls itself 县教育局, without the county's name, in the title."""
    report.title = f"县{report.unit.place}{report.year}年政府信息公开工作年度报告"
    _signed(report)


def copied_text(report: Report, random: Random) -> None:
    """A sentence of a neighbour's report, with the neighbour's name in it."""
    others = [unit.place for unit in report.county.units if unit != report.unit]
    sentence = str(load("prose.yml")["copied"]).format(other=random.choice(others or ["邻县"]))
    report.sections[0].paragraphs.append(sentence)


def published_first(report: Report, random: Random) -> None:
    """Published some days before the day of its signature."""
    _signed(report)
    signed = report.published.date() + timedelta(days=random.randint(2, 9))
    report.signed_on = signed
    report.signed_text = f"{signed.year}年{signed.month}月{signed.day}日"
    report.checks.append(Check("dates.order", "published_at"))


def unsigned(report: Report, random: Random) -> None:
    """No signature and no date at the end."""
    report.signatory = report.signed_on = report.signed_text = None
    report.title = f"{report.unit.name}{report.year}年政府信息公开工作年度报告"


MISTAKES = (
    Mistake("unbalanced", unbalanced, _always),
    Mistake("sum_of_outcomes", sum_of_outcomes, _always),
    Mistake("sum_of_applicants", sum_of_applicants, _always),
    Mistake("sum_of_results", sum_of_results, _always),
    Mistake("blanks", blanks, _always),
    Mistake("strokes", strokes, _always),
    Mistake("words", words, _always),
    Mistake("mistyped", mistyped, _always),
    Mistake("elsewhere", elsewhere, _always),
    Mistake("without_others", without_others, _always),
    Mistake("without_problems", without_problems, _always),
    Mistake("without_proceedings", without_proceedings, _always),
    Mistake("without_disclosure", without_disclosure, _in_2021_form),
    Mistake("late", late, _some_years_ago),
    Mistake("signed_early", signed_early, _always),
    Mistake("wrong_period", wrong_period, _always),
    Mistake("broken_period", broken_period, _always),
    Mistake("unknown_outcome", unknown_outcome, _always),
    Mistake("unknown_item", unknown_item, _in_2021_form),
    Mistake("shortened_labels", shortened_labels, _in_2021_form),
    Mistake("half_width", half_width, _in_2021_form),
    Mistake("mistyped_label", mistyped_label, _always),
    Mistake("lost_label", lost_label, _always),
    Mistake("lost_row", lost_row, _always),
    Mistake("without_unit", without_unit, _in_2019_form),
    Mistake("old_form", old_form, _just_after_the_change),
    Mistake("title_without_year", title_without_year, _always),
    Mistake("garbled_title", garbled_title, _always),
    Mistake("general_title", general_title, _always),
    Mistake("title_without_name", title_without_name, _always),
    Mistake("short_name", short_name, _departments),
    Mistake("copied_text", copied_text, _always),
    Mistake("published_first", published_first, _always),
    Mistake("unsigned", unsigned, _always),
)
