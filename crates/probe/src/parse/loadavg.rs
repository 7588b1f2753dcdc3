//! `/proc/loadavg` (proc(5)): three averages, running and all tasks, the newest process.

use domain::metrics::Load;

use super::text::{from_hundredths, hundredths, number_u32};

pub(crate) fn parse(text: &str) -> Option<Load> {
    let mut words = text.split_ascii_whitespace();
    let mut average = || hundredths(words.next()?).map(from_hundredths);
    let (one, five, fifteen) = (average()?, average()?, average()?);
    let (running, tasks) = words.next()?.split_once('/')?;
    Some(Load { one, five, fifteen, running: number_u32(running)?, tasks: number_u32(tasks)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_and_tasks_are_read() {
        let load = Load { one: 0.07, five: 0.89, fifteen: 11.47, running: 1, tasks: 81 };
        assert_eq!(parse("0.07 0.89 11.47 1/81 11253\n"), Some(load));
        assert_eq!(parse("0.07 0.89 nan 1/81 11253\n"), None);
        assert_eq!(parse("0.07 0.89 11.47\n"), None);
        assert_eq!(parse(""), None);
    }
}
