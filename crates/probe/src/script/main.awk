# Answers request lines; anything else on standard input is ignored.
BEGIN {
	file_count = split(files, file, " ")
	keep("MemTotal MemFree MemAvailable Buffers Cached SwapCached SwapTotal SwapFree Dirty Shmem SReclaimable Active(file) Inactive(file)", wanted)
	keep("ext2 ext3 ext4 xfs btrfs zfs f2fs bcachefs jfs reiserfs nilfs2 vfat exfat msdos ntfs ntfs3 fuseblk hfsplus ufs udf ubifs jffs2 simfs", local_kind)
	print "\n=SM-HELLO " nonce " @VERSION@ awk proc"
	fflush()
}
NF == 2 && $1 ~ /^[0-9]+$/ {
	out = "=SM-BEGIN " $1 "\n"
	if ($2 ~ /f/) fast()
	if ($2 ~ /d/) filesystems()
	if ($2 ~ /p/) processes()
	if ($2 ~ /t/) sensors()
	if ($2 ~ /i/) identity()
	if ($2 ~ /u/) units()
	if ($2 ~ /n/) names()
	print out "=SM-END " $1
	out = ""
	fflush()
}
function keep(words, set, i, n, w) {
	n = split(words, w, " ")
	for (i = 1; i <= n; i++) set[w[i]] = 1
}
function section(name) {
	out = out "=SM " name "\n"
}
# No line of content may begin with "=": that is what keeps content and framing apart.
function line(l) {
	if (substr(l, 1, 1) == "=") l = " " l
	out = out l "\n"
}
