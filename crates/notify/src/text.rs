//! What messages say.

use domain::{
    Error,
    alerts::Severity,
    notify::{Event, Item, Message, Occasion, Payload, Templates},
};
use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;

use crate::zone::Zone;

/// How many incidents are told by name.
const ITEMS: usize = 20;
/// How much a template may do.
const FUEL: u64 = 20_000;

/// The usual title.
pub(crate) const TITLE: &str = "\
{% if occasion == 'test' %}Test: {% elif occasion == 'ended' %}Over: {% elif occasion == 'reminder' %}Still {{ severity }}: \
{% elif occasion == 'escalated' %}Nobody acknowledged, {{ severity }}: {% else %}{{ severity|capitalize }}: {% endif %}\
{% if count == 1 %}{{ rule }} on {{ items[0].server }}{% else %}{{ rule }} on {{ count }} servers{% endif %}";

/// The usual text.
pub(crate) const TEXT: &str = "\
{% for item in items %}{{ item.server }}{% if item.what %}, {{ item.what }}{% endif %}: \
{% if item.ended %}over at {{ item.ended }}, after {{ item.lasted }}{% else %}since {{ item.since }}{% endif %}
{% endfor %}{% if more %}and {{ more }} more
{% endif %}{% if behind %}{{ behind }} more servers cannot be reached because of this.
{% endif %}{% if occasion == 'test' %}This is a test: nothing is wrong. Messages of this channel look like this one.
{% endif %}";

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// One line.
    pub title: String,
    /// Lines.
    pub text: String,
    /// Where more is to be seen.
    pub link: Option<String>,
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

pub(crate) fn of(
    payload: &Payload,
    zone: &Zone,
    templates: &Templates,
    public_url: Option<&str>,
) -> Result<Text, String> {
    match payload {
        Payload::Incidents(message) => of_incidents(message, zone, templates, public_url),
        Payload::Event(event) => Ok(of_event(event, public_url)),
    }
}

/// Renders both templates with an example.
pub(crate) fn check(templates: &Templates) -> domain::Result<()> {
    let utc = Zone::named("").map_err(|error| Error::invalid("time_zone", error.to_string()))?;
    let message = example(0);
    for (field, one) in [
        ("title", Templates { text: String::new(), ..templates.clone() }),
        ("text", Templates { title: String::new(), ..templates.clone() }),
    ] {
        of_incidents(&message, &utc, &one, None).map_err(|message| Error::invalid(field, message))?;
    }
    Ok(())
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

fn of_incidents(
    message: &Message,
    zone: &Zone,
    templates: &Templates,
    public_url: Option<&str>,
) -> Result<Text, String> {
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
            what: what(item),
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
    let context = context! {
        occasion,
        rule,
        severity,
        at => zone.text(*at_ms),
        count => items.len(),
        more => items.len().saturating_sub(ITEMS),
        items => shown,
        behind,
        link,
    };
    let render = |template: &str, usual: &str| {
        let template = if template.trim().is_empty() { usual } else { template };
        let mut environment = Environment::empty();
        minijinja_defaults(&mut environment);
        environment.render_str(template, &context).map_err(|error| in_words(&error))
    };
    let title = render(&templates.title, TITLE)?;
    // A title with more lines would be headers of a mail.
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = render(&templates.text, TEXT)?.trim().to_owned();
    Ok(Text { title, text, link, severity: *severity, is_over: *occasion == Occasion::Ended })
}

fn minijinja_defaults(environment: &mut Environment<'_>) {
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("capitalize", minijinja::filters::capitalize);
    environment.add_filter("upper", minijinja::filters::upper);
    environment.add_filter("lower", minijinja::filters::lower);
    environment.add_filter("join", minijinja::filters::join);
    environment.add_filter("length", minijinja::filters::length);
    environment.add_filter("default", minijinja::filters::default);
    environment.add_filter("round", minijinja::filters::round);
    environment.add_test("defined", minijinja::tests::is_defined);
}

fn in_words(error: &minijinja::Error) -> String {
    let line = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("cannot be used: {}{line}{detail}", error.kind())
}

fn of_event(event: &Event, public_url: Option<&str>) -> Text {
    let who = if event.username.is_empty() { String::new() } else { format!(" by {}", event.username) };
    let severity = if event.severity == "critical" { Severity::Critical } else { Severity::Warning };
    Text {
        title: format!("{}{who}", event.event_type),
        text: event.detail.clone(),
        link: public_url.map(str::to_owned),
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
    environment.render_str(template, &context).map_err(|error| in_words(&error))
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

fn what(item: &Item) -> String {
    match item.value {
        Some(value) if !item.series.is_empty() => format!("{} {}", item.series, value_text(&item.series, value)),
        _ => item.series.clone(),
    }
}

/// A value with its unit, as far as the series' name tells it.
fn value_text(series: &str, value: f64) -> String {
    let name = series.split(':').next().unwrap_or_default();
    let is_percent = name.starts_with("cpu.") || name.contains("percent") || name.starts_with("pressure.");
    let digits = if value.abs() >= 1_000.0 || value.fract() == 0.0 { 0 } else { 1 };
    let unit = match name {
        "filesystem.full_hours" => " h",
        "certificate" => " days",
        _ if is_percent => " %",
        _ => "",
    };
    format!("{value:.digits$}{unit}")
}

/// How long something took, such as `2 h 5 min`.
fn duration(ms: i64) -> String {
    let secs = ms.max(0) / 1_000;
    let (days, hours, minutes) = (secs / 86_400, secs / 3_600 % 24, secs / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{secs} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_unit_that_their_series_tells() {
        for (series, value, text) in [
            ("cpu.busy", 95.34, "95.3 %"),
            ("load.one", 4.0, "4"),
            ("filesystem.full_hours:/srv", 3.42, "3.4 h"),
            ("certificate:www.example.com:443", 13.97, "14.0 days"),
        ] {
            assert_eq!(value_text(series, value), text);
        }
    }

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
        of(payload, &Zone::named("Europe/Berlin").unwrap(), templates, Some("https://monitor.example.com"))
    }

    #[test]
    fn one_incident_and_its_end() {
        let began = text(&message(1, Occasion::Began), &Templates::default()).unwrap();
        assert_eq!(began.title, "Critical: CPU critical on web-1");
        assert_eq!(began.text, "web-1, cpu.busy 95.3 %: since 2023-11-14 23:13 CET");
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
