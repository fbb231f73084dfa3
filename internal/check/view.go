package check

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/tree"
)

// maxExcerpt bounds the lines of a finding in its excerpt, and contextLines is
// how many stand before and behind them.
const (
	maxExcerpt   = 6
	contextLines = 2
)

// maxShown is the most bytes of a line that a report shows, and of a text that
// goes into a fingerprint: a manifest may be one line of megabytes with
// thousands of findings on it.
const maxShown = 4 << 10

// view is a file as a report shows it: with every secret in it redacted, and
// nothing of its text where secrets of it may be unknown.
type view struct {
	whole  *document.Document // of kind file
	source *tree.Source
	lines  map[int]string    // redacted: neighbouring findings show the same ones
	hashes map[string]string // of texts with a secret, which several findings may be about
}

// found is a finding with the document it is about.
type found struct {
	finding.Finding
	on *document.Document
}

func newView(documents []*document.Document) *view {
	return &view{whole: documents[0], source: documents[0].Source, lines: map[int]string{}, hashes: map[string]string{}}
}

// dress gives a finding its fingerprint and excerpt, and takes secrets out of
// its texts.
func (v *view) dress(r policy.Result) finding.Finding {
	f := r.Finding
	f.Message, f.Object, f.Path = v.redact(f.Message), v.whole.RedactKnown(f.Object), v.whole.RedactKnown(f.Path)
	f.Related = append([]finding.Related(nil), f.Related...)
	for i := range f.Related {
		f.Related[i].Message = v.redact(f.Related[i].Message)
	}
	if f.Fix != nil {
		f.Fix = &finding.Fix{Description: v.redact(f.Fix.Description), Replacement: v.redact(f.Fix.Replacement)}
	}
	f.Excerpt = v.excerpt(f.Location)
	f.Fingerprint = v.fingerprint(f, r.At)
	return f
}

func (v *view) redact(text string) string { return v.whole.Redact(text) }

func (v *view) excerpt(l finding.Location) finding.Excerpt {
	if l.Line == 0 || v.whole.Concealed() {
		return finding.Excerpt{}
	}
	last := max(l.Line, min(l.EndLine, l.Line+maxExcerpt-1))
	e := finding.Excerpt{Line: max(1, l.Line-contextLines)}
	for n := e.Line; n <= min(v.source.Lines(), last+contextLines); n++ {
		line, ok := v.shown(n)
		if !ok && l.Line <= n && n <= last {
			return finding.Excerpt{}
		}
		e.Lines = append(e.Lines, line)
	}
	v.remark(&e, l)
	return e
}

// shown is a line as a report shows it; ok is false, and the line an ellipsis,
// where it is too long. A part of it could hold a part of a secret.
func (v *view) shown(n int) (line string, ok bool) {
	if line, ok = v.lines[n]; ok {
		return line, true
	}
	if line = v.source.Line(n); len(line) > maxShown {
		return "…", false
	}
	line = v.redact(line)
	v.lines[n] = line
	return line, true
}

// remark says where the region is in the redacted lines: behind what its
// first line has before it, and before what its last line has behind it.
func (v *view) remark(e *finding.Excerpt, l finding.Location) {
	last := max(l.Line, l.EndLine)
	if l.Column == 0 || l.EndColumn == 0 || last >= e.Line+len(e.Lines) || len(v.source.Line(last)) > maxShown {
		return
	}
	before := []rune(v.source.Line(l.Line))
	behind := []rune(v.source.Line(last))
	before = before[:min(l.Column-1, len(before))]
	behind = behind[min(l.EndColumn-1, len(behind)):]
	e.Column = utf8.RuneCountInString(v.redact(string(before))) + 1
	e.EndColumn = utf8.RuneCountInString(e.Lines[last-e.Line]) - utf8.RuneCountInString(v.redact(string(behind))) + 1
}

// fingerprint identifies a finding by what it says and by the text it is
// about, never by where that stands: moving lines changes nothing. A text
// that holds a secret goes in as a short salted hash, so that another secret
// in its place shows, and the fingerprint tells nobody the secret.
func (v *view) fingerprint(f finding.Finding, at finding.Path) string {
	h := sha256.New()
	for _, part := range append(keys(at), f.Rule, f.File, f.Object, f.Message, v.about(f)) {
		fmt.Fprintf(h, "%d:%s\n", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// about is the text a finding is about, in a form that may be published; "" of
// a file that is concealed.
func (v *view) about(f finding.Finding) string {
	if f.Line == 0 || v.whole.Concealed() {
		return ""
	}
	text := v.region(f.Location)
	if shown := v.redact(text); shown != text {
		return shown + v.hash(text)
	}
	return text
}

func (v *view) hash(text string) string {
	hash, known := v.hashes[text]
	if !known {
		hash = document.SecretHash(v.source.File, text)
		v.hashes[text] = hash
	}
	return hash
}

// region is the lines a location is on without what they are indented by, or,
// where they are long, the region itself.
func (v *view) region(l finding.Location) string {
	last := max(l.Line, l.EndLine)
	start, end := v.source.Offset(l.Line, 1), v.source.Offset(last, 1)+len(v.source.Line(last))
	if end-start > maxShown {
		start = v.source.Offset(l.Line, l.Column)
		end = v.source.Offset(last, max(l.EndColumn, 1))
		return v.source.Text[start:max(start, min(end, start+maxShown))]
	}
	var lines []string
	for n := l.Line; n <= last; n++ {
		lines = append(lines, strings.TrimSpace(v.source.Line(n)))
	}
	return strings.Join(lines, "\n")
}

// keys are the names in a path; indexes and lines move, names do not.
func keys(path finding.Path) []string {
	var names []string
	for _, step := range path {
		if key, ok := step.Key(); ok {
			names = append(names, key)
		}
	}
	return names
}

// number tells findings of one file apart that say the same of the same text:
// the second one gets a "-2" behind its fingerprint, and so on.
func number(seen map[string]int, f *finding.Finding) {
	seen[f.Fingerprint]++
	if n := seen[f.Fingerprint]; n > 1 {
		f.Fingerprint = fmt.Sprintf("%s-%d", f.Fingerprint, n)
	}
}
