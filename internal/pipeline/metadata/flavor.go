package metadata

import (
	"fmt"
	"strings"
)

// flavor is what holds for all tags.
type flavor struct {
	latest         string // auto, true, false; or text that is not known
	prefix, suffix string
	prefixOnLatest bool
	suffixOnLatest bool
}

// parseFlavor reads the input "flavor". Of one entry after the other, the last
// one holds.
func (a *alphabet) parseFlavor(list []line) (flavor, *problemAt) {
	f := flavor{latest: "auto"}
	for _, l := range list {
		fields, err := cells(l.text)
		if err != nil {
			return f, &problemAt{l.number, err}
		}
		if err := a.readFlavor(&f, fields); err != nil {
			return f, &problemAt{l.number, err}
		}
	}
	return f, nil
}

// problemAt is what is wrong with a line.
type problemAt struct {
	line int
	err  error
}

func (a *alphabet) readFlavor(f *flavor, fields []string) error {
	last := "" // the affix that onlatest is about
	for _, field := range fields {
		name, value, ok := cutPair(field)
		if !plain(name) {
			return errUnknown{a.reason(name)}
		}
		if !ok {
			return fmt.Errorf("%q is no name=value", name)
		}
		switch name {
		case "latest":
			f.latest = value
			if plain(value) && value != "auto" && value != "true" && value != "false" {
				return fmt.Errorf("latest=%s is none of auto, true and false", value)
			}
		case "prefix":
			f.prefix, last = value, name
		case "suffix":
			f.suffix, last = value, name
		case "onlatest":
			if !plain(value) {
				return errUnknown{a.reason(value)}
			}
			if value != "true" && value != "false" {
				return fmt.Errorf("onlatest=%s is neither true nor false", value)
			}
			f.setOnLatest(last, value == "true")
		default:
			return fmt.Errorf("%q is none of latest, prefix, suffix and onlatest", name)
		}
	}
	return nil
}

func (f *flavor) setOnLatest(affix string, on bool) {
	switch affix {
	case "prefix":
		f.prefixOnLatest = on
	case "suffix":
		f.suffixOnLatest = on
	}
}

// cutPair splits "name=value" at its first "="; what stands behind a second
// one is dropped, as the action does in flavors and images.
func cutPair(field string) (name, value string, ok bool) {
	parts := strings.Split(field, "=")
	if len(parts) == 1 {
		return strings.Trim(field, blanks), "", false
	}
	return strings.ToLower(strings.Trim(parts[0], blanks)), strings.Trim(parts[1], blanks), true
}

// latestName is the tag that the flavor calls latest.
func (f flavor) latestName() string {
	name := "latest"
	if f.prefixOnLatest {
		name = f.prefix + name
	}
	if f.suffixOnLatest {
		name += f.suffix
	}
	return name
}
