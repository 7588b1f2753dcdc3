# The names of all processes that are not dead, each once. There is no section where the look was cut short or shows only some of them (the first
# one is hidden then): a name that is missing would say nothing.
function names(l, n, cmd, kept, known, seen) {
	kept = out
	section("names")
	cmd = "cd /proc && { " limit "cat [0-9]*/stat; [ $? -lt 124 ] && echo =; }"
	while ((cmd | getline l) > 0) {
		if (l == "=") known++
		if (!match(l, /^[0-9]+ \(.*\) /)) continue
		if (l + 0 == 1) known++
		if (substr(l, RLENGTH + 1, 1) ~ /[ZX]/) continue
		l = substr(l, 1, RLENGTH - 2)
		l = substr(l, index(l, "(") + 1)
		if (!(l in seen) && n++ < 4000) line(l)
		seen[l] = 1
	}
	close(cmd)
	if (known < 2) out = kept
}
