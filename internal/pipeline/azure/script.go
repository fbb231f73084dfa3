package azure

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// script reads the text of a step. Name is the shell, "" for the one of the
// machine: bash, or cmd where the job is known to run on Windows.
func (r *reader) script(at *value, name string) *pipeline.Script {
	script := &pipeline.Script{
		Text: at.scalar(), Shell: name, Path: at.path,
		Commands: []shell.Command{}, Expressions: []pipeline.Expression{}, Workflow: []pipeline.WorkflowCommand{}, Secrets: []pipeline.SecretUse{},
	}
	if !at.own {
		r.stray = append(r.stray, script)
	}
	if name != "" && name != "bash" {
		script.Unread = fmt.Sprintf("%q is not a POSIX-like shell", name)
	} else {
		r.commands(script, at.from)
	}
	for _, set := range setInText.FindAllStringSubmatch(script.Text, maxMacros) {
		r.defined[lower(set[1])] = true
	}
	return script
}

// commands reads a script as Azure's agent runs it: by bash without -e, once
// the macros in it are replaced. So only the failure of its last command counts,
// as long as it does not say set -e.
func (r *reader) commands(script *pipeline.Script, from *origin) {
	reader := shell.Reader{Macros: r.defined.isMacro}
	commands, news, err := r.scripts.Read(reader, script.Text, script.Path)
	if err == nil {
		script.Commands = commands
		return
	}
	script.Unread = err.Error()
	switch {
	case errors.Is(err, pipeline.ErrScripts) && news:
		r.exceeded(script.Path, "%s", err)
	case news && !from.isOwn():
		r.once(script.Path, "a script of the template %q could not be read: %s", from.file, err)
	case news:
		r.incomplete(script.Path, "the script could not be read: %s", err)
	}
}

// expressionsIn lists the macros and expressions of a script, with the secrets
// that each may yield.
func (r *reader) expressionsIn(text string, path finding.Path) []pipeline.Expression {
	all := []pipeline.Expression{}
	place := pipeline.NewCursor(text)
	for _, found := range r.spots(text, path) {
		e := pipeline.Expression{Text: found.text, Contexts: found.contexts, Secrets: []string{}, Path: path.With(place.Span(found.start, found.end))}
		for _, context := range found.contexts {
			if name, ok := cutVariable(context); ok && r.isSecret(name) {
				e.Secrets = append(e.Secrets, name)
			}
		}
		if isOutsider(found.text) { // a macro; what a template is expanded with no pull request chooses
			e.Outsider = found.text
		}
		all = append(all, e)
	}
	return all
}

// spot is a place of a text that Azure replaces.
type spot struct {
	text       string
	contexts   []string
	start, end int
}

func (r *reader) spots(text string, path finding.Path) []spot {
	var found []spot
	all, macros := pieces(text), macrosIn(text)
	if len(all) >= maxPieces || len(macros) == maxMacros {
		r.once(path, "more than %d expressions or %d macros in one text; not all of them were looked at", maxPieces, maxMacros)
	}
	for _, p := range all {
		if p.expression {
			found = append(found, spot{p.text, append([]string{}, parse(p.text).Chains()...), p.start, p.end})
		}
	}
	for _, at := range macros {
		if name := text[at[2]:at[3]]; r.defined.isMacro(name) {
			found = append(found, spot{name, []string{"variables." + name}, at[0], at[1]})
		}
	}
	slices.SortFunc(found, func(a, b spot) int { return cmp.Compare(a.start, b.start) })
	return apart(found)
}

// apart leaves out what begins inside of the spot before it.
func apart(spots []spot) []spot {
	end := 0
	return slices.DeleteFunc(spots, func(s spot) bool {
		inside := s.start < end
		end = max(end, s.end)
		return inside
	})
}

// cutVariable is the variable that a chain names.
func cutVariable(chain string) (name string, ok bool) {
	const prefix = "variables."
	if len(chain) <= len(prefix) || !equalFold(chain[:len(prefix)], prefix) {
		return "", false
	}
	return chain[len(prefix):], true
}
