// Draws the chart of the page Explore from the JSON in the page, with Observable Plot.

const PERCENT = (share) => `${(share * 100).toFixed(1)}%`;
const MARGIN = { top: 12, right: 16, bottom: 34, left: 44 };

// From zero up to the next tenth above all values.
function percentAxis(values) {
  const most = Math.max(0.1, ...values.filter((value) => value !== null));
  const domain = [0, Math.ceil(Math.round(most * 1000) / 100) / 10];
  return { domain, label: null, tickFormat: (share) => `${Math.round(share * 100)}%` };
}

function trend({ rows, words, since }, colours) {
  const known = rows.filter((row) => row.value !== null);
  const y = percentAxis(rows.flatMap((row) => [row.p75, row.value, row.high]));
  const own = (row) => `${words.marked} ${row.year}: ${PERCENT(row.value)}`;
  const first = rows[0].year - 0.3;
  const before = since - 0.5 > first ? [{ from: first, to: since - 0.5 }] : [];
  return {
    height: 340,
    x: { domain: [first, rows.at(-1).year + 0.3], ticks: rows.map((row) => row.year), tickFormat: "d", label: null },
    y,
    marks: [
      Plot.rectX(before, { x1: "from", x2: "to", fill: colours.shade }),
      Plot.text(before, { x: (span) => (span.from + span.to) / 2, text: () => words.incomparable, fill: colours.faint, frameAnchor: "top", dy: 6 }),
      Plot.gridY({ stroke: colours.line, strokeOpacity: 1 }),
      Plot.areaY(rows, { x: "year", y1: "p25", y2: "p75", fill: colours.band }),
      Plot.ruleX(rows.filter((row) => row.p25 !== null), { x: "year", y1: "p25", y2: "p75", stroke: colours.band, strokeWidth: 6 }),
      Plot.line(rows, { x: "year", y: "median", stroke: colours.link, strokeWidth: 2 }),
      Plot.dot(rows.filter((row) => row.median !== null), { x: "year", y: "median", fill: colours.link, r: 3, title: (row) => `${words.median} ${row.year}: ${PERCENT(row.median)}` }),
      Plot.ruleX(known.filter((row) => row.low !== null), { x: "year", y1: "low", y2: "high", stroke: colours.mark, strokeWidth: 1.2 }),
      Plot.line(rows, { x: "year", y: "value", z: "segment", stroke: colours.mark, strokeWidth: 1.6 }),
      Plot.dot(known, { x: "year", y: "value", fill: colours.mark, r: 4, title: own }),
      Plot.ruleY([0], { stroke: colours.ink }),
    ],
  };
}

function ranking({ rows, words }, colours, width) {
  const colour = (row) => (row.marked ? colours.mark : colours.link);
  const left = Math.min(0.38 * width, 12 * Math.max(...rows.map((row) => [...row.name].length)) + 24);
  return {
    height: rows.length * 19 + 50,
    marginLeft: left,
    x: { ...percentAxis(rows.flatMap((row) => [row.value, row.high])), axis: "top", grid: true },
    y: { domain: rows.map((row) => row.name), label: null, tickSize: 0 },
    marks: [
      Plot.axisY({ tickSize: 0, label: null, lineWidth: left / 12, textOverflow: "ellipsis" }),
      Plot.ruleY(rows.filter((row) => row.low !== null), { y: "name", x1: "low", x2: "high", stroke: colour, strokeOpacity: 0.55, strokeWidth: 2 }),
      Plot.dot(rows, { y: "name", x: "value", fill: colour, r: 3.5, title: (row) => `${row.name}: ${PERCENT(row.value)} (${row.numerator} / ${row.denominator})` }),
    ],
  };
}

function distribution({ rows, words, median, value }, colours) {
  const lines = [
    { at: median, text: words.median, colour: colours.ink },
    { at: value, text: words.marked, colour: colours.mark },
  ].filter((line) => line.at !== null);
  // Reports are whole: no tick stands between two of them.
  const most = Math.max(...rows.map((row) => row.reports));
  const ticks = most < 10 ? d3.range(most + 1) : undefined;
  return {
    height: 340,
    marginTop: 50,
    x: { ...percentAxis([rows.at(-1).end]), domain: [0, rows.at(-1).end] },
    y: { label: words.governments, labelArrow: "none", tickFormat: "d", grid: true, ticks },
    marks: [
      Plot.rectY(rows, { x1: "start", x2: "end", y: "reports", fill: colours.link, fillOpacity: 0.75, title: (row) => `${Math.round(row.start * 100)}–${Math.round(row.end * 100)}%: ${row.reports}` }),
      Plot.ruleX(lines, { x: "at", stroke: "colour", strokeWidth: 2 }),
      ...lines.map((line, n) => Plot.text([line], { x: "at", text: "text", fill: "colour", frameAnchor: "top", dy: -4 - 13 * n, lineAnchor: "bottom" })),
      Plot.ruleY([0], { stroke: colours.ink }),
    ],
  };
}

const KINDS = { trend, ranking, distribution };

function draw(figure) {
  const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--${name}`).trim();
  const names = ["ink", "faint", "line", "shade", "link", "mark", "band"];
  const colours = Object.fromEntries(names.map((name) => [name, named(name)]));
  const width = figure.clientWidth;
  const options = KINDS[data.kind](data, colours, width);
  const chart = Plot.plot({
    width,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    style: { background: "none", fontFamily: "inherit", fontSize: "12px" },
    ...options,
  });
  // The figure has a label and the table says it all: what Plot says of its marks is English.
  chart.setAttribute("aria-hidden", "true");
  for (const mark of chart.querySelectorAll("[aria-label]")) mark.removeAttribute("aria-label");
  for (const text of chart.querySelectorAll("text, title")) {
    if (/[\u4e00-\u9fff]/.test(text.textContent)) text.setAttribute("lang", "zh-CN");
  }
  figure.replaceChildren(chart);
}

document.addEventListener("DOMContentLoaded", () => {
  for (const figure of document.querySelectorAll("figure.chart")) {
    draw(figure);
    let width = figure.clientWidth;
    new ResizeObserver(() => {
      // Without a width it is not on a screen: the page is being left.
      if (!figure.clientWidth || figure.clientWidth === width) return;
      width = figure.clientWidth;
      draw(figure);
    }).observe(figure);
  }
});
