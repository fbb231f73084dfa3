package tree

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// placer turns the library's positions into those of the file. The library
// also ends lines at a lone \r, U+0085, U+2028 and U+2029; files are numbered
// by \n alone.
type placer struct {
	text   string
	line   int     // number of the text's first line
	starts []int   // where the library's lines begin; nil until asked for
	source *Source // of the text; nil until asked for
	odd    bool    // the library's lines are not those of the file, or it hides a tag
}

func newPlacer(c chunk) *placer {
	return &placer{text: c.text, line: c.line, odd: hasOddLines(c.text) || hasBareTag(c.text) || strings.HasPrefix(c.text, byteOrderMark)}
}

func hasOddLines(text string) bool {
	return strings.ContainsAny(text, "\u0085\u2028\u2029") || strings.Count(text, "\r") != strings.Count(text, "\r\n")
}

// hasBareTag tells whether there may be a tag "!", of which the library's nodes
// say nothing.
func hasBareTag(text string) bool {
	for _, end := range []string{"! ", "!\n", "!\r", "!\t"} {
		if strings.Contains(text, end) {
			return true
		}
	}
	return false
}

// place answers where a node begins, behind its anchor and tag.
func (p *placer) place(y *yaml.Node) (line, column int32) {
	hasProperty := y.Anchor != "" || y.Style&yaml.TaggedStyle != 0
	if !p.odd && (!hasProperty || isNothing(y)) {
		return int32(p.line + y.Line - 1), int32(y.Column)
	}
	offset := p.offset(y.Line, y.Column)
	if !isNothing(y) {
		offset = skipProperties(p.text, offset)
	}
	return p.position(offset)
}

// isNothing tells whether nothing is written but, perhaps, properties.
func isNothing(y *yaml.Node) bool {
	return y.Kind == yaml.ScalarNode && y.Value == "" && y.Style&^yaml.TaggedStyle == 0
}

// offset turns a position of the library into an offset of the text.
func (p *placer) offset(line, column int) int {
	p.index()
	if p.starts == nil {
		p.starts = libraryLines(p.text)
	}
	if line > len(p.starts) {
		return len(p.text)
	}
	runes := p.source.runes
	return runes.offset(p.text, runes.count(p.text, p.starts[line-1])+column-1)
}

func (p *placer) index() {
	if p.source == nil {
		p.source = NewSource("", p.text)
	}
}

func (p *placer) position(offset int) (line, column int32) {
	l, c := p.source.Position(offset)
	return int32(p.line + l - 1), int32(c)
}

// libraryLines returns where lines begin as YAML 1.1 ends them. The library
// does not count a byte order mark in front.
func libraryLines(text string) []int {
	starts := []int{len(text) - len(strings.TrimPrefix(text, byteOrderMark))}
	for i, r := range text {
		switch r {
		case '\r':
			if strings.HasPrefix(text[i+1:], "\n") {
				continue
			}
			fallthrough
		case '\n', '\u0085', '\u2028', '\u2029':
			starts = append(starts, i+utf8.RuneLen(r))
		}
	}
	return starts
}

// skipProperties passes an anchor and a tag, and what stands between them and
// the node.
func skipProperties(text string, offset int) int {
	for range 2 {
		if offset >= len(text) || text[offset] != '&' && text[offset] != '!' {
			break
		}
		offset += propertyLength(text[offset:])
		offset = skipBlank(text, offset)
	}
	return offset
}

// skipBlank passes blanks, line ends and comments.
func skipBlank(text string, at int) int {
	for at < len(text) {
		switch text[at] {
		case ' ', '\t', '\r', '\n':
			at++
		case '#':
			at += lineLength(text[at:])
		default:
			return at
		}
	}
	return at
}
