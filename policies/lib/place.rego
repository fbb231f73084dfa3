# Package guard.lib.place compares addresses of repositories, workflows and
# builders.
package guard.lib.place

# within tells whether an address lies at or below one of some patterns, which
# are compared part by part between slashes: https://github.com/acme is neither
# https://github.com/acme-evil nor https://github.com.evil.org/acme. The part *
# of a pattern is any one part. Behind @ stands a ref, which must be met as a
# whole: * in it is anything but a slash, ** anything. A pattern without a ref
# takes any; /** behind a pattern says nothing more.
within(address, patterns) if {
	not contains(_parts(address)[0], "@") # a user in front of another host
	some pattern in patterns
	_below(_parts(_path(address)), _parts(trim_suffix(_path(pattern), "/**")))
	_same_ref(address, pattern)
}

_below(parts, wanted) if {
	count(parts) >= count(wanted)
	not _odd(parts)
	every i, part in wanted {
		part in {"*", parts[i]}
	}
}

# _odd are parts that lead elsewhere than they seem to.
_odd(parts) if {
	some part in parts
	part in {"", ".", ".."}
}

_odd(parts) if regex.match(`[%\\\s]`, concat("/", parts))

_same_ref(_, pattern) if not contains(pattern, "@")

_same_ref(address, pattern) if {
	contains(pattern, "@")
	glob.match(_ref(pattern), ["/"], _ref(address))
}

_path(address) := split(address, "@")[0]

_ref(address) := concat("@", array.slice(split(address, "@"), 1, 1000))

_parts(path) := split(trim_right(trim_suffix(_bare(path), ".git"), "/"), "/")

_bare(path) := trim_prefix(trim_prefix(path, "git+"), "https://")
