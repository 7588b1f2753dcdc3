# The whole program. Nothing runs before the last line, so a script that arrives in part does nothing at all.
probe_main() {
	LC_ALL=C
	export LC_ALL
	exec 2>/dev/null
	# Only what can be read: where PSI is switched off, reading its files fails, and mawk ends at a read that fails.
	files=
	for f in uptime stat meminfo loadavg net/dev diskstats pressure/cpu pressure/io pressure/memory; do
		read -r line <"/proc/$f" && files="$files $f"
	done
	case $files in
	' uptime stat meminfo'*) ;;
	*)
		printf '\n=SM-HELLO %s @VERSION@ sh no-proc\n' "$1"
		exit
		;;
	esac
	# The SSH service that this shell came in by: the uppermost of its ancestors that is one.
	service=
	pid=$$
	while [ "$pid" -gt 1 ] && read -r line <"/proc/$pid/stat"; do
		case $line in *'(sshd'* | *'(dropbear'*) service=$pid ;; esac
		line=${line##*) }
		line=${line#* }
		pid=${line%% *}
	done
	limit=
	nice true && limit='nice '
	if timeout 5 true; then
		limit="${limit}timeout 5 "
	elif timeout -t 5 true; then
		limit="${limit}timeout -t 5 "
	fi
	hz=$(getconf CLK_TCK) || hz=100
	arch=$(uname -m)
	for awk in awk mawk gawk 'busybox awk' ''; do
		[ "$($awk 'BEGIN { fflush(); print "works" }' </dev/null)" = works ] && break
	done
	case $awk in
	'') probe_sh "$1" ;;
	*)
		# mawk waits for full blocks of input unless told; the other ones do not know the option.
		case $($awk -W version </dev/null 2>&1) in
		*mawk*) awk="$awk -W interactive" ;;
		esac
		exec $awk -v nonce="$1" -v files="$files" -v limit="$limit" -v hz="$hz" -v arch="$arch" -v service="$service" '
@AWK@
'
		;;
	esac
}
