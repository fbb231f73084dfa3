package admission

import (
	"encoding/json"
	"fmt"
	"strings"

	"guard/internal/tree"
)

// Operation is what a request wants to do to an object.
type Operation string

// The operations of admission.k8s.io/v1.
const (
	Create  Operation = "CREATE"
	Update  Operation = "UPDATE"
	Delete  Operation = "DELETE"
	Connect Operation = "CONNECT"
)

// Resource is a type of objects as the API server's paths name it.
type Resource struct {
	Group    string // "" is the core group
	Version  string
	Resource string // "pods"
}

// User is who asks, as the API server has authenticated them.
type User struct {
	Name   string
	Groups []string
}

// Request is what guard reads of an admission request.
type Request struct {
	UID         string
	Kind        string // of the object: "Deployment"
	Resource    Resource
	Subresource string // "ephemeralcontainers"; "" for the object itself
	Name        string // "" where the API server will make one up
	Namespace   string // "" for what lies in none
	Operation   Operation
	User        User
	DryRun      bool
	Object      []byte // the object as JSON; nil where there is none
	OldObject   []byte // as it was before, of UPDATE and DELETE
}

// The version of reviews that guard speaks.
const (
	reviewVersion = "admission.k8s.io/v1"
	reviewKind    = "AdmissionReview"
)

// errRequest says that a body is no admission review that guard understands.
type errRequest struct{ reason string }

func (e *errRequest) Error() string { return e.reason }

func malformed(format string, args ...any) error {
	return &errRequest{reason: fmt.Sprintf(format, args...)}
}

// ReadRequest reads an AdmissionReview of admission.k8s.io/v1. What stands
// twice, is missing or has another type than documented is an error; the
// request then holds the UID alone, or not even that. Limits are those of
// tree.ParseJSON.
func ReadRequest(body []byte) (Request, error) {
	root, err := strictJSON(string(body))
	if err != nil {
		return Request{}, err
	}
	var r Request
	if uid, ok := root.Dig("request", "uid").Str(); ok {
		r.UID = uid
	}
	if version, kind := root.Get("apiVersion").Scalar(), root.Get("kind").Scalar(); version != reviewVersion || kind != reviewKind {
		return r, malformed("expected an %s of %s, got kind %q of %q", reviewKind, reviewVersion, short(kind), short(version))
	}
	request := root.Get("request")
	if request.Type() != tree.Map {
		return r, malformed("the review has no request")
	}
	f := fields{of: request}
	read := Request{
		UID:         f.text("uid"),
		Kind:        f.text("kind", "kind"),
		Resource:    Resource{f.text("resource", "group"), f.text("resource", "version"), f.text("resource", "resource")},
		Subresource: f.text("subResource"),
		Name:        f.text("name"),
		Namespace:   f.text("namespace"),
		Operation:   Operation(f.text("operation")),
		User:        User{Name: f.text("userInfo", "username"), Groups: f.texts("userInfo", "groups")},
		DryRun:      f.flag("dryRun"),
	}
	if f.wrong != nil {
		return r, f.wrong
	}
	if err := read.complete(); err != nil {
		return r, err
	}
	source := tree.NewSource("", string(body))
	if read.Object, err = objectText(source, request.Get("object")); err != nil {
		return r, err
	}
	read.OldObject, err = objectText(source, request.Get("oldObject"))
	return read, err
}

// complete tells what a request lacks that every request has.
func (r *Request) complete() error {
	switch {
	case r.UID == "":
		return malformed("the request has no uid")
	case r.Resource.Resource == "":
		return malformed("the request names no resource")
	}
	switch r.Operation {
	case Create, Update, Delete, Connect:
		return nil
	}
	return malformed("unknown operation %q", short(string(r.Operation)))
}

// strictJSON reads one JSON document in which no key stands twice.
func strictJSON(text string) (*tree.Node, error) {
	parts := tree.ParseJSON(text)
	switch {
	case len(parts) == 0:
		return nil, malformed("the body is empty")
	case len(parts) > 1:
		return nil, malformed("the body holds more than one document")
	case parts[0].Err != nil:
		return nil, malformed("the body is not JSON: line %d, column %d: %s", parts[0].Err.Line, parts[0].Err.Column, parts[0].Err.Message)
	case len(parts[0].Problems) > 0:
		p := parts[0].Problems[0]
		return nil, malformed("line %d, column %d: %s", p.Line, p.Column, p.Message)
	}
	return parts[0].Root, nil
}

// fields reads the fields of a request. The first that has another type than
// it should is remembered.
type fields struct {
	of    *tree.Node
	wrong error
}

func (f *fields) text(keys ...string) string {
	node := f.of.Dig(keys...)
	if !node.IsSet() {
		return ""
	}
	text, ok := node.Str()
	if !ok {
		f.expect("a string", keys)
	}
	return text
}

func (f *fields) texts(keys ...string) []string {
	node := f.of.Dig(keys...)
	if node.IsSet() && node.Type() != tree.List {
		f.expect("a list of strings", keys)
		return nil
	}
	var all []string
	for i := range nodeItems(node) {
		text, ok := node.Item(i).Str()
		if !ok {
			f.expect("a list of strings", keys)
		}
		all = append(all, text)
	}
	return all
}

func nodeItems(n *tree.Node) []*tree.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

func (f *fields) flag(keys ...string) bool {
	node := f.of.Dig(keys...)
	if !node.IsSet() {
		return false
	}
	value, ok := node.Bool()
	if !ok || node.Type() != tree.Bool {
		f.expect("true or false", keys)
	}
	return value
}

func (f *fields) expect(what string, keys []string) {
	if f.wrong == nil {
		f.wrong = malformed("request.%s: expected %s", strings.Join(keys, "."), what)
	}
}

// objectText is the text of an object of a review, as it stands there; nil
// where there is none. The node says where it begins, and JSON where it ends.
func objectText(source *tree.Source, node *tree.Node) ([]byte, error) {
	if !node.IsSet() {
		return nil, nil
	}
	var text json.RawMessage
	from := source.Offset(int(node.Line), int(node.Column))
	if err := json.NewDecoder(strings.NewReader(source.Text[from:])).Decode(&text); err != nil {
		return nil, malformed("the object is not JSON: %v", err)
	}
	return text, nil
}

// maxShown bounds what is repeated of a value that is wrong, in bytes.
const maxShown = 64

func short(text string) string {
	if len(text) <= maxShown {
		return text
	}
	return strings.ToValidUTF8(text[:maxShown], "") + "…"
}
