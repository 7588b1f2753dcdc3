# Temperatures (1/1000 °C) and fans (revolutions per minute): kind, value, critical value or "-", then after tabs chip and label.
function sensors(l, a, i, n, p, cmd, input, v, f) {
	section("sensors")
	f = "*/name */temp*_input */fan*_input */temp*_label */fan*_label */temp*_crit"
	p = f
	gsub(/\*\//, "*/device/", p)
	cmd = "cd /sys/class/hwmon && " limit "grep -s . " f " " p " /dev/null"
	while ((cmd | getline l) > 0) {
		i = index(l, ":")
		p = substr(l, 1, i - 1)
		sub(/\/device\//, "/", p)
		gsub(/\t/, " ", l)
		if (!(p in v) && p ~ /_input$/ && n < 64) input[++n] = p
		if (!(p in v)) v[p] = substr(l, i + 1)
	}
	close(cmd)
	for (i = 1; i <= n; i++) {
		p = input[i]
		sub(/_input$/, "", p)
		f = substr(p, index(p, "/") + 1)
		out = out substr(f, 1, index(f, "n") ? 3 : 4) " " v[input[i]] " " ((p "_crit") in v ? v[p "_crit"] : "-") "\t" v[substr(p, 1, index(p, "/")) "name"] "\t" ((p "_label") in v ? v[p "_label"] : f) "\n"
	}
	if (n) return
	cmd = "cd /sys/class/thermal && " limit "grep -s . thermal_zone*/type thermal_zone*/temp /dev/null"
	while ((cmd | getline l) > 0) {
		i = index(l, ":")
		p = substr(l, 1, i - 1)
		if (p ~ /type$/) v[substr(p, 1, index(p, "/"))] = substr(l, i + 1)
		else if (n++ < 64) out = out "temp " substr(l, i + 1) " -\t" v[substr(p, 1, index(p, "/"))] "\t\n"
	}
	close(cmd)
}
