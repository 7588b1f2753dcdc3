//! What messages say.

use std::collections::HashSet;

use domain::{
    Error,
    alerts::Severity,
    format,
    notify::{Event, Item, Language, Message, Occasion, Payload, Templates},
    unit::Unit,
};
use minijinja::{Environment, context};
use serde::Serialize;

use crate::{
    Readers,
    template::{bounded, minijinja_defaults, rendered},
    words::Words,
};

/// How many incidents are told by name.
const ITEMS: usize = 20;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// One line.
    pub title: String,
    /// Lines.
    pub text: String,
    /// Where more is to be seen.
    pub link: Option<String>,
    /// What the way there is called.
    pub open: &'static str,
    /// Its language.
    pub language: Language,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it is over.
    pub is_over: bool,
}

#[derive(Serialize)]
struct ItemText<'a> {
    server: &'a str,
    series: &'a str,
    value: Option<f64>,
    /// The series with its value.
    what: String,
    since: String,
    ended: Option<String>,
    lasted: Option<String>,
    link: Option<String>,
}

pub(crate) fn of(payload: &Payload, readers: Readers<'_>, public_url: Option<&str>) -> Result<Text, String> {
    match payload {
        Payload::Incidents(message) => of_incidents(message, readers, public_url),
        Payload::Event(event) => Ok(of_event(event, readers.language, public_url)),
    }
}

/// What is sent where a channel's own templates fail.
pub(crate) fn usual(payload: &Payload, public_url: Option<&str>) -> Result<Text, String> {
    let (zone, templates) = (crate::Zone::utc(), Templates::default());
    of(payload, Readers { zone: &zone, language: Language::default(), templates: &templates }, public_url)
}

/// Renders both templates with examples of all that can be told.
pub(crate) fn check(templates: &Templates) -> domain::Result<()> {
    let utc = crate::Zone::utc();
    for (field, one) in [
        ("title", Templates { text: String::new(), ..templates.clone() }),
        ("text", Templates { title: String::new(), ..templates.clone() }),
    ] {
        bounded(field, &one.title, usize::MAX)?;
        bounded(field, &one.text, usize::MAX)?;
        let readers = Readers { zone: &utc, language: Language::default(), templates: &one };
        for payload in examples() {
            for public_url in [None, Some("https://monitor.example.com")] {
                of(&payload, readers, public_url).map_err(|message| Error::invalid(field, message))?;
            }
        }
    }
    Ok(())
}

/// Messages of all kinds: each occasion, of one server and of more than are told by name.
pub(crate) fn examples() -> impl Iterator<Item = Payload> {
    let occasions = [Occasion::Began, Occasion::Escalated, Occasion::Reminder, Occasion::Ended, Occasion::Test];
    occasions.into_iter().flat_map(|occasion| {
        [1, ITEMS + 5].map(|count| {
            let ended_at_ms = (occasion == Occasion::Ended).then_some(60_000);
            let item = Item { ended_at_ms, ..example_item(0) };
            // What is about the server itself has neither a series nor a value.
            let last = Item { series: String::new(), value: None, ..item.clone() };
            let items = std::iter::repeat_n(item, count).chain((count > 1).then_some(last)).collect();
            Payload::Incidents(Message { occasion, items, behind: u32::from(count > 1), ..example(0) })
        })
    })
}

/// A message to look at.
pub(crate) fn example(at_ms: i64) -> Message {
    Message {
        occasion: Occasion::Test,
        rule: "CPU critical".to_owned(),
        severity: Severity::Critical,
        at_ms,
        items: vec![example_item(at_ms)],
        behind: 0,
    }
}

/// What it is about.
pub(crate) fn example_item(since_ms: i64) -> Item {
    Item {
        incident: domain::IncidentId(0),
        server_id: None,
        server: "web-1".to_owned(),
        series: "cpu.busy".to_owned(),
        value: Some(95.3),
        since_ms,
        ended_at_ms: None,
    }
}

fn of_incidents(message: &Message, readers: Readers<'_>, public_url: Option<&str>) -> Result<Text, String> {
    let Readers { zone, language, templates } = readers;
    let words = Words::of(language);
    let Message { occasion, rule, severity, at_ms, items, behind } = message;
    let link_of = |item: &Item| {
        public_url.filter(|_| item.incident.0 > 0).map(|url| format!("{url}/incidents/{}", item.incident))
    };
    let shown: Vec<ItemText> = items
        .iter()
        .take(ITEMS)
        .map(|item| ItemText {
            server: &item.server,
            series: &item.series,
            value: item.value,
            what: what(item, words),
            since: zone.text(item.since_ms),
            ended: item.ended_at_ms.map(|at_ms| zone.text(at_ms)),
            lasted: item.ended_at_ms.map(|at_ms| duration(at_ms - item.since_ms)),
            link: link_of(item),
        })
        .collect();
    let link = match items.as_slice() {
        [one] => link_of(one),
        _ => public_url.map(|url| format!("{url}/incidents")),
    };
    let servers = items.iter().map(|item| (item.server_id, &item.server)).collect::<HashSet<_>>().len();
    let context = context! {
        occasion,
        rule,
        severity,
        severity_name => words.severity(*severity),
        at => zone.text(*at_ms),
        count => items.len(),
        servers => servers,
        more => items.len().saturating_sub(ITEMS),
        items => shown,
        behind,
        link,
    };
    let render = |template: &str, usual: &str| {
        let template = if template.trim().is_empty() { usual } else { template };
        let mut environment = Environment::empty();
        minijinja_defaults(&mut environment);
        rendered(&environment, template, &context)
    };
    let title = render(&templates.title, words.title)?;
    // A title with more lines would be headers of a mail.
    let title = title.split(|c: char| c.is_control() || c == ' ').filter(|word| !word.is_empty());
    let title = title.collect::<Vec<_>>().join(" ");
    let text = render(&templates.text, words.text)?.trim().to_owned();
    let is_over = *occasion == Occasion::Ended;
    Ok(Text { title, text, link, open: words.open, language, severity: *severity, is_over })
}

fn of_event(event: &Event, language: Language, public_url: Option<&str>) -> Text {
    let who = if event.username.is_empty() { String::new() } else { format!(" by {}", event.username) };
    let severity = if event.severity == "critical" { Severity::Critical } else { Severity::Warning };
    Text {
        title: format!("{}{who}", event.event_type),
        text: event.detail.clone(),
        link: public_url.map(str::to_owned),
        open: Words::of(language).open,
        language,
        severity,
        is_over: false,
    }
}

/// A body of one's own, in which what is put in is quoted as its content type wants it.
pub(crate) fn body(template: &str, content_type: &str, note: &crate::channel::Note<'_>) -> Result<String, String> {
    let mut environment = Environment::empty();
    minijinja_defaults(&mut environment);
    let quoting = Quoting::of(content_type);
    environment.set_formatter(move |out, _, value| {
        let text = value.to_string();
        let quoted = match quoting {
            Quoting::Json => serde_json::to_string(&value).unwrap_or_default(),
            Quoting::Form => form_urlencoded::byte_serialize(text.as_bytes()).collect(),
            Quoting::Markup => crate::escape::html(&text),
            Quoting::Plain => text,
        };
        out.write_str(&quoted).map_err(Into::into)
    });
    let text = note.text;
    let context = context! {
        event_id => note.event_id,
        event_type => note.payload.event_type(),
        title => text.title,
        text => text.text,
        link => text.link.as_deref().unwrap_or_default(),
        severity => text.severity,
        is_over => text.is_over,
    };
    rendered(&environment, template, &context)
}

#[derive(Clone, Copy)]
enum Quoting {
    Json,
    Form,
    Markup,
    Plain,
}

impl Quoting {
    fn of(content_type: &str) -> Self {
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/x-www-form-urlencoded" => Self::Form,
            json if json == "application/json" || json.ends_with("+json") => Self::Json,
            markup if markup.ends_with("xml") || markup == "text/html" => Self::Markup,
            _ => Self::Plain,
        }
    }
}

/// What was measured, with its value and unit.
fn what(item: &Item, words: &Words) -> String {
    let name = words.series(&item.series);
    match item.value {
        Some(value) if value < 0.0 && words.expired(&item.series).is_some() => {
            words.expired(&item.series).unwrap_or_default()
        }
        Some(value) if !item.series.is_empty() => {
            let value = Unit::of(&item.series).write_measured(value).replace('.', words.decimal);
            plain(&format!("{name} {value}"))
        }
        _ => name,
    }
}

/// How long something took, such as `2 h 5 min`.
fn duration(ms: i64) -> String {
    plain(&format::duration(u64::try_from(ms / 1_000).unwrap_or(0)))
}

/// With spaces that every service and every mail program knows.
fn plain(text: &str) -> String {
    text.replace('\u{202f}', " ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::Zone;

    fn message(count: i64, occasion: Occasion) -> Payload {
        let item = |number: i64| Item {
            incident: domain::IncidentId(number),
            server: format!("web-{number}"),
            since_ms: 1_700_000_000_000,
            ended_at_ms: (occasion == Occasion::Ended).then_some(1_700_000_000_000 + 3_900_000),
            ..example_item(0)
        };
        Payload::Incidents(Message { occasion, items: (1..=count).map(item).collect(), behind: 0, ..example(0) })
    }

    fn text(payload: &Payload, templates: &Templates) -> Result<Text, String> {
        in_language(payload, templates, Language::English)
    }

    fn in_language(payload: &Payload, templates: &Templates, language: Language) -> Result<Text, String> {
        let zone = Zone::named("Europe/Berlin").unwrap();
        of(payload, Readers { zone: &zone, language, templates }, Some("https://monitor.example.com"))
    }

    #[test]
    fn one_incident_and_its_end() {
        let began = text(&message(1, Occasion::Began), &Templates::default()).unwrap();
        assert_eq!(began.title, "Critical: CPU critical on web-1");
        assert_eq!(began.text, "web-1, CPU 95.3 %: since 2023-11-14 23:13 CET");
        assert_eq!(began.link.as_deref(), Some("https://monitor.example.com/incidents/1"));
        let ended = text(&message(1, Occasion::Ended), &Templates::default()).unwrap();
        assert_eq!(ended.title, "Over: CPU critical on web-1");
        assert!(
            ended.text.ends_with("over at 2023-11-15 00:18 CET, after 1 h 5 min") && ended.is_over,
            "{}",
            ended.text
        );
    }

    #[test]
    fn many_are_one_message_of_bounded_length() {
        let many = text(&message(200, Occasion::Began), &Templates::default()).unwrap();
        assert_eq!(many.title, "Critical: CPU critical on 200 servers");
        assert!(many.text.ends_with("and 180 more"), "{}", many.text);
        assert_eq!(many.link.as_deref(), Some("https://monitor.example.com/incidents"));
    }

    #[test]
    fn the_usual_texts_say_all_of_it_in_every_language() {
        let mut titles = std::collections::HashSet::new();
        for language in Language::ALL {
            let told = |count, occasion, behind| {
                let Payload::Incidents(mut message) = message(count, occasion) else { unreachable!() };
                message.behind = behind;
                in_language(&Payload::Incidents(message), &Templates::default(), language).unwrap()
            };
            for occasion in [Occasion::Began, Occasion::Escalated, Occasion::Reminder, Occasion::Ended, Occasion::Test]
            {
                let one = told(1, occasion, 0);
                assert!(
                    one.title.contains("CPU critical") && one.title.contains("web-1"),
                    "{language:?}: {}",
                    one.title
                );
                assert!(titles.insert((language, one.title.clone())), "each occasion has a title: {}", one.title);
                let many = told(23, occasion, 7);
                assert!(
                    many.title.contains("23") && many.text.contains('3') && many.text.contains('7'),
                    "{language:?}"
                );
                assert!(many.text.lines().count() >= 22, "{}", many.text);
                let moment = if occasion == Occasion::Ended { "2023-11-15 00:18 CET" } else { "2023-11-14 23:13 CET" };
                assert!(one.text.contains(moment), "{language:?}: {}", one.text);
                assert_eq!(one.text.contains("1 h 5 min"), occasion == Occasion::Ended, "{}", one.text);
            }
        }
        let german = in_language(&message(1, Occasion::Escalated), &Templates::default(), Language::German).unwrap();
        assert_eq!(german.title, "Noch unbestätigt, Kritisch: CPU critical auf web-1");
        assert_eq!(german.text, "web-1, CPU 95,3 %: seit 2023-11-14 23:13 CET");
        assert_eq!(german.open, "In Server Monitor öffnen");
        let own = Templates { title: "{{ severity }} {{ severity_name }}".to_owned(), text: String::new() };
        let told = in_language(&message(1, Occasion::Began), &own, Language::Chinese).unwrap();
        assert_eq!(told.title, "critical 严重");
    }

    #[test]
    fn several_incidents_of_one_server_are_of_one_server() {
        let item = |mount: &str| Item { series: format!("filesystem.used_percent:{mount}"), ..example_item(0) };
        let items = ["/", "/srv", "/var"].map(item).to_vec();
        let payload = Payload::Incidents(Message { occasion: Occasion::Began, items, ..example(0) });
        let told = text(&payload, &Templates::default()).unwrap();
        assert_eq!(told.title, "Critical: CPU critical on web-1");
        assert!(told.text.contains("file system /srv 95.3 %"), "{}", told.text);
    }

    #[test]
    fn a_template_that_fails_on_some_occasion_is_refused_before_it_is_kept() {
        for bad in [
            "{% if occasion == 'test' %}Test{% else %}{{ rul }}{% endif %}",
            "{% if more %}{{ nothing }}{% endif %}",
            "{% if link %}{{ nothing }}{% endif %}",
            "{{ items[0].ended|upper }}{% if occasion == 'ended' %}{{ nothing }}{% endif %}",
        ] {
            assert!(check(&Templates { title: String::new(), text: bad.to_owned() }).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_template_cannot_grow_without_bound() {
        for bad in [
            "{% set a = 'x' %}{% set a = a ~ a %}",
            "{%- set a = 'x' %}",
            "{{ 'x' * 100000000 }}",
            "{{ '}}' }}{{ \"%}\" * 3 }}",
            r"{{ '\\' * 3 }}",
            "{{ [{}, 'x' * 3] }}",
            "{% with a = 'x' %}{% endwith %}",
            "{% macro a() %}{% endmacro %}",
        ] {
            let refused = check(&Templates { title: String::new(), text: bad.to_owned() }).unwrap_err();
            assert!(refused.fields[0].message.contains("not allowed"), "{bad}: {refused}");
        }
        let long =
            "{% for a in items %}{% for b in items %}".to_owned() + &"x".repeat(3_000) + "{% endfor %}{% endfor %}";
        assert!(
            check(&Templates { title: String::new(), text: long }).unwrap_err().fields[0].message.contains("64 KiB")
        );
        let fine = "* {{ rule }} ** {% if count > 1 %}'{{ items[0].server ~ '*' }}'{% endif %} set with {# * #}";
        check(&Templates { title: String::new(), text: fine.to_owned() }).unwrap();
    }

    #[test]
    fn own_templates_are_used_and_bad_ones_are_refused_at_their_field() {
        let own = Templates { title: "{{ rule|upper }}\nBcc: x@example.com".to_owned(), text: String::new() };
        let told = text(&message(1, Occasion::Began), &own).unwrap();
        assert_eq!(told.title, "CPU CRITICAL Bcc: x@example.com", "a title is one line");
        for bad in ["{{ rule", "{{ nothing }}", "{% for i in items %}", "{{ rule|secret }}"] {
            let refused = check(&Templates { title: String::new(), text: bad.to_owned() }).unwrap_err();
            assert_eq!(refused.fields[0].field, "text", "{bad}");
        }
        let endless = "{% for a in items[0].server %}".repeat(12) + &"{% endfor %}".repeat(12);
        assert!(check(&Templates { title: endless, text: String::new() }).is_err(), "a template ends");
    }
}
