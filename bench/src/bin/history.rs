//! `script/bench history`: what the past costs, and how soon it is there.

use clap::Parser;

fn main() -> anyhow::Result<()> {
    let arguments = bench::history::Arguments::parse();
    tokio::runtime::Runtime::new()?.block_on(bench::history::run(arguments))
}
