//! Plays many SSH servers; see `bench::simulator` and `--help`.

fn main() -> anyhow::Result<()> {
    bench::simulate::run(std::env::args().skip(1))
}
