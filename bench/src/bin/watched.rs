//! `script/bench watched`: what a report costs the watched server.

use clap::Parser;

fn main() -> anyhow::Result<()> {
    let arguments = bench::watched::Arguments::parse();
    tokio::runtime::Runtime::new()?.block_on(bench::watched::run(arguments))
}
