package check

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/tree"
)

// contextLines is how many lines of a file stand around a finding's own in
// its excerpt; maxExcerpt bounds a finding that spans many lines.
const (
	contextLines = 0
	maxExcerpt   = 6
)

// view is a file as a report shows it: with every secret in it redacted.
type view struct {
	source  *tree.Source
	secrets *document.Redactor
}

func newView(documents []*document.Document) *view {
	return &view{source: documents[0].Source, secrets: document.NewRedactor(documents)}
}

// dress gives a finding its fingerprint and excerpt, and takes secrets out of
// its texts.
func (v *view) dress(f finding.Finding) finding.Finding {
	f.Fingerprint = v.fingerprint(f)
	f.Message = v.secrets.Redact(f.Message)
	f.Object = v.secrets.Redact(f.Object)
	f.Path = v.secrets.Redact(f.Path)
	for i := range f.Related {
		f.Related[i].Message = v.secrets.Redact(f.Related[i].Message)
	}
	if f.Fix != nil {
		fix := *f.Fix
		fix.Replacement = v.secrets.Redact(fix.Replacement)
		f.Fix = &fix
	}
	f.Excerpt = v.excerpt(f.Location)
	return f
}

func (v *view) excerpt(l finding.Location) finding.Excerpt {
	if l.Line == 0 {
		return finding.Excerpt{}
	}
	first := max(1, l.Line-contextLines)
	last := min(v.source.Lines(), max(l.Line, min(l.EndLine, l.Line+maxExcerpt-1))+contextLines)
	e := finding.Excerpt{Line: first}
	for n := first; n <= last; n++ {
		e.Lines = append(e.Lines, v.secrets.RedactLine(v.source, n))
	}
	return e
}

// fingerprint identifies a finding by what it says and by the text it is
// about, never by where that stands: moving lines changes nothing. A secret
// goes in as a short salted hash, so that another secret in its place shows.
func (v *view) fingerprint(f finding.Finding) string {
	h := sha256.New()
	for _, part := range []string{f.Rule, f.File, f.Object, withoutIndexes(f.Path), f.Message, strings.TrimSpace(v.source.Line(f.Line))} {
		fmt.Fprintf(h, "%d:%s\n", len(part), v.secrets.Hash(f.Rule+"\x00"+f.File, part))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// withoutIndexes takes list indexes and line numbers out of a written path.
func withoutIndexes(path string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, path)
}

// number tells findings of one file apart that say the same of the same text:
// the second one gets a "-2" behind its fingerprint, and so on.
func number(findings []finding.Finding) {
	seen := map[string]int{}
	for i := range findings {
		f := &findings[i]
		seen[f.Fingerprint]++
		if n := seen[f.Fingerprint]; n > 1 {
			f.Fingerprint = fmt.Sprintf("%s-%d", f.Fingerprint, n)
		}
	}
}
