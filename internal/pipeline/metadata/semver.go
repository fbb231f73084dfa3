package metadata

import (
	"regexp"
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// release is a version that a Git tag or a value names.
type release struct {
	raw, version        string
	major, minor, patch string
	prerelease          bool   // of PEP 440: also a post release
	build               string // of Semantic Versioning, as templates write it
}

// semantic is a version of Semantic Versioning, with an optional v before it.
var semantic = regexp.MustCompile(`^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)` +
	`(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?` +
	`(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$`)

// parseSemver reads a version; answer is no where it is none.
func (a *alphabet) parseSemver(text string) (release, logic.Answer) {
	if !plain(text) {
		return a.symbolicRelease(text)
	}
	parts := semantic.FindStringSubmatch(strings.Trim(text, blanks))
	if parts == nil || len(text) > 256 {
		return release{}, logic.No
	}
	for _, n := range parts[1:4] {
		if !isSafe(n) {
			return release{}, logic.No
		}
	}
	r := release{raw: text, major: parts[1], minor: parts[2], patch: parts[3], prerelease: parts[4] != ""}
	r.version = strings.Join(parts[1:4], ".")
	if r.prerelease {
		r.version += "-" + parts[4]
	}
	r.build = strings.ReplaceAll(parts[5], ".", ",")
	return r, logic.Yes
}

// isSafe tells whether JavaScript can hold a whole number exactly.
func isSafe(digits string) bool {
	const largest = "9007199254740991"
	return len(digits) < len(largest) || len(digits) == len(largest) && digits <= largest
}

// symbolicRelease is a version whose numbers are not known, with an optional v
// before it.
func (a *alphabet) symbolicRelease(text string) (release, logic.Answer) {
	v := a.decode(strings.TrimPrefix(text, "v"))
	if len(v) == 1 && v[0].Kind == symbol.Semver && v[0].Name == "" {
		number := func(name string) string { return a.encode(symbol.Of(symbol.Part{Kind: symbol.Semver, Name: name})) }
		return release{raw: text, version: a.encode(v), major: number("major"), minor: number("minor"), patch: number("patch")}, logic.Yes
	}
	return release{}, logic.Maybe(a.show(text) + " may or may not be a version")
}

// named is what patterns of a version may call.
func (r release) named(t Type) scope {
	return func(c call) (string, bool, error) {
		values := map[string]string{"raw": r.raw, "version": r.version, "major": r.major, "minor": r.minor, "patch": r.patch}
		if t == Semver {
			values["build"], values["prerelease"], values["loose"], values["options"] = r.build, "", "true", "[object Object]"
		}
		text, ok := values[c.name]
		if ok && t == Semver && (len(c.arguments) > 0 || len(c.options) > 0) {
			return "", false, nil
		}
		return text, ok, nil
	}
}
