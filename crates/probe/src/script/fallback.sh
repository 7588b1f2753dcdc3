# The same protocol without awk: file systems without inodes, no processes, no sensors, no lists.
probe_sh() {
	set -f
	printf '\n=SM-HELLO %s @VERSION@ sh proc\n' "$1"
	while read -r seq want; do
		echo "=SM-BEGIN $seq"
		case $want in *f*)
			for f in $files; do
				case $f in
				net/dev) echo '=SM net_dev' ;;
				pressure/*) echo "=SM pressure_${f#*/}" ;;
				*) echo "=SM $f" ;;
				esac
				while IFS= read -r line; do
					case $line in
					intr* | softirq*) ;;
					*) printf ' %s\n' "$line" ;;
					esac
				done <"/proc/$f"
			done
			;;
		esac
		case $want in *d*)
			echo '=SM df'
			n=0
			while read -r dev mount kind line; do
				case $mount:$kind in
				*\\* | *:rootfs | /:nfs* | /:cifs* | /:smb* | /:autofs) continue ;;
				/:* | *:ext[234] | *:xfs | *:btrfs | *:zfs | *:f2fs | *:vfat | *:exfat | *:ntfs3 | *:fuseblk | *:ubifs) ;;
				*) continue ;;
				esac
				[ "$((n += 1))" -gt 64 ] && break
				set -- $(${limit}df -P -k "$mount" </dev/null | tail -n 1)
				[ $# -eq 6 ] && printf ' %s %s %s %s %s 0 0 %s\n' "$dev" "$kind" "$2" "$3" "$4" "$mount"
			done </proc/mounts
			;;
		esac
		case $want in *i*)
			echo '=SM identity'
			for f in hostname ostype osrelease; do
				read -r line <"/proc/sys/kernel/$f" && printf '%s %s\n' "$f" "$line"
			done
			echo "arch $arch"
			while read -r line; do
				case $line in PRETTY_NAME=*) printf 'os %s\n' "${line#*=}" ;; esac
			done </etc/os-release
			;;
		esac
		echo "=SM-END $seq"
	done
	exit
}
