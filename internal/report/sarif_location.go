package report

import (
	"net/url"
	"strings"

	"guard/internal/finding"
)

// sarifHome is where a finding is, with the object it belongs to.
func sarifHome(f finding.Finding) sarifLocation {
	l := sarifAt(f.Location)
	if f.Object != "" {
		l.Logical = []sarifLogical{{Clean(f.Object)}}
	}
	return l
}

func sarifRelated(f finding.Finding) []sarifLocation {
	var out []sarifLocation
	for i, r := range f.Related {
		l := sarifAt(r.Location)
		l.ID, l.Message = i+1, &sarifText{Text: sarifMessage(r.Message)}
		out = append(out, l)
	}
	return out
}

func sarifAt(l finding.Location) sarifLocation {
	return sarifLocation{Physical: sarifPhysical{sarifFile(l.File), sarifRegionOf(l)}}
}

// sarifRegionOf writes a whole file as its first line, because code scanning
// wants a line.
func sarifRegionOf(l finding.Location) *sarifRegion {
	if l.Line == 0 {
		return &sarifRegion{StartLine: 1}
	}
	r := &sarifRegion{StartLine: l.Line, StartColumn: l.Column}
	if l.Column > 0 && l.EndLine >= l.Line && l.EndColumn > 0 && (l.EndLine > l.Line || l.EndColumn >= l.Column) {
		r.EndLine, r.EndColumn = l.EndLine, l.EndColumn
	}
	return r
}

func sarifFile(file string) sarifPlace {
	return sarifPlace{URI: relativeURI(file), BaseID: sarifRoot}
}

// relativeURI writes the path of a file as a URI that stays below its base:
// every segment percent-encoded, a leading slash and .. left out.
func relativeURI(file string) string {
	var segments []string
	for segment := range strings.SplitSeq(file, "/") {
		switch segment {
		case "", ".", "..":
		default:
			segments = append(segments, strings.ReplaceAll(url.PathEscape(segment), ":", "%3A"))
		}
	}
	if len(segments) == 0 {
		return "."
	}
	return strings.Join(segments, "/")
}

// sarifMessage cleans a message and parts brackets, which make links in SARIF.
func sarifMessage(s string) string {
	if s = flow(s); s == "" {
		return "(no message)"
	}
	return strings.ReplaceAll(s, "](", "] (")
}
