//! The way to `public/charts.js`, which is loaded when the first chart is drawn and not before.

use std::any::Any;

use js_sys::{Array, Float64Array, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use super::trace::Trace;

const MODULE: &str = "/charts.js";

#[wasm_bindgen(inline_js = "export const load_module = (address) => import(address);")]
extern "C" {
    fn load_module(address: &str) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    type Module;
    #[wasm_bindgen(method)]
    fn ready(this: &Module) -> Promise;
    #[wasm_bindgen(method)]
    fn chart(this: &Module, element: &web_sys::HtmlElement, options: &JsValue) -> Drawing;

    type Drawing;
    #[wasm_bindgen(method)]
    fn mark(this: &Drawing, level: f64, from: f64, to: f64);
    #[wasm_bindgen(method)]
    fn show(this: &Drawing, series: &Array, from: f64, to: f64, at: f64);
    #[wasm_bindgen(method)]
    fn destroy(this: &Drawing);
}

/// How one line looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name in the legend.
    pub label: String,
    /// Its colour's number, from 1 to 8.
    pub colour: usize,
    /// Whether it is dashed.
    pub is_dashed: bool,
    /// Whether least and most are drawn as a band.
    pub has_band: bool,
}

/// What is marked in a chart.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Marks {
    /// A level, as a line across.
    pub level: Option<f64>,
    /// A stretch of time, as a shade, in Unix milliseconds; until the end of the chart when its own end is not given.
    pub span: Option<(i64, Option<i64>)>,
}

/// What a chart tells the page. Times are Unix milliseconds.
#[derive(Clone, Copy)]
pub struct Gestures {
    /// A stretch was dragged over.
    pub select: Callback<(i64, i64)>,
    /// A double click: back to what was there before.
    pub back: Callback<()>,
    /// A moment was clicked.
    pub pick: Callback<i64>,
}

/// A chart in the page.
pub struct Plot {
    drawing: Drawing,
    /// Called by the drawing as long as it is there.
    _closures: Box<dyn Any>,
}

impl Plot {
    /// Draws an empty chart into an element.
    ///
    /// # Errors
    /// When what draws cannot be loaded.
    pub async fn new(
        element: web_sys::HtmlElement,
        unit: &str,
        top: f64,
        lines: &[Line],
        gestures: Gestures,
    ) -> Result<Self, JsValue> {
        let module: Module = JsFuture::from(load_module(MODULE)).await?.unchecked_into();
        JsFuture::from(module.ready()).await?;
        let select = Closure::<dyn Fn(f64, f64)>::new(move |from, to| gestures.select.run((ms(from), ms(to))));
        let back = Closure::<dyn Fn()>::new(move || gestures.back.run(()));
        let pick = Closure::<dyn Fn(f64)>::new(move |at| gestures.pick.run(ms(at)));
        let series = Array::new();
        for line in lines {
            let one = Object::new();
            set(&one, "label", &JsValue::from_str(&line.label))?;
            set(&one, "colour", &JsValue::from_f64(number(line.colour)))?;
            set(&one, "dashed", &JsValue::from_bool(line.is_dashed))?;
            set(&one, "band", &JsValue::from_bool(line.has_band))?;
            series.push(&one);
        }
        let options = Object::new();
        set(&options, "unit", &JsValue::from_str(unit))?;
        set(&options, "top", &JsValue::from_f64(top))?;
        set(&options, "sync", &JsValue::from_str("history"))?;
        set(&options, "series", &series)?;
        set(&options, "onSelect", select.as_ref())?;
        set(&options, "onBack", back.as_ref())?;
        set(&options, "onPick", pick.as_ref())?;
        Ok(Self { drawing: module.chart(&element, &options), _closures: Box::new((select, back, pick)) })
    }

    /// Marks a level and a stretch of time, to be seen with the next [`Self::show`].
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of this century are exact")]
    pub fn mark(&self, marks: Marks) {
        let (from, to) = match marks.span {
            Some((from_ms, to_ms)) => (from_ms as f64 / 1e3, to_ms.map_or(f64::INFINITY, |to_ms| to_ms as f64 / 1e3)),
            None => (f64::NAN, f64::NAN),
        };
        self.drawing.mark(marks.level.unwrap_or(f64::NAN), from, to);
    }

    /// Shows traces, as many as there are lines, between two moments, and a mark at a third.
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of this century are exact")]
    pub fn show(&self, traces: &[Trace], from_ms: i64, to_ms: i64, at_ms: Option<i64>) {
        let series = Array::new();
        for trace in traces {
            let one = Object::new();
            for (name, values) in
                [("times", &trace.times), ("avg", &trace.avg), ("min", &trace.min), ("max", &trace.max)]
            {
                // Setting a property of an object of our own cannot fail.
                drop(set(&one, name, &Float64Array::from(values.as_slice())));
            }
            series.push(&one);
        }
        let at = at_ms.map_or(f64::NAN, |at_ms| at_ms as f64 / 1e3);
        self.drawing.show(&series, from_ms as f64 / 1e3, to_ms as f64 / 1e3, at);
    }
}

impl Drop for Plot {
    fn drop(&mut self) {
        self.drawing.destroy();
    }
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), value).map(drop)
}

#[allow(clippy::cast_possible_truncation, reason = "whole milliseconds")]
fn ms(secs: f64) -> i64 {
    (secs * 1e3).round() as i64
}

#[allow(clippy::cast_precision_loss, reason = "eight at most")]
fn number(colour: usize) -> f64 {
    colour as f64
}
