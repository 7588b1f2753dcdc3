//! Gives the servers of a database a past, for tests and screenshots.

use clap::Parser;

fn main() -> anyhow::Result<()> {
    let arguments = bench::seed::Arguments::parse();
    tokio::runtime::Runtime::new()?.block_on(bench::seed::run(arguments))
}
