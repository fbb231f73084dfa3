package document

import (
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// maxItems bounds how many items of lists and maps the models of one text
// hold, every use of an alias counted.
const maxItems = 200_000

// reader reads typed fields of one object. What is of a wrong type goes to
// the document's Unparsable, what holds a variable to its Incomplete; in both
// cases the field counts as unset.
type reader struct {
	load *loader
	doc  *Document
	left *int // items that may still be read; shared by all objects of a text

	noted          map[string]bool // problems said already
	containersRead int
	pulled         map[pulledImage]string // by the status of a Pod
	made           bool                   // it is a Pod that an API server holds: nobody puts an image in any more
}

// mapping returns p where it is a map, and else a place with nothing in it.
func (r *reader) mapping(p place) place {
	if p.node.IsSet() && p.node.Kind != tree.Map {
		r.wrong(p, "a map")
		p.node = nil
	}
	return p
}

// list returns the items of a list.
func (r *reader) list(p place) []place {
	if !p.node.IsSet() {
		return nil
	}
	if p.node.Kind != tree.List {
		r.wrong(p, "a list")
		return nil
	}
	items := make([]place, 0, len(p.node.Items))
	for i := range p.node.Items {
		if !r.spend(p) {
			break
		}
		items = append(items, p.item(i))
	}
	return items
}

// maps returns the items of a list of maps, those that are something else
// left out.
func (r *reader) maps(p place) []place {
	items := r.list(p)
	maps := items[:0]
	for _, item := range items {
		if item.node.Type() == tree.Map {
			maps = append(maps, item)
		} else {
			r.wrong(item, "a map")
		}
	}
	return maps
}

// spend counts one item, and says so once when there are too many.
func (r *reader) spend(p place) bool {
	*r.left--
	if *r.left == -1 {
		r.exceeded(p, fmt.Sprintf("more than %d items in the lists and maps of one file", maxItems))
	}
	return *r.left >= 0
}

// flag reads a boolean.
func (r *reader) flag(p place) Flag {
	if value, ok := p.node.Bool(); ok {
		return Flag{Value: &value, Path: p.path}
	}
	if p.node.IsSet() {
		r.wrong(p, "a boolean")
	}
	return Flag{Path: p.path}
}

// text reads a string.
func (r *reader) text(p place) Text {
	if p.node.IsSet() && p.node.Kind != tree.String {
		r.wrong(p, "a string")
	}
	return Text{Value: p.node.Scalar(), Path: p.path}
}

// texts reads a list of strings.
func (r *reader) texts(p place) []Text {
	texts := []Text{}
	for _, item := range r.list(p) {
		texts = append(texts, r.text(item))
	}
	return texts
}

// number reads an integer of 64 bits.
func (r *reader) number(p place) Number {
	if value, ok := p.node.Int(); ok {
		return Number{Value: &value, Path: p.path}
	}
	if p.node.Type() == tree.Number {
		r.unparsable(p, fmt.Sprintf("%s: expected an integer of 64 bits, found %s", lastStep(p.path), p.node.Text))
	} else if p.node.IsSet() {
		r.wrong(p, "an integer")
	}
	return Number{Path: p.path}
}

// entries reads a map of scalars, such as labels. Numbers and booleans are
// taken as they are written.
func (r *reader) entries(p place) []Entry {
	entries := []Entry{}
	p = r.mapping(p)
	if p.node == nil || p.node.Kind != tree.Map {
		return entries
	}
	for _, m := range p.node.Members {
		at := p.get(m.Key.Text)
		if !r.spend(at) {
			break
		}
		if at.node.IsSet() && !at.node.IsScalar() {
			r.wrong(at, "a string")
			continue
		}
		entries = append(entries, Entry{Key: m.Key.Text, Value: at.node.Scalar(), Path: at.path})
	}
	return entries
}

// wrong says that p is of another type than expected.
func (r *reader) wrong(p place, want string) {
	if text, ok := p.node.Str(); ok && holdsVariable(text) {
		r.incomplete(p, fmt.Sprintf("%s: expected %s, found a variable that is not known here", lastStep(p.path), want))
		return
	}
	r.unparsable(p, fmt.Sprintf("%s: expected %s, found %s", lastStep(p.path), want, p.node.Type()))
}

// exceeded reports a limit, behind which nothing is looked at.
func (r *reader) exceeded(p place, limit string) {
	r.doc.Unparsable = r.note(r.doc.Unparsable, Problem{Message: "limit exceeded: " + limit + "; the rest was not looked at", Path: p.path, Beyond: true})
}

func (r *reader) unparsable(p place, message string) {
	r.doc.Unparsable = r.note(r.doc.Unparsable, Problem{Message: message, Path: p.path})
}

func (r *reader) incomplete(p place, message string) {
	r.doc.Incomplete = r.note(r.doc.Incomplete, Problem{Message: message, Path: p.path})
}

// note adds a problem once, however often its place is read.
func (r *reader) note(problems []Problem, p Problem) []Problem {
	id := p.Path.String() + " " + p.Message
	if r.noted[id] {
		return problems
	}
	if r.noted == nil {
		r.noted = map[string]bool{}
	}
	r.noted[id] = true
	return append(problems, p)
}

// holdsVariable tells whether a text is to be filled in by another tool:
// ${NAME}, $NAME, $(NAME), {{ name }}.
func holdsVariable(text string) bool {
	if strings.Contains(text, "${") || strings.Contains(text, "$(") || strings.Contains(text, "{{") {
		return true
	}
	at := strings.IndexByte(text, '$')
	return at >= 0 && at+1 < len(text) && (text[at+1] == '_' || text[at+1]|0x20 >= 'a' && text[at+1]|0x20 <= 'z')
}

// lastStep names a part for messages: "privileged", "containers[1]".
func lastStep(path finding.Path) string {
	if len(path) == 0 {
		return "the document"
	}
	if _, isIndex := path[len(path)-1].Index(); isIndex && len(path) > 1 {
		return path[len(path)-2:].String()
	}
	return path[len(path)-1:].String()
}
