//! Searching, filtering and sorting rows.

use super::*;

fn row(id: i64, name: &str, status: Status, cpu: Option<f32>) -> Row {
    Row {
        id: ServerId(id),
        meta: RowMeta {
            name: name.to_owned(),
            host: format!("192.0.2.{id}"),
            port: 22,
            via: Via::Ssh,
            group_id: (id % 2 == 0).then_some(GroupId(1)),
            tag_ids: vec![TagId(id)],
            interval_secs: 3,
        },
        connection: Connection { status, ..Connection::default() },
        vitals: cpu.map(|cpu| Vitals { cpu, ..Vitals::default() }),
        spark: Vec::new(),
        incidents: OpenIncidents::default(),
    }
}

fn fleet() -> Vec<Row> {
    vec![
        row(1, "web-10", Status::Online, Some(5.0)),
        row(2, "web-9", Status::Online, Some(95.0)),
        row(3, "db", Status::Offline, None),
        row(4, "Cache", Status::Unknown, None),
        row(5, "mail", Status::Online, Some(85.0)),
    ]
}

fn names(filter: &Filter) -> Vec<String> {
    let rows = fleet();
    filter.apply(&rows).into_iter().map(|row| row.meta.name.clone()).collect()
}

#[test]
fn what_needs_a_person_comes_first() {
    assert_eq!(names(&Filter::default()), ["db", "web-9", "mail", "Cache", "web-10"]);
}

#[test]
fn names_sort_as_a_person_would() {
    let filter = Filter { sort: SortKey::Name, ..Filter::default() };
    assert_eq!(names(&filter), ["Cache", "db", "mail", "web-9", "web-10"]);
}

#[test]
fn rows_without_values_come_last_both_ways_round() {
    let mut filter = Filter { sort: SortKey::Cpu, ..Filter::default() };
    assert_eq!(names(&filter), ["web-10", "mail", "web-9", "Cache", "db"]);
    filter.descending = true;
    assert_eq!(names(&filter), ["web-9", "mail", "web-10", "Cache", "db"]);
}

#[test]
fn search_takes_all_words_in_name_or_host() {
    let filter = Filter { search: "WEB .2".to_owned(), ..Filter::default() };
    assert_eq!(names(&filter), ["web-9", "web-10"]);
    let filter = Filter { search: "192.0.2.5".to_owned(), ..Filter::default() };
    assert_eq!(names(&filter), ["mail"]);
}

#[test]
fn filters_narrow_by_group_tag_and_state() {
    let group = Filter { group: Some(GroupId(1)), ..Filter::default() };
    assert_eq!(names(&group), ["web-9", "Cache"]);
    let tag = Filter { tag: Some(TagId(3)), ..Filter::default() };
    assert_eq!(names(&tag), ["db"]);
    let critical = Filter { state: Some(StateFilter::Critical), ..Filter::default() };
    assert_eq!(names(&critical), ["web-9"]);
}

#[test]
fn the_summary_counts_each_server_once_per_question() {
    let summary = Summary::of(&fleet());
    assert_eq!(summary, Summary { total: 5, online: 3, offline: 1, unknown: 1, warning: 1, critical: 1, incidents: 0 });
}

#[test]
fn an_open_incident_makes_a_server_as_bad_as_it_is_until_somebody_takes_it_on() {
    let mut rows = fleet();
    rows[0].incidents = OpenIncidents { critical: 2, warning: 1, acknowledged: 0 };
    assert_eq!(rows[0].level(), Level::Critical, "though its values are fine");
    assert!(StateFilter::Critical.takes(&rows[0]) && StateFilter::Online.takes(&rows[0]));
    assert_eq!((Summary::of(&rows).critical, Summary::of(&rows).incidents), (2, 3));
    rows[0].incidents = OpenIncidents { acknowledged: 3, ..OpenIncidents::default() };
    assert_eq!((rows[0].level(), Summary::of(&rows).critical, Summary::of(&rows).incidents), (Level::Fine, 1, 3));
}

#[test]
fn of_two_that_are_as_bad_the_one_that_nobody_has_taken_on_comes_first() {
    let mut rows = vec![row(1, "a", Status::Offline, None), row(2, "b", Status::Offline, None)];
    rows[0].incidents.acknowledged = 1;
    let first = |rows: &[Row]| Filter::default().apply(rows).first().unwrap().meta.name.clone();
    assert_eq!(first(&rows), "b");
    rows[0].incidents.critical = 1;
    assert_eq!(first(&rows), "a", "something new has begun there");
}
