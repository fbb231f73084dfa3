package document

import (
	"cmp"
	"slices"
	"strings"
)

// match is one place at which a pattern's regular expression matches, in
// bytes of text.
type match struct {
	pattern    int
	text       string
	start, end int // of the match
	from, to   int // of the secret in it
}

func (m match) secret() string { return m.text[m.from:m.to] }

// target is the text that an allowance's regular expressions look at.
func (m match) target(name string) string {
	switch name {
	case "match":
		return m.text[m.start:m.end]
	case "line":
		return m.line()
	}
	return m.secret()
}

// maxLine is how much of a line is looked at on either side of a match, in
// bytes.
const maxLine = 1 << 10

// line is the match with the rest of the lines it stands on.
func (m match) line() string {
	before, behind := clipEnd(m.text[:m.start], maxLine), clip(m.text[m.end:], maxLine)
	if last := strings.IndexByte(behind, '\n'); last >= 0 {
		behind = behind[:last]
	}
	first := m.start - len(before) + strings.LastIndexByte(before, '\n') + 1
	return m.text[first : m.end+len(behind)]
}

// scanner looks for all patterns in one text.
type scanner struct {
	file  string // its path, which some patterns ask for
	text  string
	found []match

	work   int  // how many bytes regular expressions may still read
	gaveUp bool // they would have had to read more, or there are too many matches

	reached int          // how many bytes were looked at to see how far matches can reach
	keyword map[int]bool // whether the text holds a keyword of a pattern
}

// maxScanned is how many bytes regular expressions read of one text at most,
// so that no text takes longer than about a second.
const maxScanned = 4 << 20

// callCost is what a call of a regular expression takes whatever it reads, in
// bytes that it could have read instead.
const callCost = 64

// maxReached is how many bytes are looked at, at most, to see how far matches
// can reach.
const maxReached = 16 * maxScanned

// maxMatches bounds the matches in one text, of which several may see one
// secret.
const maxMatches = 2 * maxSecrets

// scan finds every secret of a known format in text. Complete is false where
// the text has so much in it that looks like a secret that the limit was
// reached.
func scan(file, text string) (found []match, complete bool) {
	s := &scanner{file: file, text: text, work: maxScanned, keyword: map[int]bool{}}
	hits, some := findNeedles(text)
	if !some {
		return nil, true
	}
	for i := range hits {
		if len(hits[i]) > 0 {
			s.look(i, inOrder(hits[i]))
		}
	}
	if (len(s.found) > 0 || s.gaveUp) && globalExpressions().path.MatchString(file) {
		return nil, true
	}
	return s.found, !s.gaveUp
}

func inOrder(hits []hit) []hit {
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	return hits
}

// look applies pattern i around the places where its needles stand.
func (s *scanner) look(i int, hits []hit) {
	p := &patterns[i]
	if !isIn(i, s.file) {
		return
	}
	if p.start {
		s.lookAtWords(i, hits)
		return
	}
	all := s.windows(p, hits)
	if p.whole {
		all = []window{{0, len(s.text)}}
	}
	for _, w := range all {
		s.lookIn(i, w)
	}
}

// hasKeyword: where a needle can stand without one of the pattern's keywords,
// the text must hold one as well.
func (s *scanner) hasKeyword(i int) bool {
	keywords := patterns[i].keywords
	if len(keywords) == 0 {
		return true
	}
	has, known := s.keyword[i]
	if !known {
		lower := strings.ToLower(s.text)
		has = slices.ContainsFunc(keywords, func(word string) bool { return strings.Contains(lower, word) })
		s.keyword[i] = has
	}
	return has
}

// lookAtWords tries the pattern at every hit, all of which start a word. The
// one byte before is kept, for the boundary.
func (s *scanner) lookAtWords(i int, hits []hit) {
	p, end := &patterns[i], 0
	for _, h := range hits {
		if h.start < end {
			continue
		}
		w := window{max(h.start-1, 0), p.reach(s.text, h)}
		if !s.worthwhile(p, w) {
			continue
		}
		at := compiled(i).match.FindStringIndex(s.text[w.start:w.end])
		if at != nil && w.start+at[0] == h.start {
			end = w.start + at[1]
			s.keep(i, h.start, end)
		}
	}
}

func (s *scanner) lookIn(i int, w window) {
	if !s.worthwhile(&patterns[i], w) {
		return
	}
	for _, at := range compiled(i).match.FindAllStringIndex(s.text[w.start:w.end], -1) {
		s.keep(i, w.start+at[0], w.start+at[1])
	}
}

// worthwhile tells whether the window can hold a match, and books the work.
func (s *scanner) worthwhile(p *pattern, w window) bool {
	text := s.text[w.start:w.end]
	if s.gaveUp && len(s.found) == maxMatches {
		return false
	}
	if len(p.also) > 0 && !slices.ContainsFunc(p.also, func(n needle) bool { return n.in(text) }) {
		return false
	}
	cost := len(text) + callCost
	if cost > s.work {
		s.gaveUp = true
		return false
	}
	s.work -= cost
	return true
}

// keep takes a match that is a secret by what gitleaks asks of it: entropy,
// and no allowance.
func (s *scanner) keep(i, start, end int) {
	for start < end && s.text[start] == '\n' {
		start++
	}
	for start < end && s.text[end-1] == '\n' {
		end--
	}
	m := match{pattern: i, text: s.text, start: start, end: end}
	m.from, m.to = s.group(i, start, end)
	p := &patterns[i]
	if p.entropy != 0 && entropy(m.secret()) <= p.entropy || s.allowed(m) || !s.hasKeyword(i) {
		return
	}
	if len(s.found) == maxMatches {
		s.gaveUp = true
		return
	}
	s.found = append(s.found, m)
}

func (s *scanner) allowed(m match) bool {
	e := compiled(m.pattern)
	return globalExpressions().allows(s.file, m) || slices.ContainsFunc(e.allow, func(a allowedBy) bool { return a.allows(s.file, m) })
}

// group is where the secret stands in a match.
func (s *scanner) group(i, start, end int) (from, to int) {
	groups := compiled(i).match.FindStringSubmatchIndex(s.text[start:end])
	at := func(g int) (int, int) { return start + groups[2*g], start + groups[2*g+1] }
	if g := patterns[i].group; g > 0 && 2*g+1 < len(groups) && groups[2*g] >= 0 {
		return at(g)
	}
	for g := 1; 2*g < len(groups); g++ {
		if groups[2*g] < groups[2*g+1] {
			return at(g)
		}
	}
	return start, end
}

// window is a part of the text, in bytes.
type window struct{ start, end int }

// windows are the parts of the text in which a pattern can match: around each
// hit as far as a match can reach, and one byte more on either side, so that
// the end of a window is never taken for the end of a word or of the text.
// Windows that touch are one, so no match is cut.
func (s *scanner) windows(p *pattern, hits []hit) []window {
	var all []window
	for _, h := range hits {
		if s.gaveUp = s.gaveUp || s.reached > maxReached; s.reached > maxReached {
			break
		}
		w := window{max(h.start-p.before-1, 0), p.reach(s.text, h)}
		s.reached += w.end - h.end
		if n := len(all); n > 0 && w.start <= all[n-1].end {
			all[n-1].end = max(all[n-1].end, w.end)
			continue
		}
		all = append(all, w)
	}
	return all
}

// reach is how far behind a hit a match can reach, and one byte more.
func (p *pattern) reach(text string, h hit) int {
	most := min(h.end+p.after+1, len(text))
	end := h.end
	for lines := p.lines + 1; end < most && p.inner.has(text[end]); end++ {
		if p.lines == 0 || text[end] != '\n' && text[end] != '\r' {
			continue
		}
		if lines--; lines == 0 {
			break
		}
	}
	return min(end+p.last+1, most)
}

// distinct leaves one match where several patterns see the same secret: the
// one whose secret tells by itself what it is, then the longer one.
func distinct(found []match) []match {
	slices.SortStableFunc(found, func(a, b match) int {
		return cmp.Or(compareBool(b.speaks(), a.speaks()), cmp.Compare(b.to-b.from, a.to-a.from), cmp.Compare(a.from, b.from), cmp.Compare(a.pattern, b.pattern))
	})
	var kept []match
	for _, m := range found {
		if !slices.ContainsFunc(kept, func(k match) bool { return m.from < k.to && k.from < m.to }) {
			kept = append(kept, m)
		}
	}
	slices.SortFunc(kept, func(a, b match) int { return cmp.Compare(a.from, b.from) })
	return kept
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// speaks tells whether the secret itself holds the needle: ghp_….
func (m match) speaks() bool {
	return slices.ContainsFunc(patterns[m.pattern].needles, func(n needle) bool { return n.in(m.secret()) })
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
