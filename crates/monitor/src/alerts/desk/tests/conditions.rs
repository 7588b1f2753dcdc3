//! What has no series of its own: host keys, lists, file systems that fill, certificates.

use ::alerts::{Certificate, Wants};
use domain::metrics::Filesystem;
use probe::{Names, Report};

use super::*;

fn about(condition: Condition) -> Rule {
    Rule { condition, ..rule(Scope::All) }
}

fn began(desk: &Desk) -> Vec<(String, bool)> {
    let happened = saves(desk).into_iter().flat_map(|(_, changes)| changes.happened);
    happened
        .map(|happened| match happened {
            Happened::Began(began) => (began.series, true),
            Happened::Ended { series, .. } => (series, false),
        })
        .collect()
}

#[test]
fn a_changed_host_key_is_an_incident_until_the_server_answers_again() {
    let desk = Desk::default();
    desk.begin(vec![about(Condition::HostKeyChanged)], Vec::new());
    let offline = |code| Server {
        status: Status::Offline,
        reason: Some(domain::status::Reason { code, message: String::new() }),
        ..server(None)
    };
    for code in [ReasonCode::NoAnswer, ReasonCode::HostKeyUnknown] {
        desk.connection(&offline(code), 1_000);
    }
    assert_eq!(began(&desk), []);
    desk.connection(&offline(ReasonCode::HostKeyChanged), 2_000);
    assert_eq!(began(&desk), [(String::new(), true)]);
    desk.connection(&offline(ReasonCode::TimedOut), 3_000);
    assert_eq!(began(&desk), [], "nobody sees a key");
    desk.connection(&Server { status: Status::Online, ..server(None) }, 4_000);
    assert_eq!(began(&desk), [(String::new(), false)]);
}

#[test]
fn lists_are_wanted_as_long_as_a_rule_looks_at_them() {
    let desk = Desk::default();
    desk.begin(vec![about(Condition::UnitFailed { unit: "*".to_owned() })], Vec::new());
    assert_eq!(desk.wants(ServerId(7)), Wants::default(), "nobody knows the server yet");
    desk.sampled(&server(None), &sample(1_000, 1.0));
    assert_eq!(desk.wants(ServerId(7)), Wants { units: true, processes: false });
    let names =
        |names: &[&str]| Some(Names { names: names.iter().map(|name| (*name).to_owned()).collect(), is_whole: true });
    let report = Report { failed_units: names(&["a.service"]), process_names: names(&["sh"]), ..Report::default() };
    desk.listed(&server(None), 2_000, &report);
    assert_eq!(began(&desk), [("unit:a.service".to_owned(), true)]);
    desk.listed(&server(None), 3_000, &Report::default());
    assert_eq!(began(&desk), [], "a report without lists says nothing");
    desk.set_rules(vec![about(Condition::ProcessMissing { process: "sh".to_owned() })]);
    desk.listed(&server(None), 4_000, &report);
    assert_eq!(began(&desk), [("unit:a.service".to_owned(), false)], "its rule looks at something else now");
    assert_eq!(desk.wants(ServerId(7)), Wants { units: false, processes: true });
}

#[test]
fn a_file_system_that_fills_is_told_from_the_samples_of_an_hour_and_a_restart_in_between_changes_nothing() {
    let rules = || vec![about(Condition::FullWithin { mount: "*".to_owned(), hours: 4 })];
    let filling = |minute: u64| {
        let used = 60_000_000 + minute * 200_000;
        let of = |mount: &str, used| Filesystem {
            mount: mount.to_owned(),
            size: 100_000_000,
            used,
            available: 100_000_000 - used,
            ..Filesystem::default()
        };
        let filesystems = Some(vec![of("/", 50_000_000), of("/srv", used)]);
        Sample { filesystems, ..sample(i64::try_from(minute).unwrap() * 60_000, 1.0) }
    };
    let desk = Desk::default();
    desk.begin(rules(), Vec::new());
    (0..20).for_each(|minute| desk.sampled(&server(None), &filling(minute)));
    let all = saves(&desk);
    let [Happened::Began(first)] = all[0].1.happened.as_slice() else { panic!("{all:?}") };
    assert_eq!((first.series.as_str(), first.at_ms), ("filesystem.full_hours:/srv", 10 * 60_000));
    assert!((first.value.unwrap() - 38.0 / 12.0).abs() < 0.01, "{first:?}");
    let states = all[0].1.states.iter().map(|(rule, series, state)| (ServerId(7), *rule, series.clone(), *state));
    let desk = Desk::default();
    desk.begin(rules(), states.collect());
    (21..60).for_each(|minute| desk.sampled(&server(None), &filling(minute)));
    assert_eq!(began(&desk), []);
}

#[test]
fn certificates_are_those_of_rules_that_cover_a_server() {
    let desk = Desk::default();
    let condition = Condition::CertificateEnds { port: 443, name: String::new(), days: 14 };
    desk.begin(vec![Rule { scope: Scope::Group(GroupId(3)), ..about(condition) }], Vec::new());
    desk.sampled(&server(None), &sample(1_000, 1.0));
    assert_eq!(desk.certificate_rules(), []);
    desk.sampled(&server(Some(3)), &sample(2_000, 1.0));
    let wanted = desk.certificate_rules();
    assert_eq!((wanted.len(), wanted[0].0, wanted[0].1[0].port), (1, ServerId(7), 443));
    let ends = Certificate::Read { from_ms: 0, until_ms: 90_000_000 };
    desk.certificate(&server(Some(3)), 3_000, (443, ""), ends);
    assert_eq!(began(&desk), [("certificate:443".to_owned(), true)]);
    desk.certificate(&server(Some(3)), 4_000, (443, ""), Certificate::Unread);
    assert_eq!(began(&desk), []);
}
