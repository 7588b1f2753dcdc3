# The 15 processes that used most processor time since the last such report and the 15 with most memory.
# First a line "total <processes> <clock ticks per second>", then one per process:
# pid, state, ticks, elapsed (1/100 s), resident KiB, user id; then after tabs user, short name, command line.
function processes(l, a, i, n, c, k, t, v, share, now, cmd, top, rank, id, key, info, ids, fresh, fresh_count, words, rss, uid) {
	getline l < "/proc/uptime"
	close("/proc/uptime")
	now = int(l * 100)
	processes_round++
	cmd = "cd /proc && " limit "cat [0-9]*/stat"
	n = 0
	while ((cmd | getline l) > 0) {
		if (!match(l, /^[0-9]+ \(.*\) /)) continue
		split(substr(l, RLENGTH + 1), a, " ")
		n++
		i = l + 0
		k = i ":" a[20]
		t = a[12] + a[13]
		# Of a process that is new to the monitor, what it used since it was started counts, but for no longer than since the last report.
		if (k in ticks_of) {
			v = t - ticks_of[k]
			c = now - processes_at
		} else {
			v = t
			c = now - int(a[20] * 100 / hz)
			if (processes_at && c > now - processes_at) c = now - processes_at
		}
		if (c < 1) c = 1
		share = v / c
		# Old versions of mawk print numbers above 2^31 with six digits.
		if (c > 10000000) {
			v = int(v * 10000000 / c)
			c = 10000000
		}
		ticks_of[k] = t
		round_of[k] = processes_round
		if (place(top, rank, "c", share, i) + place(top, rank, "m", a[22] + 0, i)) {
			key[i] = k
			info[i] = i " " a[1] " " v " " c
			l = substr(l, 1, RLENGTH - 2)
			l = substr(l, index(l, "(") + 1)
			gsub(/\t/, " ", l)
			id[i] = l
		}
	}
	close(cmd)
	for (k in ticks_of) if (round_of[k] != processes_round) {
		delete ticks_of[k]
		delete round_of[k]
		delete command_of[k]
	}
	processes_at = now
	section("ps")
	out = out "total " n " " hz "\n"
	cmd = ""
	fresh_count = 0
	for (k in top) {
		i = top[k]
		if (i in ids) continue
		ids[i] = 1
		cmd = cmd " " i "/status"
		if (!(key[i] in command_of)) {
			fresh[++fresh_count] = i
			words = words " " i
		}
	}
	if (cmd == "") return
	cmd = "cd /proc && { " limit "grep -s -e ^Uid: -e ^VmRSS:" cmd " /dev/null; echo =; for p in" words "; do tr \"\\000-\\037\\177\" \" \" <$p/cmdline; echo; done; }"
	c = -1
	while ((cmd | getline l) > 0) {
		if (c >= 0) {
			if (c++ < fresh_count) command_of[key[fresh[c]]] = substr(l, 1, 200)
		} else if (l == "=") c = 0
		else {
			split(l, a, " ")
			if (a[1] ~ /Uid:$/) uid[l + 0] = a[3]
			else rss[l + 0] = a[2]
		}
	}
	close(cmd)
	for (i in ids) if (i in uid)
		out = out info[i] " " rss[i] + 0 " " uid[i] "\t" user(uid[i]) "\t" id[i] "\t" command_of[key[i]] "\n"
}
# Puts i into the 15 highest of a kind; answers whether it is among them.
function place(top, rank, kind, v, i, j) {
	if (v <= 0 || v <= rank[kind 15] + 0) return 0
	for (j = 15; j > 1 && v > rank[kind (j - 1)] + 0; j--) if ((kind (j - 1)) in top) {
		rank[kind j] = rank[kind (j - 1)]
		top[kind j] = top[kind (j - 1)]
	}
	rank[kind j] = v
	top[kind j] = i
	return 1
}
# The name of an account: from the file, else (directory services) by asking once.
function user(id, l, a, cmd) {
	if (id in user_of) return user_of[id]
	while ((getline l < "/etc/passwd") > 0)
		if (split(l, a, ":") > 2 && !(a[3] in user_of)) user_of[a[3]] = a[1]
	close("/etc/passwd")
	if (!(id in user_of)) {
		user_of[id] = id
		cmd = limit "getent passwd " id
		if (limit ~ /timeout/ && (cmd | getline l) > 0 && split(l, a, ":") > 2 && a[3] == id) user_of[id] = a[1]
		close(cmd)
	}
	return user_of[id]
}
