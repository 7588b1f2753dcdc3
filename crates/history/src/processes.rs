//! Lists of processes as bytes. Most of them are the same ones minute after minute, so each is described once and then named by its number.

use std::collections::HashMap;

use domain::{
    history::ProcessesThen,
    metrics::{Process, Processes},
};

use crate::{
    Error, Result,
    varint::{Reader, put, put_signed},
    zip::{unzip, zip},
};

/// No block of lists is larger than this when unpacked.
const MOST_BYTES: usize = 16 << 20;
/// Processor use is kept in steps of a hundredth of a percent.
const CPU_STEPS: f64 = 100.0;
/// Memory is kept in KiB: it is given in pages.
const MEMORY_STEP: u64 = 1_024;

/// The processes of a list that are kept: those that use the processor most, and those that use memory most.
const MOST_BY_EACH: usize = 8;

/// Leaves out what is not kept of a list; its order stays.
pub(crate) fn fewest(processes: &Processes) -> Processes {
    let mut by_memory: Vec<&Process> = processes.top.iter().collect();
    by_memory.sort_by_key(|process| std::cmp::Reverse(process.memory));
    let mut by_cpu: Vec<&Process> = processes.top.iter().collect();
    by_cpu.sort_by(|a, b| b.cpu.total_cmp(&a.cpu));
    let kept: Vec<u32> = by_cpu
        .iter()
        .take(MOST_BY_EACH)
        .chain(by_memory.iter().take(MOST_BY_EACH))
        .map(|process| process.pid)
        .collect();
    let top = processes.top.iter().filter(|process| kept.contains(&process.pid)).cloned().collect();
    Processes { total: processes.total, top }
}

/// What stays the same of a process.
type Known = (u32, String, String, String);

/// Packs lists, oldest first.
///
/// # Errors
/// When the codec refuses.
pub(crate) fn pack(lists: &[ProcessesThen], level: i32) -> Result<Vec<u8>> {
    let mut numbers: HashMap<Known, u64> = HashMap::new();
    let mut described = Vec::new();
    let mut rows = Vec::new();
    let mut memories: Vec<u64> = Vec::new();
    let mut before_ms = 0;
    for list in lists {
        put_signed(&mut rows, list.at_ms.wrapping_sub(before_ms));
        before_ms = list.at_ms;
        put(&mut rows, list.processes.total.into());
        put(&mut rows, list.processes.top.len() as u64);
        for process in &list.processes.top {
            let known = (process.pid, process.user.clone(), process.name.clone(), process.command.clone());
            let next = numbers.len() as u64;
            let number = *numbers.entry(known).or_insert_with(|| {
                put(&mut described, process.pid.into());
                for words in [&process.user, &process.name, &process.command] {
                    put_words(&mut described, words);
                }
                memories.push(0);
                next
            });
            put(&mut rows, number);
            put_words(&mut rows, &process.state);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a float becomes the nearest there is"
            )]
            put(&mut rows, (process.cpu * CPU_STEPS).round() as u64);
            let memory = process.memory / MEMORY_STEP;
            let place = usize::try_from(number).ok().and_then(|place| memories.get_mut(place));
            let before = place.map(|place| std::mem::replace(place, memory)).unwrap_or_default();
            put_signed(&mut rows, memory.cast_signed().wrapping_sub(before.cast_signed()));
        }
    }
    let mut bytes = Vec::with_capacity(described.len() + rows.len() + 16);
    put(&mut bytes, numbers.len() as u64);
    bytes.extend(described);
    put(&mut bytes, lists.len() as u64);
    bytes.extend(rows);
    zip(&bytes, level)
}

/// Unpacks lists, oldest first.
///
/// # Errors
/// When the bytes are damaged.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Vec<ProcessesThen>> {
    let bytes = unzip(bytes, MOST_BYTES)?;
    let mut reader = Reader::new(&bytes);
    let mut known: Vec<(Known, u64)> = Vec::new();
    for _ in 0..reader.length()? {
        let pid = small(reader.unsigned()?)?;
        let process = (pid, take_words(&mut reader)?, take_words(&mut reader)?, take_words(&mut reader)?);
        known.push((process, 0));
    }
    let (mut lists, mut at_ms) = (Vec::new(), 0_i64);
    for _ in 0..reader.length()? {
        at_ms = at_ms.wrapping_add(reader.signed()?);
        let total = small(reader.unsigned()?)?;
        let mut top = Vec::new();
        for _ in 0..reader.length()? {
            let number = reader.length()?;
            let (known, memory) = known.get_mut(number).ok_or(Error::Damaged("a process is not described"))?;
            let state = take_words(&mut reader)?;
            #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
            let cpu = reader.unsigned()? as f64 / CPU_STEPS;
            *memory = memory.cast_signed().wrapping_add(reader.signed()?).cast_unsigned();
            let (pid, user, name, command) = known.clone();
            top.push(Process { pid, user, name, command, state, cpu, memory: memory.saturating_mul(MEMORY_STEP) });
        }
        lists.push(ProcessesThen { at_ms, processes: Processes { total, top } });
    }
    Ok(lists)
}

fn put_words(bytes: &mut Vec<u8>, words: &str) {
    put(bytes, words.len() as u64);
    bytes.extend_from_slice(words.as_bytes());
}

fn take_words(reader: &mut Reader<'_>) -> Result<String> {
    let length = reader.length()?;
    let bytes = reader.take(length)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| Error::Damaged("words are not UTF-8"))
}

fn small(number: u64) -> Result<u32> {
    u32::try_from(number).map_err(|_| Error::Damaged("a number is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(at_ms: i64, shift: u32) -> ProcessesThen {
        let top = (0..20).map(|number| Process {
            pid: 100 + number + shift,
            user: "root".to_owned(),
            name: format!("worker-{number}"),
            command: format!("/usr/bin/worker --number {number}"),
            state: "S".to_owned(),
            cpu: f64::from(20 - number) * 1.25,
            memory: 4_096 * u64::from(number * number + shift),
        });
        ProcessesThen { at_ms, processes: Processes { total: 210, top: top.collect() } }
    }

    #[test]
    fn lists_come_back_as_they_were() {
        let lists: Vec<_> = (0..360).map(|minute| list(1_000_000 + minute * 60_000, (minute / 100) as u32)).collect();
        let packed = pack(&lists, 3).unwrap();
        assert_eq!(unpack(&packed).unwrap(), lists);
        assert!(packed.len() < 40 * lists.len(), "{} bytes", packed.len());
        assert_eq!(unpack(&pack(&[], 3).unwrap()).unwrap(), []);
    }

    #[test]
    fn damaged_bytes_are_an_error_and_never_a_panic() {
        let packed = pack(&[list(5, 0), list(60_005, 1)], 3).unwrap();
        let plain = unzip(&packed, MOST_BYTES).unwrap();
        for cut in 0..plain.len() {
            let torn = zip(plain.get(..cut).unwrap(), 3).unwrap();
            assert!(unpack(&torn).is_err(), "cut at {cut}");
        }
        for place in 0..plain.len() {
            let mut changed = plain.clone();
            if let Some(byte) = changed.get_mut(place) {
                *byte ^= 0xff;
            }
            let _ = unpack(&zip(&changed, 3).unwrap());
        }
    }

    #[test]
    fn those_that_take_the_most_are_kept() {
        let kept = fewest(&list(0, 0).processes);
        let names: Vec<_> = kept.top.iter().map(|process| process.pid - 100).collect();
        assert_eq!(names, (0..8).chain(12..20).collect::<Vec<_>>());
        assert_eq!(kept.total, 210);
    }
}
