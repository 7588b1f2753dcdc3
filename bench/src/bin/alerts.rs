//! `script/bench alerts`: what rules cost, and how soon people are told. Started with `simulate`, it is the simulator.

use clap::Parser;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if_eq("simulate").is_some() {
        return bench::simulate::run(arguments);
    }
    let arguments = bench::alerts::Arguments::parse();
    tokio::runtime::Runtime::new()?.block_on(bench::alerts::run(arguments))
}
