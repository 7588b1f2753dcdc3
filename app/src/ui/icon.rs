//! The icons: 24 by 24, one stroke, drawn for this product.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    /// The dashboard.
    Dashboard,
    /// A server.
    Server,
    /// A tag.
    Tag,
    /// A written record.
    Record,
    /// A magnifying glass.
    Search,
    /// Add.
    Plus,
    /// Light theme.
    Sun,
    /// Dark theme.
    Moon,
    /// The system's theme.
    Display,
    /// Leave.
    Leave,
    /// A side panel.
    Panel,
    /// Close.
    Close,
    /// Done.
    Check,
    /// All are done.
    CheckAll,
    /// Something needs a person.
    Warning,
    /// Change.
    Pencil,
    /// Delete.
    Bin,
    /// Again.
    Again,
    /// A table.
    Rows,
    /// Cards.
    Cards,
    /// A heat map.
    Grid,
    /// A clock.
    Clock,
    /// A keyboard.
    Keyboard,
    /// To the left.
    Left,
    /// To the right, as between the parts of a path.
    Right,
    /// A key.
    Key,
    /// No connection.
    Unplugged,
    /// Where data is stored.
    Disk,
    /// A bell.
    Bell,
    /// A message on its way.
    Send,
    /// A level that values cross.
    Rule,
    /// A spanner.
    Wrench,
}

impl IconName {
    fn path(self) -> &'static str {
        match self {
            Self::Dashboard => "M4 13a8 8 0 1 1 16 0M12 13l4-4M3 17h18",
            Self::Server => {
                "M5 4h14a1 1 0 0 1 1 1v5H4V5a1 1 0 0 1 1-1zM4 14h16v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM8 7.2h.01M8 17.2h.01M12 17.2h4M12 7.2h4"
            }
            Self::Tag => {
                "M4 5v6.6a2 2 0 0 0 .6 1.4l6.8 6.8a2 2 0 0 0 2.8 0l5.6-5.6a2 2 0 0 0 0-2.8L13 4.6a2 2 0 0 0-1.4-.6H5a1 1 0 0 0-1 1zM8.5 8.5h.01"
            }
            Self::Record => {
                "M7 3h10a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM9.5 8h5M9.5 12h5M9.5 16h3"
            }
            Self::Search => "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM16 16l4 4",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Sun => {
                "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
            }
            Self::Moon => "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
            Self::Display => "M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM9 20h6M12 16v4",
            Self::Leave => "M14 4h4a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-4M10 16l-4-4 4-4M6 12h9",
            Self::Panel => "M4 4h16a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM9 4v16",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::CheckAll => "M2.5 12.5L7 17l9.5-9.5M11.5 16.5l.5.5 9.5-9.5",
            Self::Warning => "M12 4.2l8.7 15a.6.6 0 0 1-.5.9H3.8a.6.6 0 0 1-.5-.9zM12 10v4.5M12 17.2h.01",
            Self::Pencil => "M4 20l.9-4L16.2 4.7a1.5 1.5 0 0 1 2.1 0l1 1a1.5 1.5 0 0 1 0 2.1L8 19.1zM14 7l3 3",
            Self::Bin => {
                "M4 6.5h16M9 6.5V4.6a.6.6 0 0 1 .6-.6h4.8a.6.6 0 0 1 .6.6v1.9M6 6.5l.8 12.6a1 1 0 0 0 1 .9h8.4a1 1 0 0 0 1-.9L18 6.5M10 10.5v6M14 10.5v6"
            }
            Self::Again => "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.4M20 4.5v5h-5",
            Self::Rows => "M4 6h16M4 12h16M4 18h16",
            Self::Cards => "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
            Self::Grid => {
                "M4 4h4v4H4zM10 4h4v4h-4zM16 4h4v4h-4zM4 10h4v4H4zM10 10h4v4h-4zM16 10h4v4h-4zM4 16h4v4H4zM10 16h4v4h-4zM16 16h4v4h-4z"
            }
            Self::Clock => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
            Self::Keyboard => {
                "M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM7 10h.01M11 10h.01M15 10h.01M18 10h.01M8 14h8"
            }
            Self::Left => "M14.5 5.5L8 12l6.5 6.5",
            Self::Right => "M9.5 5.5L16 12l-6.5 6.5",
            Self::Key => "M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM11.5 12.5L4 20M7 17l2.5 2.5M15.5 8.5h.01",
            Self::Send => "M20.5 3.5L3.5 10.5l6.5 3 3 6.5zM10 13.5l4-4",
            Self::Rule => "M3.5 18.5l5-7 4 4 8-11M3.5 8.5h2.5M9.5 8.5H12M19 13.5h1.5M15.5 13.5h.5",
            Self::Wrench => {
                "M20.3 7.2l-3.1 3.1-3-.5-.5-3 3.1-3.1a5 5 0 0 0-6.4 6.5l-6.3 6.3a2.1 2.1 0 0 0 3 3l6.3-6.3a5 5 0 0 0 6.9-6z"
            }
            Self::Bell => "M6 17V11a6 6 0 1 1 12 0v6l1.5 1.5h-15zM10 20.5a2 2 0 0 0 4 0",
            Self::Disk => {
                "M12 3.5c4.4 0 8 1.1 8 2.5s-3.6 2.5-8 2.5S4 7.4 4 6s3.6-2.5 8-2.5zM4 6v12c0 1.4 3.6 2.5 8 2.5s8-1.1 8-2.5V6M4 12c0 1.4 3.6 2.5 8 2.5s8-1.1 8-2.5"
            }
            Self::Unplugged => {
                "M3 3l18 18M8.5 8.6A8 8 0 0 0 5 11M12 8c2.7 0 5.2 1.1 7 3M9 14.6a4.5 4.5 0 0 1 4.5-.9M12 18.5h.01"
            }
        }
    }
}

/// An icon; it says nothing to a screen reader, the words beside it do.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=name.path() />
        </svg>
    }
}
