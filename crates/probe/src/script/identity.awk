# What the server says of itself: one key and value per line.
function identity(l, i, n, a, f, k, seen) {
	section("identity")
	n = split("hostname ostype osrelease", a, " ")
	for (i = 1; i <= n; i++) {
		f = "/proc/sys/kernel/" a[i]
		if ((getline l < f) > 0) out = out a[i] " " l "\n"
		close(f)
	}
	out = out "arch " arch "\n"
	n = split("/etc/os-release /usr/lib/os-release /etc/system-release /etc/redhat-release", a, " ")
	for (i = 1; i <= n && !seen["os"]; i++) {
		while ((getline l < a[i]) > 0)
			if (i > 2 || sub(/^PRETTY_NAME=/, "", l)) {
				out = out "os " l "\n"
				seen["os"] = 1
				break
			}
		close(a[i])
	}
	n = 0
	while ((getline l < "/proc/cpuinfo") > 0 && k != "model name") {
		i = index(l, ":")
		k = substr(l, 1, i - 1)
		sub(/[ \t]+$/, "", k)
		if (k in seen || k !~ /^(model name|Model|Hardware|cpu|cpu model|machine|vendor_id|uarch|CPU implementer|CPU part|processor 0)$/) continue
		seen[k] = 1
		out = out "cpu " k ":" substr(l, i + 1) "\n"
	}
	close("/proc/cpuinfo")
}
