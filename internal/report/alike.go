package report

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
)

// alike are places that were not looked at for reasons that begin alike.
type alike struct {
	first  finding.Incomplete
	places int
	files  map[string]bool
}

// more says what stands for the places that are not named: "and 53 more like
// it in 54 files"; "" where the first is all.
func (a *alike) more() string {
	switch {
	case a.places == 1:
		return ""
	case len(a.files) == 1:
		return fmt.Sprintf("and %d more like it", a.places-1)
	}
	return fmt.Sprintf("and %d more like it, in %s", a.places-1, count(len(a.files), "file"))
}

// grouped puts places together whose reasons are alike, the most first.
func grouped(list []finding.Incomplete) []*alike {
	var groups []*alike
	by := map[string]*alike{}
	for _, i := range list {
		kind := kindOf(i.Reason)
		if by[kind] == nil {
			by[kind] = &alike{first: i, files: map[string]bool{}}
			groups = append(groups, by[kind])
		}
		by[kind].places++
		by[kind].files[i.File] = true
	}
	slices.SortStableFunc(groups, func(a, b *alike) int { return b.places - a.places })
	return groups
}

// single puts each place by itself.
func single(list []finding.Incomplete) []*alike {
	var groups []*alike
	for _, i := range list {
		groups = append(groups, &alike{first: i, places: 1})
	}
	return groups
}

// kindOf is what a reason begins with, up to the first thing of the file that
// it names.
func kindOf(reason string) string {
	if end := strings.IndexAny(reason, `":[`); end > 0 {
		return reason[:end]
	}
	return reason
}
