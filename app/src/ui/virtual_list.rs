//! Which part of a long list is drawn: only what is on the screen, with room before and after it.

/// The part of a list that is drawn. Items are in lines of equal height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The first item that is drawn.
    pub first: usize,
    /// The first item after it that is not.
    pub end: usize,
    /// The height of what is left out before, in pixels.
    pub before_px: u32,
    /// The height of what is left out after, in pixels.
    pub after_px: u32,
}

/// How a list lies on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// How many items there are.
    pub count: usize,
    /// How many stand in one line.
    pub per_line: usize,
    /// How high a line is, in pixels.
    pub line_px: f64,
    /// How far the list's upper edge lies above the window's, in pixels; negative when below.
    pub scrolled_px: f64,
    /// How high the window is, in pixels.
    pub window_px: f64,
}

/// How many lines are drawn beyond the window's edges, so that scrolling does not show empty places.
const SPARE_LINES: usize = 12;

impl Layout {
    /// The part to draw. Its beginning moves in steps of four lines, so that scrolling a little changes nothing.
    pub fn part(&self) -> Part {
        let per_line = self.per_line.max(1);
        let lines = self.count.div_ceil(per_line);
        let line_px = self.line_px.max(1.0);
        let shown = whole(self.window_px.max(0.0) / line_px) + 2;
        let top = whole(self.scrolled_px.max(0.0) / line_px).min(lines.saturating_sub(shown.min(lines)));
        let first_line = top.saturating_sub(SPARE_LINES) / 4 * 4;
        let end_line = (top + shown + SPARE_LINES).div_ceil(4).saturating_mul(4).min(lines);
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "pixels"
        )]
        let height = |lines: usize| (lines as f64 * line_px) as u32;
        Part {
            first: first_line * per_line,
            end: (end_line * per_line).min(self.count),
            before_px: height(first_line),
            after_px: height(lines - end_line),
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and far below the limits")]
fn whole(value: f64) -> usize {
    value as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(count: usize, scrolled_px: f64) -> Layout {
        Layout { count, per_line: 1, line_px: 50.0, scrolled_px, window_px: 1_000.0 }
    }

    #[test]
    fn a_short_list_is_drawn_whole() {
        assert_eq!(layout(3, 0.0).part(), Part { first: 0, end: 3, before_px: 0, after_px: 0 });
        assert_eq!(layout(0, 0.0).part(), Part { first: 0, end: 0, before_px: 0, after_px: 0 });
    }

    #[test]
    fn what_is_left_out_keeps_its_height() {
        for scrolled in [0.0, 777.0, 12_345.0, 49_000.0, 1_000_000.0] {
            let part = layout(1_000, scrolled).part();
            let drawn = u32::try_from(part.end - part.first).unwrap_or(0) * 50;
            assert_eq!(part.before_px + drawn + part.after_px, 50_000, "scrolled {scrolled}");
        }
    }

    #[test]
    fn the_window_is_always_covered() {
        for scrolled in [0.0, 60.0, 4_321.0, 48_990.0] {
            let part = layout(1_000, scrolled).part();
            assert!(f64::from(part.before_px) <= scrolled);
            assert!(50_000.0 - f64::from(part.after_px) >= scrolled + 1_000.0);
        }
    }

    #[test]
    fn scrolling_a_little_changes_nothing() {
        assert_eq!(layout(1_000, 10_010.0).part(), layout(1_000, 10_040.0).part());
    }

    #[test]
    fn several_items_can_stand_in_a_line() {
        let part = Layout { per_line: 3, ..layout(10, 0.0) }.part();
        assert_eq!((part.first, part.end, part.after_px), (0, 10, 0));
    }
}
