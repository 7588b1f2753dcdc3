# Local file systems, one line each: device, kind, size, used, available (in KiB), inodes, free inodes, mount point.
# Only kinds that cannot wait for a network; each device once, at its shortest mount point. Names stay escaped as in /proc/mounts.
function filesystems(l, a, n, i, cmd, words, inodes, at, by, dev, kind, mount, size, free) {
	n = 0
	while ((getline l < "/proc/mounts") > 0) {
		if (split(l, a, " ") < 4 || a[2] !~ /^\//) continue
		if (a[3] ~ /^(rootfs|autofs|nfs|cifs|smb|ceph|fuse\.)/ || a[2] ~ /^\/etc\/(hosts|hostname|resolv\.conf)$/) continue
		if (a[2] != "/" && !(a[3] in local_kind) || plain(a[2]) ~ /\\/) continue
		if (a[2] in at) i = at[a[2]]
		else if (a[1] in by) {
			i = by[a[1]]
			if (length(a[2]) >= length(mount[i])) continue
			delete at[mount[i]]
		} else if (n < 64) i = ++n
		else continue
		dev[i] = a[1]
		kind[i] = a[3]
		mount[i] = a[2]
		by[a[1]] = at[a[2]] = i
	}
	close("/proc/mounts")
	section("df")
	if (!n) return
	for (i = 1; i <= n; i++) {
		by[plain(dev[i])] = at[plain(mount[i])] = i
		words = words " " quoted(plain(mount[i]))
	}
	cmd = limit "df -P -k" words "; echo =; " limit "df -P -i" words
	while ((cmd | getline l) > 0) {
		if (l == "=") inodes = 1
		if (!match(l, / +[0-9]+ +-?[0-9]+ +-?[0-9]+ +([0-9]+%|-) +\//)) continue
		i = substr(l, RSTART + RLENGTH - 1)
		i = (i in at) ? at[i] : by[substr(l, 1, RSTART - 1)]
		split(substr(l, RSTART), a, " ")
		if (!i) continue
		if (inodes) free[i] = a[1] " " a[3]
		else size[i] = a[1] " " a[2] " " a[3]
	}
	close(cmd)
	for (i = 1; i <= n; i++)
		if (i in size) line(dev[i] " " kind[i] " " size[i] " " ((i in free) ? free[i] : "0 0") " " mount[i])
}
function plain(s) {
	gsub(/\\040/, " ", s)
	gsub(/\\043/, "#", s)
	return s
}
# For the shell: the quote character is \047, and a quote within becomes end, "quote", begin.
function quoted(s) {
	gsub(/\047/, "\047\042\047\042\047", s)
	return "\047" s "\047"
}
