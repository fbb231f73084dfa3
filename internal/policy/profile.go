package policy

import (
	"regexp"
	"slices"
	"strings"

	"guard/internal/finding"
)

// profilesOf splits the names of profiles.
func profilesOf(names string) []string {
	var profiles []string
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(profiles, name) {
			profiles = append(profiles, name)
		}
	}
	return profiles
}

// ProfileNames lists guard's own profiles, and those that the METADATA of rules
// names besides, sorted.
func ProfileNames(rules []finding.Rule) []string {
	var more []string
	for _, r := range rules {
		for _, name := range r.Profiles {
			if !slices.Contains(Profiles, name) {
				more = append(more, name)
			}
		}
	}
	slices.Sort(more)
	return append(slices.Clone(Profiles), slices.Compact(more)...)
}

// checkProfiles wants profiles to be there.
func (lib *library) checkProfiles(profiles []string, from Origin, errs *Errors) {
	known := ProfileNames(lib.catalogue())
	for _, name := range profiles {
		if !slices.Contains(known, name) {
			errs.add(from.Place, "unknown profile %q%s", name, didYouMean(name, known))
		}
	}
}

// in tells whether one of the profiles switches the rule on. Users' rules without
// profiles are on: they were written to be. What cannot be read is denied in
// every profile: nobody knows what would have been found there.
func (r *rule) in(profiles []string) bool {
	return r.ID == unparsable || r.Custom && len(r.Profiles) == 0 || slices.ContainsFunc(profiles, func(p string) bool { return slices.Contains(r.Profiles, p) })
}

// profileForm is what names of users' own profiles look like.
var profileForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// profileProblem says why a name in METADATA is none of a profile; "" where it is
// one. Users' rules may belong to profiles of their own, whose names are not those
// of guard's with a typing mistake.
func profileProblem(name string, custom bool) string {
	near := finding.Nearest(name, Profiles)
	switch {
	case slices.Contains(Profiles, name):
		return ""
	case !custom || near != "":
		return didYouMean(name, Profiles)
	case !profileForm.MatchString(name) || len(name) > 64:
		return ", expected lower-case words with - between them"
	}
	return ""
}
