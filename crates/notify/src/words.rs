//! The usual texts in each language. Units stay the same in all of them.

use domain::{alerts::Severity, notify::Language};

/// What messages are made of in a language.
pub(crate) struct Words {
    /// The usual title.
    pub title: &'static str,
    /// The usual text.
    pub text: &'static str,
    /// What the way to the incident is called.
    pub open: &'static str,
    /// What is put before a number's decimals.
    pub decimal: &'static str,
    /// That a certificate has ended; what it is of comes in place of `{}`.
    expired: &'static str,
    warning: &'static str,
    critical: &'static str,
    /// What is measured, in the order of [`METRICS`]; what it is of comes in place of `{}`, or after it.
    names: [&'static str; METRICS.len()],
}

/// The series that have names.
const METRICS: [&str; 14] = [
    "cpu.busy",
    "memory.used_percent",
    "memory.available",
    "swap.used_percent",
    "filesystem.used_percent",
    "filesystem.available",
    "filesystem.full_hours",
    "load.one",
    "load.five",
    "load.fifteen",
    "sensor.temperature",
    "certificate",
    "process",
    "unit",
];

impl Words {
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Vietnamese => &VIETNAMESE,
            Language::French => &FRENCH,
            Language::Spanish => &SPANISH,
            Language::German => &GERMAN,
            Language::Japanese => &JAPANESE,
            Language::Korean => &KOREAN,
            Language::Chinese => &CHINESE,
        }
    }

    pub fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Warning => self.warning,
            Severity::Critical => self.critical,
        }
    }

    /// What is said of a certificate that has ended; `None` for any other series.
    pub fn expired(&self, key: &str) -> Option<String> {
        key.strip_prefix("certificate:").map(|instance| self.expired.replace("{}", instance))
    }

    /// What a series is called: by its name and what it is of, and by its key where it has no name.
    pub fn series(&self, key: &str) -> String {
        let (metric, instance) = key.split_once(':').unwrap_or((key, ""));
        match METRICS.iter().zip(self.names).find(|(known, _)| **known == metric) {
            Some((_, name)) if name.contains("{}") => name.replace("{}", instance),
            Some((_, name)) if instance.is_empty() => name.to_owned(),
            Some((_, name)) => format!("{name} {instance}"),
            None => key.to_owned(),
        }
    }
}

const ENGLISH: Words = Words {
    title: "\
{% if occasion == 'test' %}Test: {% elif occasion == 'ended' %}Over: \
{% elif occasion == 'reminder' %}Still {{ severity_name|lower }}: \
{% elif occasion == 'escalated' %}Nobody acknowledged, {{ severity_name|lower }}: {% else %}{{ severity_name }}: {% endif %}\
{{ rule }} on {% if servers == 1 %}{{ items[0].server }}{% else %}{{ servers }} servers{% endif %}",
    text: "\
{% for item in items %}{{ item.server }}{% if item.what %}, {{ item.what }}{% endif %}: \
{% if item.ended %}over at {{ item.ended }}, after {{ item.lasted }}{% else %}since {{ item.since }}{% endif %}
{% endfor %}{% if more %}and {{ more }} more
{% endif %}{% if behind %}{{ behind }} more servers cannot be reached because of this.
{% endif %}{% if occasion == 'test' %}This is a test: nothing is wrong. Messages of this channel look like this one.
{% endif %}",
    open: "Open in Server Monitor",
    decimal: ".",
    expired: "certificate {} has ended",
    warning: "Warning",
    critical: "Critical",
    names: [
        "CPU",
        "memory",
        "available memory",
        "swap",
        "file system",
        "file system {}, free",
        "file system {} full in",
        "load (1 min)",
        "load (5 min)",
        "load (15 min)",
        "temperature",
        "certificate {} ends in",
        "process",
        "unit",
    ],
};

const VIETNAMESE: Words = Words {
    title: "\
{% if occasion == 'test' %}Thử: {% elif occasion == 'ended' %}Đã kết thúc: \
{% elif occasion == 'reminder' %}Vẫn {{ severity_name|lower }}: \
{% elif occasion == 'escalated' %}Chưa ai xác nhận, {{ severity_name|lower }}: {% else %}{{ severity_name }}: {% endif %}\
{{ rule }} trên {% if servers == 1 %}{{ items[0].server }}{% else %}{{ servers }} máy chủ{% endif %}",
    text: "\
{% for item in items %}{{ item.server }}{% if item.what %}, {{ item.what }}{% endif %}: \
{% if item.ended %}kết thúc lúc {{ item.ended }}, sau {{ item.lasted }}{% else %}từ {{ item.since }}{% endif %}
{% endfor %}{% if more %}và {{ more }} mục nữa
{% endif %}{% if behind %}Vì vậy không truy cập được thêm {{ behind }} máy chủ.
{% endif %}{% if occasion == 'test' %}Đây là tin thử: không có sự cố nào. Tin nhắn của kênh này trông như thế này.
{% endif %}",
    open: "Mở trong Server Monitor",
    decimal: ",",
    expired: "chứng chỉ {} đã hết hạn",
    warning: "Cảnh báo",
    critical: "Nghiêm trọng",
    names: [
        "CPU",
        "bộ nhớ",
        "bộ nhớ khả dụng",
        "bộ nhớ hoán đổi",
        "hệ thống tập tin",
        "hệ thống tập tin {}, còn trống",
        "hệ thống tập tin {} sẽ đầy sau",
        "tải (1 min)",
        "tải (5 min)",
        "tải (15 min)",
        "nhiệt độ",
        "chứng chỉ {} hết hạn sau",
        "tiến trình",
        "dịch vụ",
    ],
};

const FRENCH: Words = Words {
    title: "\
{% if occasion == 'test' %}Test\u{a0}: {% elif occasion == 'ended' %}Terminé\u{a0}: \
{% elif occasion == 'reminder' %}Toujours en cours, {{ severity_name|lower }}\u{a0}: \
{% elif occasion == 'escalated' %}Sans réponse, {{ severity_name|lower }}\u{a0}: {% else %}{{ severity_name }}\u{a0}: {% endif %}\
{{ rule }} sur {% if servers == 1 %}{{ items[0].server }}{% else %}{{ servers }} serveurs{% endif %}",
    text: "\
{% for item in items %}{{ item.server }}{% if item.what %}, {{ item.what }}{% endif %}\u{a0}: \
{% if item.ended %}terminé le {{ item.ended }}, après {{ item.lasted }}{% else %}depuis le {{ item.since }}{% endif %}
{% endfor %}{% if more %}et {{ more }} de plus
{% endif %}{% if behind %}Pour cette raison, {{ behind }} autres serveurs sont injoignables.
{% endif %}{% if occasion == 'test' %}Ceci est un test\u{a0}: tout va bien. Les messages de ce canal ressemblent à celui-ci.
{% endif %}",
    open: "Ouvrir dans Server Monitor",
    decimal: ",",
    expired: "certificat {} expiré",
    warning: "Avertissement",
    critical: "Critique",
    names: [
        "processeur",
        "mémoire",
        "mémoire disponible",
        "espace d’échange",
        "système de fichiers",
        "système de fichiers {}, libre",
        "système de fichiers {} plein dans",
        "charge (1 min)",
        "charge (5 min)",
        "charge (15 min)",
        "température",
        "certificat {} expire dans",
        "processus",
        "unité",
    ],
};

const SPANISH: Words = Words {
    title: "\
{% if occasion == 'test' %}Prueba: {% elif occasion == 'ended' %}Terminado: \
{% elif occasion == 'reminder' %}Continúa, {{ severity_name|lower }}: \
{% elif occasion == 'escalated' %}Sin confirmar, {{ severity_name|lower }}: {% else %}{{ severity_name }}: {% endif %}\
{{ rule }} en {% if servers == 1 %}{{ items[0].server }}{% else %}{{ servers }} servidores{% endif %}",
    text: "\
{% for item in items %}{{ item.server }}{% if item.what %}, {{ item.what }}{% endif %}: \
{% if item.ended %}terminó el {{ item.ended }}, tras {{ item.lasted }}{% else %}desde el {{ item.since }}{% endif %}
{% endfor %}{% if more %}y {{ more }} más
{% endif %}{% if behind %}Por ello no se puede acceder a otros {{ behind }} servidores.
{% endif %}{% if occasion == 'test' %}Esto es una prueba: no ocurre nada. Los mensajes de este canal tienen este aspecto.
{% endif %}",
    open: "Abrir en Server Monitor",
    decimal: ",",
    expired: "certificado {} caducado",
    warning: "Advertencia",
    critical: "Crítico",
    names: [
        "CPU",
        "memoria",
        "memoria disponible",
        "memoria de intercambio",
        "sistema de archivos",
        "sistema de archivos {}, libre",
        "sistema de archivos {} lleno en",
        "carga (1 min)",
        "carga (5 min)",
        "carga (15 min)",
        "temperatura",
        "certificado {} caduca en",
        "proceso",
        "unidad",
    ],
};

const GERMAN: Words = Words {
    title: "\
{% if occasion == 'test' %}Test: {% elif occasion == 'ended' %}Vorbei: \
{% elif occasion == 'reminder' %}Dauert an, {{ severity_name }}: \
{% elif occasion == 'escalated' %}Noch unbestätigt, {{ severity_name }}: {% else %}{{ severity_name }}: {% endif %}\
{{ rule }} auf {% if servers == 1 %}{{ items[0].server }}{% else %}{{ servers }} Servern{% endif %}",
    text: "\
{% for item in items %}{{ item.server }}{% if item.what %}, {{ item.what }}{% endif %}: \
{% if item.ended %}beendet am {{ item.ended }}, nach {{ item.lasted }}{% else %}seit {{ item.since }}{% endif %}
{% endfor %}{% if more %}und {{ more }} weitere
{% endif %}{% if behind %}Deshalb sind {{ behind }} weitere Server nicht erreichbar.
{% endif %}{% if occasion == 'test' %}Dies ist ein Test: Es ist nichts passiert. Nachrichten dieses Kanals sehen so aus.
{% endif %}",
    open: "In Server Monitor öffnen",
    decimal: ",",
    expired: "Zertifikat {} abgelaufen",
    warning: "Warnung",
    critical: "Kritisch",
    names: [
        "CPU",
        "Speicher",
        "verfügbarer Speicher",
        "Auslagerungsspeicher",
        "Dateisystem",
        "Dateisystem {}, frei",
        "Dateisystem {} voll in",
        "Last (1 min)",
        "Last (5 min)",
        "Last (15 min)",
        "Temperatur",
        "Zertifikat {} endet in",
        "Prozess",
        "Unit",
    ],
};

const JAPANESE: Words = Words {
    title: "\
{% if occasion == 'test' %}テスト: {% elif occasion == 'ended' %}復旧: \
{% elif occasion == 'reminder' %}継続中、{{ severity_name }}: \
{% elif occasion == 'escalated' %}未確認、{{ severity_name }}: {% else %}{{ severity_name }}: {% endif %}\
{{ rule }}（{% if servers == 1 %}{{ items[0].server }}{% else %}サーバー {{ servers }} 台{% endif %}）",
    text: "\
{% for item in items %}{{ item.server }}{% if item.what %}、{{ item.what }}{% endif %}: \
{% if item.ended %}{{ item.ended }} に復旧、継続時間 {{ item.lasted }}{% else %}{{ item.since }} から{% endif %}
{% endfor %}{% if more %}ほか {{ more }} 件
{% endif %}{% if behind %}このため、ほかに {{ behind }} 台のサーバーに接続できません。
{% endif %}{% if occasion == 'test' %}これはテストです。問題は起きていません。このチャネルのメッセージはこのように表示されます。
{% endif %}",
    open: "Server Monitor で開く",
    decimal: ".",
    expired: "証明書 {} は期限切れ",
    warning: "警告",
    critical: "重大",
    names: [
        "CPU",
        "メモリー",
        "空きメモリー",
        "スワップ",
        "ファイルシステム",
        "ファイルシステム {} の空き",
        "ファイルシステム {} が満杯になるまで",
        "負荷 (1 min)",
        "負荷 (5 min)",
        "負荷 (15 min)",
        "温度",
        "証明書 {} の残り",
        "プロセス",
        "ユニット",
    ],
};

const KOREAN: Words = Words {
    title: "\
{% if occasion == 'test' %}테스트: {% elif occasion == 'ended' %}해소: \
{% elif occasion == 'reminder' %}지속 중, {{ severity_name }}: \
{% elif occasion == 'escalated' %}미확인, {{ severity_name }}: {% else %}{{ severity_name }}: {% endif %}\
{{ rule }} ({% if servers == 1 %}{{ items[0].server }}{% else %}서버 {{ servers }}대{% endif %})",
    text: "\
{% for item in items %}{{ item.server }}{% if item.what %}, {{ item.what }}{% endif %}: \
{% if item.ended %}{{ item.ended }} 해소, 지속 시간 {{ item.lasted }}{% else %}{{ item.since }}부터{% endif %}
{% endfor %}{% if more %}외 {{ more }}건
{% endif %}{% if behind %}이 때문에 다른 서버 {{ behind }}대에 연결할 수 없습니다.
{% endif %}{% if occasion == 'test' %}테스트 메시지입니다. 문제는 없습니다. 이 채널의 메시지는 이렇게 보입니다.
{% endif %}",
    open: "Server Monitor에서 열기",
    decimal: ".",
    expired: "인증서 {} 만료됨",
    warning: "경고",
    critical: "심각",
    names: [
        "CPU",
        "메모리",
        "사용 가능한 메모리",
        "스왑",
        "파일 시스템",
        "파일 시스템 {} 여유 공간",
        "파일 시스템 {} 가득 차기까지",
        "부하 (1 min)",
        "부하 (5 min)",
        "부하 (15 min)",
        "온도",
        "인증서 {} 만료까지",
        "프로세스",
        "유닛",
    ],
};

const CHINESE: Words = Words {
    title: "\
{% if occasion == 'test' %}测试：{% elif occasion == 'ended' %}已恢复：\
{% elif occasion == 'reminder' %}仍在持续，{{ severity_name }}：\
{% elif occasion == 'escalated' %}无人确认，{{ severity_name }}：{% else %}{{ severity_name }}：{% endif %}\
{% if servers == 1 %}{{ items[0].server }} {% else %}{{ servers }} 台服务器{% endif %}上的 {{ rule }}",
    text: "\
{% for item in items %}{{ item.server }}{% if item.what %}，{{ item.what }}{% endif %}：\
{% if item.ended %}{{ item.ended }} 恢复，历时 {{ item.lasted }}{% else %}自 {{ item.since }} 起{% endif %}
{% endfor %}{% if more %}另有 {{ more }} 项
{% endif %}{% if behind %}因此还有 {{ behind }} 台服务器无法连接。
{% endif %}{% if occasion == 'test' %}这是一条测试消息，没有任何故障。此渠道的消息就是这个样子。
{% endif %}",
    open: "在 Server Monitor 中打开",
    decimal: ".",
    expired: "证书 {} 已过期",
    warning: "警告",
    critical: "严重",
    names: [
        "CPU",
        "内存",
        "可用内存",
        "交换空间",
        "文件系统",
        "文件系统 {} 可用空间",
        "文件系统 {} 写满还剩",
        "负载 (1 min)",
        "负载 (5 min)",
        "负载 (15 min)",
        "温度",
        "证书 {} 剩余",
        "进程",
        "单元",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_have_names_and_others_their_keys() {
        let name = |language, key| Words::of(language).series(key);
        assert_eq!(name(Language::English, "filesystem.used_percent:/srv"), "file system /srv");
        assert_eq!(name(Language::English, "filesystem.full_hours:/srv"), "file system /srv full in");
        assert_eq!(name(Language::German, "cpu.busy"), "CPU");
        assert_eq!(name(Language::French, "certificate:example.com:443"), "certificat example.com:443 expire dans");
        assert_eq!(
            Words::of(Language::German).expired("certificate:443").as_deref(),
            Some("Zertifikat 443 abgelaufen")
        );
        assert_eq!(name(Language::Japanese, "net.rx_errors:eth0"), "net.rx_errors:eth0");
        assert_eq!(name(Language::French, ""), "");
    }
}
