//! Which part of the list the person's window shows, followed while they scroll.

use leptos::{ev, html, prelude::*};

use crate::ui::virtual_list::{Layout, Part};

/// How the rows of a view lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// The height of a line, in pixels, as the stylesheet sets it.
    pub line_px: f64,
    /// The smallest width of an item when several stand in a line, in pixels; `None` for one in each line.
    pub item_px: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    scrolled_px: f64,
    window_px: f64,
    width_px: f64,
}

/// The part of `count` items to draw inside `list`. `shape` is asked anew when the window changes, as phones have other shapes.
pub fn visible_part(
    list: NodeRef<html::Div>,
    count: Signal<usize>,
    shape: impl Fn() -> Shape + Copy + Send + Sync + 'static,
    first_count: usize,
) -> Memo<Part> {
    let seen = RwSignal::new(None::<Seen>);
    Effect::new(move |_| {
        let Some(list) = list.get() else { return };
        let look = move || {
            let place = list.get_bounding_client_rect();
            let window_px = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(900.0);
            let now = Seen { scrolled_px: -place.top(), window_px, width_px: place.width() };
            if seen.try_get_untracked().flatten() != Some(now) {
                seen.try_set(Some(now));
            }
        };
        look();
        let (on_scroll, on_resize) = (look.clone(), look);
        let scroll = window_event_listener(ev::scroll, move |_| on_scroll());
        let resize = window_event_listener(ev::resize, move |_| on_resize());
        on_cleanup(move || {
            scroll.remove();
            resize.remove();
        });
    });
    Memo::new(move |_| {
        let count = count.get();
        match seen.get() {
            Some(seen) => {
                let Shape { line_px, item_px } = shape();
                let per_line = item_px.map_or(1, |item_px| items_in(seen.width_px, item_px));
                Layout { count, per_line, line_px, scrolled_px: seen.scrolled_px, window_px: seen.window_px }.part()
            }
            None => Part { first: 0, end: count.min(first_count), before_px: 0, after_px: 0 },
        }
    })
}

/// How many items stand in a line of `repeat(auto-fill, minmax(item_px, 1fr))`; the gap is part of `item_px`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
fn items_in(width_px: f64, item_px: f64) -> usize {
    ((width_px / item_px.max(1.0)) as usize).max(1)
}
