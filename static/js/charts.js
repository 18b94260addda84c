/* Charts. Every <figure data-chart="KIND"> draws the table that it holds; the table stays for whoever reads or listens.

     <figure class="chart" data-chart="bars">
       <figcaption>…</figcaption>
       <div class="chart-canvas" data-chart-canvas></div>
       <details><summary>…</summary><table>…</table></details>
     </figure>

   KIND     bars     one group of bars a row            rows     the same lying, for long names
            line     a line a column                    share    a ring of the first column
            heat     rows by columns, as shades
   thead th[data-series]   a column that is drawn; data-tone="red" gives it that colour, data-series="line" another form
   tbody th[scope=row]     the row's label; where it holds a link, a click on the row's bar follows it
   tbody td[data-value]    the number that is drawn; what the cell says is what the tooltip says
   figure  data-stacked    bars stand on each other
           data-table="#id"  the table, where it is not in the figure
           data-max="100"  the axis ends here
           data-words      what a screen reader hears after the caption

   Colours and sizes come from custom properties of the element (--wg-chart-1 … 6, --wg-text …), so that dark pages, large
   text and paper need nothing of their own. `Charts.draw(root)` draws or renews what is in `root`; pages that swap a part
   by htmx, or renew their tables themselves, call nothing else. */
"use strict";

const Charts = (() => {
  const SERIES = 6;
  const FEW = 8; // so few bars all keep their names, in several lines where need be
  const drawn = new Map(); // figure → chart
  let onPaper = false;

  const number = (text) => (text === undefined || text === "" ? null : Number(text));
  const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  function look(figure) {
    const style = getComputedStyle(figure);
    const of = (name) => style.getPropertyValue(name).trim();
    const series = [...Array(SERIES)].map((_, index) => of(`--wg-${onPaper ? "print" : "chart"}-${index + 1}`));
    const size = parseFloat(style.fontSize) * 0.82;
    const ink = onPaper
      ? { text: "#000", quiet: "#333", line: "#999", surface: "#fff", low: "#f2f2f2" }
      : { text: of("--wg-text"), quiet: of("--wg-quiet"), line: of("--wg-line"), surface: of("--wg-surface"), low: of("--wg-sunken") };
    const tone = (name) => (onPaper ? "" : of(`--wg-${name}`));
    return { ...ink, series, size, tone, family: style.fontFamily };
  }

  // What the table says: labels, links, and the columns that are drawn.
  function read(figure) {
    const table = figure.dataset.table ? document.querySelector(figure.dataset.table) : figure.querySelector("table");
    if (!table) return null;
    const heads = [...table.tHead.rows].at(-1).cells;
    const rows = [...(table.tBodies[0]?.rows ?? [])].filter((row) => row.querySelector("th[scope=row]"));
    const columns = [...heads]
      .map((head, at) => ({ head, at }))
      .filter(({ head }) => "series" in head.dataset)
      .map(({ head, at }) => ({
        name: head.dataset.name || head.textContent.trim(),
        form: head.dataset.series,
        tone: head.dataset.tone,
        values: rows.map((row) => number(row.cells[at]?.dataset.value)),
        says: rows.map((row) => row.cells[at]?.textContent.trim().replace(/\s+/g, " ") ?? ""),
      }));
    const label = (row) => row.querySelector("th[scope=row]");
    return {
      columns,
      labels: rows.map((row) => label(row).dataset.short || label(row).textContent.trim()),
      links: rows.map((row) => label(row).querySelector("a")),
    };
  }

  const colour = (column, index, style) => (column.tone && style.tone(column.tone)) || style.series[index % SERIES];

  function common(figure, style) {
    const caption = figure.querySelector("figcaption, [data-chart-title]")?.textContent.trim() ?? "";
    const words = [caption, figure.dataset.words].filter(Boolean).join(". ");
    return {
      animation: !still() && !onPaper,
      animationDuration: 350,
      animationDurationUpdate: 500,
      backgroundColor: "transparent",
      textStyle: { color: style.text, fontFamily: style.family, fontSize: style.size },
      aria: { enabled: true, label: { description: words }, decal: { show: window.matchMedia("(prefers-contrast: more)").matches } },
      tooltip: {
        renderMode: "richText",
        confine: true,
        backgroundColor: style.surface,
        borderColor: style.line,
        textStyle: { color: style.text, fontSize: style.size },
      },
    };
  }

  const axisLook = (style) => ({
    axisLine: { lineStyle: { color: style.line } },
    axisTick: { show: false },
    axisLabel: { color: style.quiet, fontSize: style.size, fontFamily: style.family, hideOverlap: true },
    splitLine: { lineStyle: { color: style.line, opacity: 0.6 } },
  });

  function alongAxes(figure, data, style, kind) {
    const lying = kind === "rows";
    const many = data.columns.length > 1;
    const width = figure.querySelector("[data-chart-canvas]").clientWidth;
    const labels = { ...axisLook(style), type: "category", data: data.labels, inverse: lying, splitLine: { show: false } };
    if (lying) labels.axisLabel = { ...labels.axisLabel, width: width * 0.36, overflow: "truncate", interval: 0 };
    else if (kind !== "line" && data.labels.length <= FEW) {
      const slot = (width * 0.9) / data.labels.length;
      const longest = Math.max(...data.labels.flatMap((name) => name.split(" ")).map((word) => word.length));
      const fits = longest * style.size * (/^[ -~]*$/.test(data.labels.join("")) ? 0.62 : 1) <= slot;
      labels.axisLabel = { ...labels.axisLabel, interval: 0, ...(fits ? { width: slot, overflow: "break" } : { rotate: 35 }) };
    }
    const values = { ...axisLook(style), type: "value", minInterval: 1, max: number(figure.dataset.max) ?? undefined, splitNumber: 4 };
    const shape = (column) => (column.form || (kind === "line" ? "line" : "bar"));
    return {
      grid: { left: 4, right: 18, top: many ? style.size * 2.6 : 14, bottom: 4, containLabel: true },
      legend: { show: many, type: "scroll", top: 0, left: 0, itemGap: 14, textStyle: { color: style.text, fontSize: style.size } },
      xAxis: lying ? values : labels,
      yAxis: lying ? labels : values,
      tooltip: {
        trigger: "axis",
        axisPointer: { type: kind === "line" ? "line" : "shadow" },
        formatter: (points) =>
          [data.labels[points[0].dataIndex], ...points.map((point) => `${point.seriesName}  ${data.columns[point.seriesIndex].says[point.dataIndex]}`)].join("\n"),
      },
      series: data.columns.map((column, index) => ({
        name: column.name,
        type: shape(column),
        data: column.values,
        stack: "stacked" in figure.dataset && shape(column) === "bar" ? "all" : undefined,
        barMaxWidth: 26,
        symbol: ["circle", "rect", "triangle", "diamond"][index % 4],
        symbolSize: 6,
        showSymbol: data.labels.length < 40,
        lineStyle: { width: 2, type: ["solid", "dashed", "dotted"][index % 3] },
        itemStyle: { color: colour(column, index, style), borderRadius: shape(column) === "bar" ? 2 : 0 },
        cursor: data.links.some(Boolean) ? "pointer" : "default",
      })),
    };
  }

  function share(figure, data, style) {
    const [column] = data.columns;
    return {
      tooltip: { trigger: "item", formatter: (point) => `${data.labels[point.dataIndex]}\n${column.says[point.dataIndex]}` },
      series: [
        {
          type: "pie",
          radius: ["45%", "72%"],
          data: column.values.map((value, at) => ({ value, name: data.labels[at] })),
          color: style.series,
          itemStyle: { borderColor: style.surface, borderWidth: 2 },
          label: { color: style.text, fontSize: style.size, formatter: "{b}\n{d} %" },
          labelLine: { lineStyle: { color: style.line } },
        },
      ],
    };
  }

  function heat(figure, data, style) {
    const cells = data.columns.flatMap((column, x) => column.values.map((value, y) => [x, y, value ?? 0]));
    const width = figure.querySelector("[data-chart-canvas]").clientWidth;
    const most = Math.max(1, ...cells.map(([, , value]) => value));
    return {
      grid: { left: 4, right: 8, top: 8, bottom: style.size * 3.4, containLabel: true },
      xAxis: { ...axisLook(style), type: "category", data: data.columns.map((column) => column.name), splitLine: { show: false } },
      yAxis: { ...axisLook(style), type: "category", data: data.labels, inverse: true, splitLine: { show: false } },
      tooltip: {
        trigger: "item",
        formatter: ({ value: [x, y] }) => `${data.labels[y]} ${data.columns[x].name}\n${data.columns[x].says[y]}`,
      },
      visualMap: {
        min: 0,
        max: most,
        orient: "horizontal",
        left: "center",
        bottom: 0,
        itemHeight: 110,
        itemWidth: 12,
        calculable: false,
        inRange: { color: [style.low, style.series[0]] },
        text: [String(most), "0"],
        textStyle: { color: style.quiet, fontSize: style.size },
      },
      series: [
        {
          type: "heatmap",
          progressive: 0, // at once: paper does not wait
          data: cells,
          label: { show: width > 720, color: style.text, textBorderColor: style.surface, textBorderWidth: 2, fontSize: style.size * 0.9, formatter: ({ value }) => value[2] || "" },
          itemStyle: { borderColor: style.surface, borderWidth: 1 },
        },
      ],
    };
  }

  function options(figure, data) {
    const style = look(figure);
    const kind = figure.dataset.chart;
    const own = kind === "heat" ? heat(figure, data, style) : kind === "share" ? share(figure, data, style) : alongAxes(figure, data, style, kind);
    const base = common(figure, style);
    return { ...base, ...own, tooltip: { ...base.tooltip, ...own.tooltip } };
  }

  function paint(figure) {
    const data = read(figure);
    const canvas = figure.querySelector("[data-chart-canvas]");
    if (!data || !canvas) return;
    figure.classList.toggle("chart-empty", data.columns.length === 0 || data.labels.length === 0);
    if (figure.dataset.chart === "rows") canvas.style.height = `${Math.max(7, data.labels.length * 1.9 * Math.max(1, data.columns.length * 0.6) + 2.5)}rem`;
    let chart = drawn.get(figure);
    if (!chart) {
      chart = echarts.init(canvas, null, { renderer: "canvas" });
      drawn.set(figure, chart);
      chart.on("click", (point) => read(figure)?.links[point.dataIndex]?.click());
      watch.observe(canvas);
    }
    chart.setOption(options(figure, data), { notMerge: true });
  }

  // Charts that left the page with a swap give their memory back.
  function forget() {
    for (const [figure, chart] of drawn) {
      if (figure.isConnected) continue;
      watch.unobserve(chart.getDom());
      chart.dispose();
      drawn.delete(figure);
    }
  }

  const watch = new ResizeObserver((entries) => {
    if (onPaper) return;
    for (const { target } of entries) {
      const figure = target.closest("[data-chart]");
      const chart = drawn.get(figure);
      if (!chart || !target.clientWidth || (chart.getWidth() === target.clientWidth && chart.getHeight() === target.clientHeight)) continue;
      chart.resize();
      paint(figure);
    }
  });

  function draw(root = document) {
    forget();
    const figures = root.matches?.("[data-chart]") ? [root] : root.querySelectorAll("[data-chart]");
    figures.forEach(paint);
  }

  // On paper: dark ink on white, as wide as an A4 page leaves, drawn at once, with the numbers below.
  const PAPER_WIDTH = 660;
  const opened = new Set();
  function print(goesToPaper) {
    onPaper = goesToPaper;
    for (const table of goesToPaper ? document.querySelectorAll("[data-chart] details:not([open])") : opened) {
      table.open = goesToPaper;
      if (goesToPaper) opened.add(table);
    }
    if (!goesToPaper) opened.clear();
    for (const [figure, chart] of drawn) {
      if (goesToPaper) {
        const width = Math.min(PAPER_WIDTH, Number(figure.dataset.paperWidth) || PAPER_WIDTH);
        chart.resize({ width, height: Math.min(chart.getHeight(), 420) });
      }
      chart.setOption(options(figure, read(figure)), { notMerge: true });
      if (!goesToPaper) chart.resize({ width: "auto", height: "auto" });
      else chart.getZr().flush();
    }
  }

  document.addEventListener("DOMContentLoaded", () => draw());
  document.addEventListener("htmx:afterSettle", () => draw());
  window.addEventListener("beforeprint", () => print(true));
  window.addEventListener("afterprint", () => print(false));
  for (const change of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    window.matchMedia(change).addEventListener("change", () => draw());
  }
  return { draw };
})();
