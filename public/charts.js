// Draws the charts of the past with uPlot. The page gives series and says what was dragged, clicked and asked for; all else is here.

const UPLOT = "/vendor/uplot-1.6.32/uPlot.iife.min.js";
const HEIGHT = 200;
// Drags shorter than this are clicks.
const LEAST_DRAG = 6;
const DASH = [5, 4];

let loading;

// uPlot is a plain script that sets a global.
export function ready() {
    loading ??= new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = UPLOT;
        script.onload = () => resolve();
        script.onerror = () => {
            loading = undefined;
            script.remove();
            reject(new Error("the charts could not be loaded"));
        };
        document.head.append(script);
    });
    return loading;
}

// Resolves a colour of the stylesheet, which follows the theme.
function colours(element) {
    const probe = document.createElement("span");
    probe.hidden = true;
    element.append(probe);
    let known = {};
    return {
        forget: () => {
            known = {};
        },
        get: (name) => {
            if (!known[name]) {
                probe.style.color = `var(--${name})`;
                known[name] = getComputedStyle(probe).color;
            }
            return known[name];
        },
    };
}

const significant = (value) => {
    const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    return value === 0 ? "0" : value.toFixed(digits);
};

function withPrefix(value, unit, steps, factor) {
    let place = 0;
    while (Math.abs(value) >= 999.5 && place < steps.length - 1) {
        value /= factor;
        place += 1;
    }
    return `${significant(value)} ${steps[place]}${unit}`.trim();
}

const binary = (value, unit) => withPrefix(value, unit, ["", "Ki", "Mi", "Gi", "Ti", "Pi"], 1024);
const decimal = (value, unit) => withPrefix(value, unit, ["", "k", "M", "G", "T", "P"], 1000);

const UNITS = {
    percent: (value) => `${significant(value)} %`,
    bytes: (value) => binary(value, "B"),
    rate: (value) => binary(value, "B/s"),
    celsius: (value) => `${significant(value)} °C`,
    milliseconds: (value) => `${significant(value)} ms`,
    per_second: (value) => `${decimal(value, "")}/s`,
    number: (value) => decimal(value, ""),
};

// Steps of a scale of bytes: 1, 2 and 5 (where a power of two is near, that one) of each unit.
const BINARY = [0, 1, 2, 3, 4, 5].flatMap((power) => [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((step) => step * 1024 ** power));

// Times on the axis, in the person's own zone and format; the day where it changes.
function times(_, marks, __, ___, step) {
    let before = "";
    return marks.map((mark) => {
        const at = new Date(mark * 1000);
        const day = at.toLocaleDateString(undefined, step >= 28 * 86400 ? { month: "short", year: "numeric" } : { day: "numeric", month: "short" });
        if (step >= 86400) {
            return day;
        }
        const time = at.toLocaleTimeString(undefined, {
            hour: "2-digit",
            minute: "2-digit",
            second: step < 60 ? "2-digit" : undefined,
            hourCycle: "h23",
        });
        const isNew = day !== before;
        before = day;
        return isNew ? `${time}\n${day}` : time;
    });
}

// A gap is a row of NaN; uPlot wants null there.
const orGap = (values) => Array.from(values, (value) => (Number.isNaN(value) ? null : value));

// options: unit, top (or 0), sync, series: [{label, colour, dashed, band}], onSelect(from, to), onBack(), onPick(at); times in seconds.
export function chart(element, options) {
    const colour = colours(element);
    const format = UNITS[options.unit] ?? UNITS.number;
    const series = [{ value: (_, at) => (at == null ? "" : new Date(at * 1000).toLocaleString()) }];
    const bands = [];
    for (const one of options.series) {
        const stroke = () => colour.get(`series-${one.colour}`);
        series.push({
            label: one.label,
            stroke,
            width: 1.5,
            dash: one.dashed ? DASH : undefined,
            points: { size: 4, show: (plot, at) => isLonely(plot.data[at]) },
            value: (_, value) => (value == null ? "–" : format(value)),
        });
        if (one.band) {
            const edge = { stroke: () => "transparent", width: 0, points: { show: false }, class: "chart-band-edge" };
            series.push({ ...edge, label: "min" }, { ...edge, label: "max" });
            const at = series.length;
            bands.push({ series: [at - 1, at - 2], fill: () => colour.get(`series-${one.colour}-soft`) });
        }
    }
    let shown = { from: 0, to: 1 };
    let pinned = NaN;
    let marked = { level: NaN, from: NaN, to: NaN };
    let clicked;
    const plot = new uPlot(
        {
            width: element.clientWidth || 300,
            height: HEIGHT,
            series,
            bands,
            scales: {
                x: { time: true, range: () => [shown.from, shown.to] },
                y: { range: (_, least, most) => [Math.min(0, least ?? 0), options.top || Math.max(most ?? 0, marked.level || 0, 0.01) * 1.08] },
            },
            axes: [
                axis(colour, { space: 64, size: 36, values: times }),
                axis(colour, { size: 68, space: 36, incrs: options.unit === "rate" || options.unit === "bytes" ? BINARY : undefined, values: (_, marks) => marks.map(format) }),
            ],
            padding: [8, 12, 0, 0],
            legend: { live: true },
            cursor: {
                y: false,
                drag: { x: true, y: false, setScale: false },
                sync: { key: options.sync, setSeries: false, filters: { pub: (kind) => kind !== "mouseup" && kind !== "mousedown" } },
                bind: {
                    dblclick: () => () => {
                        clearTimeout(clicked);
                        options.onBack();
                        return null;
                    },
                    click: (self, _, handle) => (event) => {
                        handle(event);
                        const at = self.posToVal(self.cursor.left, "x");
                        clearTimeout(clicked);
                        // A double click is no click.
                        clicked = setTimeout(() => options.onPick(at), 250);
                        return null;
                    },
                },
            },
            hooks: {
                setSelect: [
                    (self) => {
                        if (self.select.width >= LEAST_DRAG) {
                            const [from, to] = [self.select.left, self.select.left + self.select.width];
                            options.onSelect(self.posToVal(from, "x"), self.posToVal(to, "x"));
                            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
                        }
                    },
                ],
                drawClear: [(self) => drawSpan(self, marked, colour)],
                draw: [(self) => drawLevel(self, marked.level, colour), (self) => drawPin(self, pinned, colour)],
            },
        },
        [[], ...options.series.flatMap((one) => (one.band ? [[], [], []] : [[]]))],
        element,
    );
    const redraw = () => {
        colour.forget();
        plot.redraw(false, true);
    };
    const themes = new MutationObserver(redraw);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", redraw);
    const sizes = new ResizeObserver(() => {
        if (element.clientWidth > 0 && element.clientWidth !== plot.width) {
            plot.setSize({ width: element.clientWidth, height: HEIGHT });
        }
    });
    sizes.observe(element);
    return {
        // A level, or NaN, and a stretch of time in seconds, or NaN: drawn with the next show().
        mark(level, from, to) {
            marked = { level, from, to };
        },
        // series: per series {times, avg, min, max}.
        show(given, from, to, at) {
            shown = { from, to };
            pinned = at;
            const tables = given.map((one, place) => {
                const columns = options.series[place]?.band ? [one.avg, one.min, one.max] : [one.avg];
                return [Array.from(one.times), ...columns.map(orGap)];
            });
            const isEmpty = tables.every((table) => table[0].length === 0);
            plot.setData(isEmpty ? [[from, to], ...plot.series.slice(1).map(() => [null, null])] : uPlot.join(tables));
            element.dataset.from = String(from);
            element.dataset.to = String(to);
            element.dataset.points = String(tables[0]?.[0].length ?? 0);
        },
        destroy() {
            clearTimeout(clicked);
            themes.disconnect();
            sizes.disconnect();
            scheme.removeEventListener("change", redraw);
            plot.destroy();
        },
    };
}

// Points are drawn only where a line cannot be: one value between two gaps.
function isLonely(values) {
    return (values ?? []).filter((value) => value != null).length === 1;
}

function axis(colour, more) {
    return {
        stroke: () => colour.get("text-faint"),
        grid: { stroke: () => colour.get("line"), width: 1 },
        ticks: { show: false },
        font: "11px system-ui, sans-serif",
        ...more,
    };
}

// Behind the lines, while what the page is about lasted.
function drawSpan(plot, { from, to }, colour) {
    const { min, max } = plot.scales.x;
    if (!(from <= max && to >= min)) {
        return;
    }
    const { ctx, bbox } = plot;
    const left = Math.round(plot.valToPos(Math.max(from, min), "x", true));
    const right = Math.round(plot.valToPos(Math.min(to, max), "x", true));
    ctx.save();
    ctx.globalAlpha = 0.7;
    ctx.fillStyle = colour.get("critical-soft");
    ctx.fillRect(left, bbox.top, Math.max(right - left, devicePixelRatio), bbox.height);
    ctx.restore();
}

// The level from which on it is wrong.
function drawLevel(plot, level, colour) {
    if (!(level >= plot.scales.y.min && level <= plot.scales.y.max)) {
        return;
    }
    const { ctx, bbox } = plot;
    const top = Math.round(plot.valToPos(level, "y", true));
    ctx.save();
    ctx.strokeStyle = colour.get("critical-text");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, top);
    ctx.lineTo(bbox.left + bbox.width, top);
    ctx.stroke();
    ctx.restore();
}

function drawPin(plot, at, colour) {
    if (!(at >= plot.scales.x.min && at <= plot.scales.x.max)) {
        return;
    }
    const left = Math.round(plot.valToPos(at, "x", true));
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour.get("text-quiet");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
}
