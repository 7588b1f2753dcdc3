# The processes that did most within a second: two readings of their times and of what they read and wrote.
# First a line "total <processes> <clock ticks per second> <elapsed, 1/100 s> <whose reading and writing may not be seen>",
# then one per process that is among the 15 highest by processor time, memory, or reading and writing:
# pid, state, ticks, resident KiB, user id, bytes read and written, or "-"; then after tabs user, short name, command line.
BEGIN {
	read_bytes(0)
	began = now()
	read_times(0)
	system("sleep 1")
	elapsed = now() - began
	if (elapsed < 1) elapsed = 100
	read_times(1)
	read_bytes(1)
	unseen = 0
	for (i in ticks) {
		if (is_ours(i)) continue
		place("c", ticks[i], i)
		place("m", pages[i], i)
		if (i in had) place("d", got[i] + put[i], i)
		else unseen++
	}
	print " total " total " " hz " " elapsed " " unseen
	for (k in top) ids[top[k]] = 1
	for (i in ids) words = words " " i
	if (words == "") exit
	cmd = "cd /proc && grep -s ^Uid: /dev/null"
	for (i in ids) cmd = cmd " " i "/status"
	while ((cmd | getline l) > 0) {
		split(l, a, /[ \t]+/)
		uid[l + 0] = a[2]
	}
	close(cmd)
	cmd = "cd /proc && for p in" words "; do printf \"%s \" $p; tr \"\\000-\\037\\177\" \" \" <$p/cmdline; echo; done"
	while ((cmd | getline l) > 0) command[l + 0] = substr(l, index(l, " ") + 1, 200)
	close(cmd)
	while ((getline l < "/etc/passwd") > 0) if (split(l, a, ":") > 2 && !(a[3] in user)) user[a[3]] = a[1]
	for (i in ids) if (i in uid) {
		io = "- -"
		if (i in had) io = got[i] " " put[i]
		print " " i " " state[i] " " ticks[i] " " kib(pages[i]) " " uid[i] " " io "\t" user[uid[i]] "\t" name[i] "\t" command[i]
	}
}
# This program and what it started: it would be among the busiest only because it looks.
function is_ours(i, n) {
	for (n = 0; n < 8 && i > 1; n++) {
		if (i == self) return 1
		i = parent[i]
	}
	return 0
}
function now(l) {
	getline l < "/proc/uptime"
	close("/proc/uptime")
	return int(l * 100)
}
# Old versions of mawk print numbers above 2^31 with six digits: pages fit, bytes and ticks are of one second.
function kib(n) {
	return int(n * page / 1024)
}
function read_times(again, l, a, i) {
	cmd = "cd /proc && cat [0-9]*/stat"
	while ((cmd | getline l) > 0) {
		if (!match(l, /^[0-9]+ \(.*\) /)) continue
		split(substr(l, RLENGTH + 1), a, " ")
		i = l + 0
		if (!again) {
			before[i ":" a[20]] = a[12] + a[13]
			continue
		}
		total++
		parent[i] = a[2]
		ticks[i] = a[12] + a[13] - before[i ":" a[20]]
		pages[i] = a[22] + 0
		state[i] = a[1]
		l = substr(l, 1, RLENGTH - 2)
		l = substr(l, index(l, "(") + 1)
		gsub(/[\001-\037\177]/, " ", l)
		name[i] = l
	}
	close(cmd)
}
function read_bytes(again, l, a, i) {
	cmd = "cd /proc && grep -s -e ^read_bytes: -e ^write_bytes: [0-9]*/io /dev/null"
	while ((cmd | getline l) > 0) {
		split(l, a, " ")
		i = l + 0
		if (a[1] ~ /read/) {
			if (again) got[i] = since(a[2], got_before[i])
			else got_before[i] = a[2]
		} else {
			had[i] = again
			if (again) put[i] = since(a[2], put_before[i])
			else put_before[i] = a[2]
		}
	}
	close(cmd)
	if (again) for (i in had) if (!had[i]) delete had[i]
}
function since(new, old) {
	new = new - old
	if (new < 0) new = 0
	if (new > 2000000000) new = 2000000000
	return int(new)
}
# Puts i into the 15 highest of a kind.
function place(kind, v, i, j) {
	if (v <= 0 || v <= rank[kind 15] + 0) return
	for (j = 15; j > 1 && v > rank[kind (j - 1)] + 0; j--) if ((kind (j - 1)) in top) {
		rank[kind j] = rank[kind (j - 1)]
		top[kind j] = top[kind (j - 1)]
	}
	rank[kind j] = v
	top[kind j] = i
}
