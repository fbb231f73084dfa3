package metadata

import (
	"errors"
	"fmt"
	"strings"
)

// The action's templates are those of Handlebars. Understood is what tags are
// made of: text, names and helpers with plain arguments. Whatever else stands
// between two pairs of braces is valid perhaps, but not known.

// call is what stands between two pairs of braces.
type call struct {
	name      string
	arguments []string          // strings only
	options   map[string]string // tz='UTC'
	verbatim  bool              // three braces, or &: special characters of HTML stay
}

// scope gives the value of what a template calls. defined is false for a name
// that it does not have.
type scope func(c call) (text string, defined bool, err error)

// render is the text of a template.
func (a *alphabet) render(template string, in scope) (string, error) {
	var out strings.Builder
	for rest := template; ; {
		text, tail, found := strings.Cut(rest, "{{")
		if !found {
			out.WriteString(text)
			return out.String(), nil
		}
		if strings.HasSuffix(text, `\`) {
			return "", errUnknown{fmt.Sprintf("the template %q escapes its braces", a.show(template))}
		}
		out.WriteString(text)
		body, after, verbatim, err := cutCall(tail)
		if err != nil {
			return "", err
		}
		value, err := a.evaluate(body, verbatim, in)
		if err != nil {
			return "", err
		}
		out.WriteString(value)
		rest = after
	}
}

func (a *alphabet) show(text string) string { return a.decode(text).String() }

// cutCall splits what follows opening braces at the closing ones.
func cutCall(text string) (body, after string, verbatim bool, err error) {
	closing := "}}"
	switch {
	case strings.HasPrefix(text, "!--"):
		closing = "--}}"
	case strings.HasPrefix(text, "{"):
		text, closing, verbatim = text[1:], "}}}", true
	}
	body, after, found := cutOutsideQuotes(text, closing)
	if !found || closing == "}}" && strings.HasPrefix(after, "}") && !strings.HasPrefix(body, "!") {
		return "", "", false, errors.New("the template has no closing braces for its {{")
	}
	return body, after, verbatim, nil
}

// cutOutsideQuotes splits a text at the first sep that does not stand within
// quotes. Within comments quotes mean nothing.
func cutOutsideQuotes(text, sep string) (before, after string, found bool) {
	if strings.HasPrefix(text, "!") {
		return strings.Cut(text, sep)
	}
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.HasPrefix(text[i:], sep):
			return text[:i], text[i+len(sep):], true
		}
	}
	return text, "", false
}

func (a *alphabet) evaluate(body string, verbatim bool, in scope) (string, error) {
	if strings.HasPrefix(body, "!") {
		return "", nil
	}
	if tail, ok := strings.CutPrefix(body, "&"); ok && !verbatim {
		body, verbatim = tail, true
	}
	c, err := a.parseCall(body)
	if err != nil {
		return "", err
	}
	c.verbatim = verbatim
	text, defined, err := in(c)
	if err != nil {
		return "", err
	}
	if !defined && len(c.arguments) > 0 {
		return "", fmt.Errorf("the template calls %q, which there is not here", c.name)
	}
	if !c.verbatim {
		text = escape.Replace(text)
	}
	return text, nil
}

// escape is how values are written into templates, as if they were HTML.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;", "`", "&#x60;", "=", "&#x3D;")

// parseCall reads a name, its arguments and its options.
func (a *alphabet) parseCall(body string) (call, error) {
	unknown := errUnknown{fmt.Sprintf("what {{%s}} gives is not known", a.show(body))}
	c := call{options: map[string]string{}}
	rest := strings.Trim(body, blanks)
	if rest == "" {
		return c, errors.New("the template has nothing between its braces")
	}
	c.name, rest = cutName(rest)
	if c.name == "" || special[c.name] || c.name[0] >= '0' && c.name[0] <= '9' || c.name[0] == '-' {
		return c, unknown
	}
	for rest != "" {
		trimmed := strings.TrimLeft(rest, blanks)
		if trimmed == "" {
			return c, nil
		}
		if strings.HasPrefix(rest, "'") || strings.HasPrefix(rest, `"`) {
			return c, errors.New("the template has no blank before its quotes")
		}
		if len(trimmed) == len(rest) {
			return c, unknown
		}
		name, tail := cutName(trimmed)
		isOption := name != "" && strings.HasPrefix(tail, "=")
		if isOption {
			trimmed = tail[1:]
		}
		value, after, ok := cutString(trimmed)
		if !ok || !isOption && len(c.options) > 0 {
			return c, unknown
		}
		if isOption {
			c.options[name] = value
		} else {
			c.arguments = append(c.arguments, value)
		}
		rest = after
	}
	return c, nil
}

// special are names that mean something of their own to templates.
var special = map[string]bool{
	"if": true, "unless": true, "each": true, "with": true, "lookup": true, "log": true, "else": true,
	"helperMissing": true, "blockHelperMissing": true, "this": true,
	"true": true, "false": true, "null": true, "undefined": true, "as": true,
}

func cutName(text string) (name, rest string) {
	i := strings.IndexFunc(text, func(r rune) bool {
		return isPart(r) || strings.ContainsRune(blanks+"!\"#%&'()*+,./;<=>@[\\]^`{|}~", r)
	})
	if i < 0 {
		return text, ""
	}
	return text[:i], text[i:]
}

// cutString reads a quoted string without escapes at the start of a text.
func cutString(text string) (value, rest string, ok bool) {
	if text == "" || text[0] != '\'' && text[0] != '"' {
		return "", text, false
	}
	value, rest, ok = strings.Cut(text[1:], text[:1])
	return value, rest, ok && !strings.Contains(value, `\`) && plain(value)
}

// isRaw tells whether a pattern is the statement {{raw}} and nothing else.
func (a *alphabet) isRaw(pattern string) bool {
	tail, ok := strings.CutPrefix(pattern, "{{")
	if !ok {
		return false
	}
	body, after, _, err := cutCall(tail)
	if err != nil || after != "" {
		return false
	}
	c, err := a.parseCall(strings.TrimPrefix(body, "&"))
	return err == nil && c.name == "raw"
}
