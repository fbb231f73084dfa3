package imageref

import "strings"

// Classifier says what tags mean. A nil *Classifier is the default one.
type Classifier struct {
	Branches []string // names and path.Match patterns of branches, besides the usual ones
	Channels []string // the same of channels
}

// Parse parses and classifies a reference. It never fails: what is wrong with
// raw stands in Invalid, BadDigest or Unresolved of the result.
func (c *Classifier) Parse(raw string) Reference {
	ref := Reference{Raw: raw, Class: ClassUnknown, Symbols: []string{}}
	c.parse(&ref)
	if ref.Classes == nil {
		ref.Classes = []Class{ref.Class}
	}
	return ref
}

func (c *Classifier) parse(ref *Reference) {
	if isPlain(ref.Raw) {
		c.read(ref, ref.Raw)
		return
	}
	if ref.Invalid = badText(ref.Raw); ref.Invalid != "" {
		return
	}
	if scheme := schemeOf(ref.Raw); scheme != "" {
		ref.refuseScheme(scheme)
		return
	}
	c.unmask(ref)
}

// unmask parses a reference in which templates may stand.
func (c *Classifier) unmask(ref *Reference) {
	t, problem := scanTemplate(ref.Raw)
	if ref.Invalid = problem; problem != "" {
		return
	}
	if ref.Invalid = badASCII(t.text); ref.Invalid != "" {
		return
	}
	ref.doubt(t.symbols)
	c.read(ref, t.text)
}

// read parses text, in which each template is one mask byte.
func (c *Classifier) read(ref *Reference, text string) {
	p := split(text)
	if ref.Invalid = p.problem(); ref.Invalid != "" {
		return
	}
	if ref.Invalid = ref.setName(p.name); ref.Invalid != "" {
		return
	}
	ref.setTag(p)
	ref.setDigest(p)
	c.classify(ref, p)
}

// classify fills the class and what follows from it.
func (c *Classifier) classify(ref *Reference, p parts) {
	switch {
	case p.hasTag && ref.Tag != "":
		ref.apply(c.tag(ref.Tag))
	case p.hasTag, p.hasDigest && ref.Digest == "":
		ref.Class = ClassUnknown
	case p.hasDigest:
		ref.Class = ClassDigest
	case hidesTag(p.name):
		ref.Class = ClassUnknown
	default:
		ref.Class = ClassNone
	}
	ref.Traceable = ref.Digest != "" || ref.provesSource()
	ref.Mutable = !p.hasDigest && moves(ref.Class)
}

// hidesTag tells whether a variable at the end of a name may bring a tag or a
// digest along.
func hidesTag(name string) bool {
	last := name[strings.LastIndexByte(name, '/')+1:]
	return masked(last) || isPlaceholder(last)
}

// apply takes over what a tag says.
func (r *Reference) apply(m meaning) {
	r.Class, r.Classes = m.class, m.readings
	r.Commit, r.Version, r.Precision = m.commit, m.version, m.precision
	if m.reason != "" {
		r.Reason = m.reason
	}
}

// provesSource tells whether the tag names one commit or one release.
func (r *Reference) provesSource() bool {
	if len(r.Classes) > 1 {
		return false
	}
	switch r.Class {
	case ClassSHA, ClassSemver:
		return true
	case ClassShortSHA, ClassBranchSHA, ClassDateSHA:
		return len(r.Commit) >= shortestCommit
	default:
		return false
	}
}

// moves tells whether tags of a class are set again and again.
func moves(class Class) bool {
	switch class {
	case ClassFloatingVersion, ClassBranch, ClassChannel, ClassLatest, ClassNone, ClassOther:
		return true
	default:
		return false
	}
}
