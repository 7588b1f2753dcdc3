# One look at all that may explain why a rule fired. Nothing runs before the last line, and no file is written.
# A line that says where a part begins or what went wrong has its mark in front; a line of content has a space.
record_main() {
	LC_ALL=C
	export LC_ALL
	exec 2>/dev/null
	nonce=$1
	printf '\n=SM-RECORDING %s\n' "$nonce"
	limit=
	nice true && limit='nice '
	if timeout 5 true; then
		limit="${limit}timeout 5 "
	elif timeout -t 5 true; then
		limit="${limit}timeout -t 5 "
	fi
	hz=$(getconf CLK_TCK) || hz=100
	page=$(getconf PAGESIZE) || page=4096
	began=$(seconds)
	for part in load pressure processes sockets units kernel journal; do
		echo "=SM $part"
		if is_late; then
			echo '! this was not asked for: the parts before it took too long'
		else
			"record_$part"
		fi
	done
	echo "=SM-END $nonce"
	exit
}
# Whether so much time is gone that nothing more may be asked that can take five seconds: fifteen are the most.
is_late() {
	[ "$(($(seconds) - began))" -ge 9 ]
}
seconds() {
	read -r up rest </proc/uptime
	echo "${up%%.*}"
}
# Content as it may be sent: no control characters, lines of bounded length, each after a space.
clean() {
	tr -d '\000-\010\013-\037\177' | cut -c "1-$1" | sed 's/^/ /'
}
# What a command says, at most so many of its last lines, and after them what it complains about.
# Answers whether it said anything; then nothing else has to be asked for the same.
ask() {
	most=$1
	shift
	if is_late; then
		trouble="$trouble! $1 was not asked: it took too long before
"
		return 1
	fi
	if ! command -v "$1" >/dev/null; then
		trouble="$trouble! there is no $1
"
		return 1
	fi
	said=$({ complaint=$({ { $limit "$@" 3>&- || [ $? -ne 124 ] || echo 'it took longer than 5 seconds' >&2; } | sed '/^-- No entries --$/d' | tail -n "$most" | clean 400 >&3; } 2>&1 | head -n 3 | tr '\n' ' ' | clean 400); } 3>&1
		printf '!%s' "$complaint")
	case $said in
	' '*)
		echo "=SM-FROM $*"
		printf '%s\n' "$said" | sed '/^!$/d'
		;;
	'!')
		# To have nothing to say can be an answer, too.
		if [ "$silent" ]; then
			echo "=SM-FROM $*"
		else
			trouble="$trouble! $1 says nothing
"
			return 1
		fi
		;;
	*)
		trouble="$trouble! $1:${said#!}
"
		return 1
		;;
	esac
}
record_load() {
	clean 200 </proc/loadavg
	grep -e '^MemTotal:' -e '^MemAvailable:' -e '^MemFree:' -e '^SwapTotal:' -e '^SwapFree:' /proc/meminfo | clean 100
}
record_pressure() {
	for file in cpu memory io irq; do
		while read -r line; do
			printf ' %s %s\n' "$file" "$line"
		done <"/proc/pressure/$file"
	done
}
record_processes() {
	for awk in awk mawk gawk 'busybox awk' ''; do
		[ "$($awk 'BEGIN { print "works" }' </dev/null)" = works ] && break
	done
	case $awk in
	'') echo '! there is no awk, which is needed for this' ;;
	*)
		$limit $awk -v hz="$hz" -v page="$page" -v self="$$" '
@AWK@
' || echo '! the processes could not be read in 5 seconds'
		;;
	esac
}
record_sockets() {
	clean 200 </proc/net/sockstat
	[ -r /proc/net/sockstat6 ] && clean 200 </proc/net/sockstat6
	# To list very many of them holds up the kernel.
	many=$(sed -n 's/^TCP: inuse \([0-9]*\).*/\1/p' /proc/net/sockstat)
	if [ "${many:-0}" -gt 50000 ]; then
		echo "! the $many connections are too many to be counted by state"
		return
	fi
	for file in tcp tcp6; do
		[ -r "/proc/net/$file" ] || continue
		# 0A is a socket that listens.
		$limit sed -n 's/^ *[0-9]*: \([0-9A-F]*:[0-9A-F]*\) [0-9A-F]*:[0-9A-F]* 0A .*/listen \1/p; t
s/^ *[0-9]*: [0-9A-F]*:[0-9A-F]* [0-9A-F]*:[0-9A-F]* \([0-9A-F][0-9A-F]\) .*/state \1/p' "/proc/net/$file"
	done | sort | uniq -c | head -n 300 | clean 100
}
record_units() {
	trouble=
	silent=yes
	ask 60 systemctl --failed --plain --no-legend --no-pager || printf '%s' "$trouble"
}
record_kernel() {
	trouble=
	silent=
	ask 60 journalctl -k -n 60 --no-pager -o short-iso -q ||
		ask 60 dmesg -T || ask 60 dmesg || printf '%s' "$trouble"
}
record_journal() {
	trouble=
	silent=
	ask 100 journalctl -n 100 --no-pager -o short-iso && return
	for file in /var/log/syslog /var/log/messages; do
		if [ -r "$file" ]; then
			ask 100 tail -n 100 "$file" && return
		elif [ -e "$file" ]; then
			trouble="$trouble! $file may not be read
"
		fi
	done
	printf '%s' "$trouble"
}
