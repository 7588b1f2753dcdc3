//! The section `identity`: keys and values of `/proc/sys/kernel`, `os-release` (os-release(5)) and `/proc/cpuinfo`.

use domain::metrics::Identity;

use super::stat::Stat;
use super::text::{NAME_MAX_CHARS, clean};

/// What of `/proc/cpuinfo` is looked at: it names the processor by another key on every architecture.
#[derive(Default)]
struct CpuInfo<'a> {
    model_name: &'a str,
    /// A whole board, as on a Raspberry Pi.
    board: &'a str,
    hardware: &'a str,
    other: &'a str,
    /// On s390.
    machine: &'a str,
    /// ARM's codes of the maker and of the design.
    implementer: &'a str,
    part: &'a str,
}

pub(super) fn parse(text: &str, stat: &Stat) -> Identity {
    let mut identity = Identity::default();
    let (mut kind, mut release) = ("", "");
    let mut cpu = CpuInfo::default();
    for line in text.lines() {
        let Some((key, value)) = line.trim_start().split_once(' ') else { continue };
        let name = || clean(value, NAME_MAX_CHARS);
        match key {
            "hostname" => identity.hostname = name(),
            "ostype" => kind = value,
            "osrelease" => release = value,
            "arch" => identity.architecture = name(),
            "os" => identity.distribution = clean(value.trim().trim_matches(['"', '\'']), NAME_MAX_CHARS),
            "cpu" => cpu_line(&mut cpu, value),
            _ => {}
        }
    }
    identity.kernel = clean(&format!("{} {}", kind.trim(), release.trim()), NAME_MAX_CHARS);
    identity.cpu_model = cpu_model(&cpu);
    identity.cores = u32::try_from(stat.cores.len()).unwrap_or(u32::MAX);
    let booted_at_ms = stat.booted_at_secs.saturating_mul(1000);
    identity.booted_at_ms = i64::try_from(booted_at_ms).unwrap_or(i64::MAX);
    identity
}

fn cpu_line<'a>(cpu: &mut CpuInfo<'a>, line: &'a str) {
    let Some((key, value)) = line.split_once(':') else { return };
    let value = value.trim();
    match key {
        "model name" => cpu.model_name = value,
        "Model" => cpu.board = value,
        "Hardware" => cpu.hardware = value,
        "cpu" | "cpu model" | "uarch" => cpu.other = value,
        "processor 0" => cpu.machine = value.rsplit_once("machine = ").map_or("", |(_, machine)| machine),
        "CPU implementer" => cpu.implementer = value,
        "CPU part" => cpu.part = value,
        _ => {}
    }
}

fn cpu_model(cpu: &CpuInfo<'_>) -> String {
    // A 32-bit ARM kernel writes "ARMv7 Processor rev 3 (v7l)" there, which says less than the board.
    let model_name = if cpu.model_name.starts_with("ARMv") && !cpu.board.is_empty() { "" } else { cpu.model_name };
    let design = arm_design(cpu.implementer, cpu.part);
    if cpu.machine.is_empty() {
        let known = [model_name, cpu.board, cpu.hardware, cpu.other, design];
        let name = known.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        return clean(&name.split_ascii_whitespace().collect::<Vec<_>>().join(" "), NAME_MAX_CHARS);
    }
    clean(&format!("IBM/S390 machine {}", cpu.machine), NAME_MAX_CHARS)
}

/// The names of ARM's designs that servers have (the tables of lscpu, `sys-utils/lscpu-arm.c` in util-linux).
fn arm_design(implementer: &str, part: &str) -> &'static str {
    match (implementer, part) {
        ("0x41", "0xd03") => "ARM Cortex-A53",
        ("0x41", "0xd04") => "ARM Cortex-A35",
        ("0x41", "0xd05") => "ARM Cortex-A55",
        ("0x41", "0xd07") => "ARM Cortex-A57",
        ("0x41", "0xd08") => "ARM Cortex-A72",
        ("0x41", "0xd09") => "ARM Cortex-A73",
        ("0x41", "0xd0b") => "ARM Cortex-A76",
        ("0x41", "0xd0c") => "ARM Neoverse-N1",
        ("0x41", "0xd40") => "ARM Neoverse-V1",
        ("0x41", "0xd49") => "ARM Neoverse-N2",
        ("0x41", "0xd4f") => "ARM Neoverse-V2",
        ("0x41", "0xd8e") => "ARM Neoverse-N3",
        ("0x43", "0x0af") => "Cavium ThunderX2",
        ("0x46", "0x001") => "Fujitsu A64FX",
        ("0x48", "0xd01") => "HiSilicon Kunpeng-920",
        ("0xc0", "0xac3") => "Ampere-1",
        ("0xc0", "0xac4") => "Ampere-1a",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_named_on_every_architecture() {
        let cases = [
            ("cpu vendor_id: AuthenticAMD\ncpu model name: AMD EPYC  7B13 \n", "AMD EPYC 7B13"),
            ("cpu Model: Raspberry Pi 4 Model B Rev 1.4\ncpu Hardware: BCM2835\n", "Raspberry Pi 4 Model B Rev 1.4"),
            ("cpu model name: ARMv7 Processor rev 3 (v7l)\ncpu Model: Raspberry Pi 3\n", "Raspberry Pi 3"),
            ("cpu model name: ARMv7 Processor rev 3 (v7l)\n", "ARMv7 Processor rev 3 (v7l)"),
            ("cpu CPU implementer: 0x41\ncpu CPU part: 0xd0c\n", "ARM Neoverse-N1"),
            ("cpu cpu: POWER9, altivec supported\n", "POWER9, altivec supported"),
            (
                "cpu vendor_id: IBM/S390\ncpu processor 0: version = FF,  identification = 0133E8,  machine = 2964\n",
                "IBM/S390 machine 2964",
            ),
            ("cpu CPU implementer: 0x99\ncpu CPU part: 0xd0c\n", ""),
        ];
        for (text, model) in cases {
            assert_eq!(parse(text, &Stat::default()).cpu_model, model);
        }
    }

    #[test]
    fn the_rest_is_taken_from_kernel_and_distribution() {
        let stat = Stat { booted_at_secs: 1_795_440_333, ..Stat::default() };
        let text =
            "hostname vm\nostype Linux\nosrelease 6.1.0-18-amd64\narch x86_64\nos \"Debian GNU/Linux 12 (bookworm)\"\n";
        let identity = parse(text, &stat);
        assert_eq!(identity.hostname, "vm");
        assert_eq!(identity.kernel, "Linux 6.1.0-18-amd64");
        assert_eq!(identity.architecture, "x86_64");
        assert_eq!(identity.distribution, "Debian GNU/Linux 12 (bookworm)");
        assert_eq!(identity.booted_at_ms, 1_795_440_333_000);
    }
}
