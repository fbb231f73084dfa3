package document

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/template"

	"guard/internal/tree"
)

// composeVariables are the variables a Compose file is filled in with: the
// environment's, then those of the .env file beside it.
type composeVariables struct {
	getenv func(string) (string, bool)
	file   map[string]string
}

// composeVariables reads the .env file beside a Compose file.
func (l *loader) composeVariables(r *reader) composeVariables {
	v := composeVariables{getenv: l.options.Getenv}
	if l.options.Lookup == nil {
		return v
	}
	text, err := l.options.Lookup(path.Join(path.Dir(l.source.File), ".env"))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			r.incomplete(place{}, "the .env file beside this file cannot be read, so its variables are not known")
		}
		return v
	}
	// A variable of .env that is set nowhere is empty.
	values, err := dotenv.ParseWithLookup(bytes.NewReader(text), func(name string) (string, bool) {
		value, _ := v.get(name)
		return value, true
	})
	if err != nil {
		r.incomplete(place{}, "the .env file beside this file is not a list of NAME=value, so its variables are not known")
		return v
	}
	v.file = values
	return v
}

func (v composeVariables) get(name string) (string, bool) {
	if v.getenv != nil {
		if value, ok := v.getenv(name); ok {
			return value, true
		}
	}
	value, ok := v.file[name]
	return value, ok
}

// maxTemplate bounds the texts whose variables are replaced, in bytes.
const maxTemplate = 4096

// plainVariable is $NAME or ${NAME}, or an escaped dollar.
var plainVariable = regexp.MustCompile(`\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})`)

// fill replaces variables as Compose does, except that a variable which is
// set nowhere and has no default stays as it is written: its value is not
// empty, it is unknown. Known is false where the text is no valid template.
func (v composeVariables) fill(text string) (filled string, known bool) {
	if !strings.Contains(text, "$") || len(text) > maxTemplate {
		return text, true
	}
	kept := plainVariable.ReplaceAllStringFunc(text, func(variable string) string {
		name := strings.Trim(variable, "${}")
		if _, set := v.get(name); set || name == "" {
			return variable
		}
		return "$" + variable
	})
	filled, err := template.SubstituteWithOptions(kept, v.get, template.WithoutLogging)
	var missing *template.MissingRequiredError
	if errors.As(err, &missing) {
		return text, true
	}
	return filled, err == nil
}

// filled reads a string and replaces its variables.
func (r *composeReader) filled(p place) Text {
	if p.node.IsSet() && !p.node.IsScalar() {
		r.wrong(p, "a string")
	}
	value, ok := r.variables.fill(p.node.Scalar())
	if !ok {
		r.unparsable(p, lastStep(p.path)+": expected variables as ${NAME} or ${NAME:-default}, found a $ that begins none")
		value = p.node.Scalar()
	}
	return Text{Value: value, Path: p.path}
}

// filledFlag reads a boolean. It may be quoted, and written with variables.
func (r *composeReader) filledFlag(p place) Flag {
	if _, isText := p.node.Str(); isText {
		p.node = &tree.Node{Kind: tree.String, Text: r.filled(p).Value}
	}
	return r.flag(p)
}
