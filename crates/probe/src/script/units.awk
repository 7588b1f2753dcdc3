# Units that systemd says have failed, one a line. Where it cannot be asked, or does not answer in time, there is no section.
function units(l, a, n, cmd, kept, known) {
	if (limit !~ /timeout/) return
	kept = out
	section("units")
	cmd = limit "systemctl list-units --state=failed --plain --full --no-legend --no-pager </dev/null && echo ="
	while ((cmd | getline l) > 0) {
		if (l == "=") known = 1
		# Old versions put a mark before the name.
		else if (split(l, a, " ") && n++ < 256) line(a[1] ~ /\./ ? a[1] : a[2])
	}
	close(cmd)
	if (!known) out = kept
}
