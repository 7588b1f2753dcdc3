# What every report has. It starts no process.
function fast(i, f) {
	if (service != "") watch_service()
	for (i = 1; i <= file_count; i++) {
		f = file[i]
		if (f == "stat") stat()
		else if (f == "meminfo") meminfo()
		else if (f == "net/dev") net_dev()
		else if (f == "diskstats") diskstats()
		else copy(f)
	}
}
# Sessions outlive the service that they came in by. Somebody who stops it has to see that, all the same.
function watch_service(l, f) {
	f = "/proc/" service "/stat"
	if ((getline l < f) > 0 && l ~ /\((sshd|dropbear)/ && l !~ /\) [ZX] /) {
		close(f)
		return
	}
	section("service")
	out = out "gone\n"
}
function copy(f, l, n) {
	n = f
	sub(/\//, "_", n)
	section(n)
	f = "/proc/" f
	while ((getline l < f) > 0) out = out l "\n"
	close(f)
}
# Without the lines intr and softirq, which have a number per interrupt and processor.
function stat(l, n) {
	section("stat")
	while ((getline l < "/proc/stat") > 0)
		if (index("cpu ctx bti pro", substr(l, 1, 3)) && n++ < 1040) out = out l "\n"
	close("/proc/stat")
}
# Kernels before 3.14 have no MemAvailable; its estimate needs the reserve.
function meminfo(l, seen, k) {
	section("meminfo")
	while ((getline l < "/proc/meminfo") > 0) {
		k = substr(l, 1, index(l, ":") - 1)
		if (!(k in wanted)) continue
		if (k == "MemAvailable") seen = 1
		out = out l "\n"
	}
	close("/proc/meminfo")
	if (!seen && (getline l < "/proc/sys/vm/min_free_kbytes") > 0) {
		out = out "min_free_kbytes: " l " kB\n"
		close("/proc/sys/vm/min_free_kbytes")
	}
}
function net_dev(l, n) {
	section("net_dev")
	while ((getline l < "/proc/net/dev") > 0)
		if (index(l, ":") && n++ < 256) out = out " " l "\n"
	close("/proc/net/dev")
}
# Whole disks that have worked. A partition follows its disk in the list and has its name and a number.
function diskstats(l, n, d, whole, rest) {
	section("diskstats")
	whole = " "
	while ((getline l < "/proc/diskstats") > 0) {
		if (l ~ / (loop|z?ram|fd|sr)[0-9]/ || l ~ /[a-z][^ ]* 0 0 0 0 0 0 0 0 /) continue
		split(l, d, " ")
		if (index(d[3], whole) == 1) {
			rest = substr(d[3], length(whole) + 1)
			if (whole ~ /[0-9]$/ ? rest ~ /^p[0-9]+$/ : rest ~ /^[0-9]+$/) continue
		}
		whole = d[3]
		if (n++ < 64) out = out l "\n"
	}
	close("/proc/diskstats")
}
