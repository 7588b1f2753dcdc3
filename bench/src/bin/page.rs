//! `script/bench page`: what the dashboard weighs and how soon it can be used. Started with `simulate`, it is the simulator.

use clap::Parser;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if_eq("simulate").is_some() {
        return bench::simulate::run(arguments);
    }
    let arguments = bench::page::Arguments::parse();
    tokio::runtime::Runtime::new()?.block_on(bench::page::run(arguments))
}
