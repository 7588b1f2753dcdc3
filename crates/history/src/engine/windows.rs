//! Reading windows of time out of the database: rows that came in lately as they are, what is packed by its directory.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::ServerId;
use futures::future::try_join_all;
use store::history::{ALL_SERIES, Block};

use super::{Engine, closing::TIMES, journal::unpack_open};
use crate::{
    Error, Result, Table, Tier,
    block::{unpack_times, unpack_wanted},
    directory::Directory,
    read_rows,
    rollup::Aggregate,
};

/// How often a window is read again that was written anew meanwhile.
const MOST_TRIES: usize = 3;
/// How many directories of closed windows stay in memory: some megabytes.
const MOST_DIRECTORIES: usize = 1_024;

/// What lies in a window: rows of all series as they came in, or series that were packed together, one by one.
#[derive(Debug)]
pub(super) enum Content {
    Rows(Vec<u8>),
    Packed { times: Vec<u8>, series: Vec<(String, Vec<u8>)> },
}

/// A part of what is in a window.
#[derive(Debug)]
pub(super) struct Fragment {
    pub window_ms: i64,
    pub content: Content,
}

impl Fragment {
    /// How many bytes it takes, packed.
    pub fn size(&self) -> usize {
        match &self.content {
            Content::Rows(rows) => rows.len(),
            Content::Packed { times, series } => times.len() + series.iter().map(|(_, data)| data.len()).sum::<usize>(),
        }
    }
}

/// What some windows have, in their order.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    pub fragments: Vec<Fragment>,
    /// What could not be read.
    pub damaged: Vec<Error>,
}

/// The directories of closed windows. A closed window changes only when rows come late; then its pieces have other names.
#[derive(Debug, Default)]
pub(super) struct Directories(HashMap<(ServerId, Tier, i64), Arc<Directory>>);

impl Directories {
    fn get(&self, server: ServerId, tier: Tier, window_ms: i64) -> Option<Arc<Directory>> {
        self.0.get(&(server, tier, window_ms)).map(Arc::clone)
    }

    fn keep(&mut self, server: ServerId, tier: Tier, window_ms: i64, directory: &Arc<Directory>) {
        if self.0.len() >= MOST_DIRECTORIES {
            self.0.clear();
        }
        self.0.insert((server, tier, window_ms), Arc::clone(directory));
    }

    fn forget(&mut self, server: ServerId, tier: Tier, window_ms: i64) {
        self.0.remove(&(server, tier, window_ms));
    }
}

impl Engine {
    /// Reads windows: all series, or the wanted ones; rows always have all.
    pub(super) async fn fragments(
        &self,
        server: ServerId,
        tier: Tier,
        windows_ms: &[i64],
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Fragments> {
        let mut found = Fragments::default();
        let by_directory = windows_ms.iter().map(|window_ms| self.by_directory(server, tier, *window_ms, &is_wanted));
        let mut others = Vec::new();
        for (window_ms, content) in windows_ms.iter().zip(try_join_all(by_directory).await?) {
            match content {
                Some(content) => found.fragments.push(Fragment { window_ms: *window_ms, content }),
                None => others.push(*window_ms),
            }
        }
        if !others.is_empty() {
            self.without_directory(server, tier, &others, &is_wanted, &mut found).await?;
        }
        found.fragments.sort_by_key(|fragment| fragment.window_ms);
        Ok(found)
    }

    /// The names of the series that windows have, in no order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn series_of_windows(&self, server: ServerId, tier: Tier, windows_ms: &[i64]) -> Result<Vec<String>> {
        let mut names = HashSet::new();
        for block in self.store.history().windows(server, tier.number(), windows_ms, TIMES).await? {
            let found = match Head::of(block.data) {
                Ok(Head::Rows(data)) => unpack_open(&data).and_then(|rows| read_rows(&rows, None)).map(|table| {
                    let keys = table.keys.into_iter();
                    names.extend(keys.filter(|key| Aggregate::of_key(key).1 == Aggregate::Average));
                }),
                Ok(Head::Packed(directory)) => {
                    names.extend(directory.names().map(str::to_owned));
                    Ok(())
                }
                Err(cause) => Err(cause),
            };
            if let Err(cause) = found {
                self.damaged(server, tier, &cause);
            }
        }
        Ok(names.into_iter().collect())
    }

    /// Reads a closed window whose directory is known in one question; `None` when it is not known, or does not lie so any more.
    async fn by_directory(
        &self,
        server: ServerId,
        tier: Tier,
        window_ms: i64,
        is_wanted: &impl Fn(&str) -> bool,
    ) -> Result<Option<Content>> {
        let Some(directory) = self.directories().get(server, tier, window_ms) else { return Ok(None) };
        let mut names = directory.needed(is_wanted);
        if !names.is_empty() {
            names.push(ALL_SERIES.to_owned());
            let rows = self.store.history().named(server, tier.number(), window_ms, &names).await?;
            let has_late_rows = rows.iter().any(|row| row.series == ALL_SERIES);
            if let Some(content) = packed(&directory, &rows, is_wanted).filter(|_| !has_late_rows) {
                return Ok(Some(content));
            }
        }
        // Without any wanted series, that it is still there would be seen by no piece.
        self.directories().forget(server, tier, window_ms);
        Ok(None)
    }

    async fn without_directory(
        &self,
        server: ServerId,
        tier: Tier,
        windows_ms: &[i64],
        is_wanted: &impl Fn(&str) -> bool,
        found: &mut Fragments,
    ) -> Result<()> {
        let mut windows_ms = windows_ms.to_vec();
        for _ in 0..MOST_TRIES {
            let heads = self.store.history().windows(server, tier.number(), &windows_ms, TIMES).await?;
            let windows = by_window(heads).into_iter().map(|heads| self.window(server, tier, heads, is_wanted));
            let mut again = Vec::new();
            for window in try_join_all(windows).await? {
                found.damaged.extend(window.damaged);
                match window.contents {
                    Some(contents) => found
                        .fragments
                        .extend(contents.into_iter().map(|content| Fragment { window_ms: window.window_ms, content })),
                    // Rows that came late made the window be written anew between the two questions.
                    None => again.push(window.window_ms),
                }
            }
            if again.is_empty() {
                return Ok(());
            }
            windows_ms = again;
        }
        found.damaged.push(Error::Damaged("a piece is missing"));
        Ok(())
    }

    /// What one window has.
    async fn window(
        &self,
        server: ServerId,
        tier: Tier,
        heads: Vec<Block>,
        is_wanted: &impl Fn(&str) -> bool,
    ) -> Result<Window> {
        let is_closed = matches!(heads.as_slice(), [head] if head.series == TIMES);
        let window_ms = heads.first().map_or(0, |head| head.window_ms);
        let (mut contents, mut directories, mut damaged) = (Vec::with_capacity(heads.len()), Vec::new(), Vec::new());
        for head in heads {
            match Head::of(head.data) {
                Ok(Head::Rows(rows)) => contents.push(Content::Rows(rows)),
                Ok(Head::Packed(directory)) => directories.push(Arc::new(directory)),
                Err(cause) => damaged.push(cause),
            }
        }
        // The pieces of all parts at once: an open window of a coarser tier has one part for each window that was rolled up into it.
        let needed: Vec<String> = directories.iter().flat_map(|directory| directory.needed(is_wanted)).collect();
        let pieces = self.store.history().named(server, tier.number(), window_ms, &needed).await?;
        for directory in directories {
            let Some(content) = packed(&directory, &pieces, is_wanted) else {
                return Ok(Window { window_ms, contents: None, damaged });
            };
            contents.push(content);
            if is_closed {
                self.directories().keep(server, tier, window_ms, &directory);
            }
        }
        Ok(Window { window_ms, contents: Some(contents), damaged })
    }
}

/// One window as it was read.
struct Window {
    window_ms: i64,
    /// What it has; `None` when a piece is missing.
    contents: Option<Vec<Content>>,
    damaged: Vec<Error>,
}

/// What a row that leads to others, or has all series, begins with.
enum Head {
    Rows(Vec<u8>),
    Packed(Directory),
}

impl Head {
    /// A directory begins with a mark of its own, which no frame of zstd does.
    fn of(data: Vec<u8>) -> Result<Self> {
        if Directory::is_one(&data) { Directory::unpack(&data).map(Self::Packed) } else { Ok(Self::Rows(data)) }
    }
}

fn by_window(mut heads: Vec<Block>) -> Vec<Vec<Block>> {
    heads.sort_by_key(|head| head.window_ms);
    let mut windows: Vec<Vec<Block>> = Vec::new();
    for head in heads {
        match windows.last_mut() {
            Some(window) if window.first().is_some_and(|first| first.window_ms == head.window_ms) => window.push(head),
            _ => windows.push(vec![head]),
        }
    }
    windows
}

fn packed(directory: &Directory, pieces: &[Block], is_wanted: impl Fn(&str) -> bool) -> Option<Content> {
    let pieces: HashMap<_, _> = pieces.iter().map(|piece| (piece.series.as_str(), piece.data.as_slice())).collect();
    let series = directory.read(&pieces, is_wanted)?;
    let series = series.into_iter().map(|(name, data)| (name.to_owned(), data)).collect();
    Some(Content::Packed { times: directory.times.clone(), series })
}

/// Fragments of one window as a table, and what could not be read of them.
pub(super) fn assemble(fragments: &[Fragment], wanted: Option<&HashSet<&str>>) -> (Table, Vec<Error>) {
    let (mut table, mut damaged) = (Table::default(), Vec::new());
    for fragment in fragments {
        let part = match &fragment.content {
            Content::Rows(rows) => unpack_open(rows).and_then(|rows| read_rows(&rows, wanted)),
            Content::Packed { times, series } => unpacked(times, series, wanted, &mut damaged),
        };
        match part {
            Ok(part) => table.append(part),
            Err(cause) => damaged.push(cause),
        }
    }
    (table, damaged)
}

fn unpacked(
    times: &[u8],
    series: &[(String, Vec<u8>)],
    wanted: Option<&HashSet<&str>>,
    damaged: &mut Vec<Error>,
) -> Result<Table> {
    let mut table = Table { times: unpack_times(times)?, ..Table::default() };
    for (name, data) in series {
        let keys = Aggregate::ALL.map(|aggregate| aggregate.key(name));
        let is_wanted = |number: usize| {
            wanted.is_none_or(|wanted| keys.get(number).is_some_and(|key| wanted.contains(key.as_str())))
        };
        match unpack_wanted(data, table.rows(), is_wanted) {
            Ok(columns) => {
                for (key, column) in keys.iter().zip(columns) {
                    if let Some(column) = column {
                        table.keys.push(key.clone());
                        table.columns.push(column);
                    }
                }
            }
            Err(cause) => damaged.push(cause),
        }
    }
    Ok(table)
}
