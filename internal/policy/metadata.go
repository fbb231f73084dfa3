package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guard/internal/finding"
	"guard/internal/framework"
	"guard/internal/tree"
)

// metadataBlock cuts the METADATA comment in front of the package out of a
// module's text, as YAML, with the number of its first line.
func metadataBlock(text string) (yaml string, line int, ok bool) {
	var b strings.Builder
	for n := 1; text != ""; n++ {
		current, rest, _ := strings.Cut(text, "\n")
		text = rest
		current = strings.TrimRight(current, " \t\r")
		switch {
		case line == 0 && strings.HasPrefix(current, "package "):
			return "", 0, false
		case line == 0 && current == "# METADATA":
			line = n + 1
		case line > 0 && !strings.HasPrefix(current, "#"):
			return b.String(), line, true
		case line > 0:
			b.WriteString(strings.TrimPrefix(strings.TrimPrefix(current, "#"), " ") + "\n")
		}
	}
	return b.String(), line, line > 0
}

// metadataReader decodes METADATA strictly: what is missing, unknown or of
// the wrong type is an error at its own line.
type metadataReader struct {
	module *module
	line   int // of the block's first line in the file
	errs   *Errors
}

// readMetadata decodes the METADATA of a rule. What is wrong goes to errs.
func readMetadata(m *module, errs *Errors) finding.Rule {
	rule := finding.Rule{ID: m.id, Custom: m.source.Custom}
	text, line, ok := metadataBlock(m.text)
	r := &metadataReader{module: m, line: line, errs: errs}
	if !ok {
		errs.add(Place{File: m.file, Line: 1}, "a rule needs a METADATA comment in front of its package")
		return rule
	}
	if root, ok := r.parse(text); ok {
		r.rule(&rule, root)
	}
	return rule
}

func (r *metadataReader) parse(text string) (*tree.Node, bool) {
	parts := tree.ParseYAML(text)
	if len(parts) != 1 || parts[0].Root.Type() != tree.Map && parts[0].Err == nil {
		r.fail(nil, "METADATA must be a map")
		return nil, false
	}
	if err := parts[0].Err; err != nil {
		r.errs.add(r.place(err.Line, 0), "METADATA: %s", err.Message)
		return nil, false
	}
	for _, problem := range parts[0].Problems {
		r.errs.add(r.place(problem.Line, problem.Column), "METADATA: %s", problem.Message)
	}
	return parts[0].Root, true
}

// place turns a place in the block into one in the file: every line lost "# ".
func (r *metadataReader) place(line, column int) Place {
	if column > 0 {
		column += len("# ")
	}
	return Place{File: r.module.file, Line: max(r.line+line-1, 1), Column: column}
}

func (r *metadataReader) fail(n *tree.Node, format string, args ...any) {
	line, column := 0, 0
	if n != nil {
		line, column = int(n.Line), int(n.Column)
	}
	r.errs.add(r.place(line, column), "METADATA: "+format, args...)
}

func (r *metadataReader) rule(rule *finding.Rule, root *tree.Node) {
	r.keys(root, "METADATA", []string{"title", "description", "scope", "schemas", "custom"}, []string{"related_resources"})
	rule.Title = r.text(root, "title")
	rule.Description = r.text(root, "description")
	if scope := root.Get("scope"); scope != nil && scope.Scalar() != "package" {
		r.fail(scope, "scope is %q, it must be package", scope.Scalar())
	}
	rule.Related = r.related(root.Get("related_resources"))
	if custom := root.Get("custom"); r.is(custom, "custom", tree.Map) {
		r.custom(rule, custom)
	}
	r.schemas(rule, root.Get("schemas"))
}

func (r *metadataReader) custom(rule *finding.Rule, custom *tree.Node) {
	r.note("", custom)
	r.keys(custom, "custom", []string{"severity", "kinds", "profiles", "remediation", "since"}, []string{"frameworks", "aliases", "params", "needs", "effective-on"})
	if severity := custom.Get("severity"); severity != nil {
		rule.Severity = r.severity(severity)
	}
	rule.Kinds = r.chosen(custom.Get("kinds"), "kinds", kindNames(), 1)
	rule.Profiles = r.profiles(custom.Get("profiles"))
	rule.Remediation = r.text(custom, "remediation")
	rule.Since = r.text(custom, "since")
	rule.Needs = r.chosen(custom.Get("needs"), "needs", []string{NeedRegistry, NeedTrustPolicy}, 0)
	rule.EffectiveOn = r.day(custom.Get("effective-on"), "effective-on")
	rule.Frameworks = r.frameworks(custom.Get("frameworks"))
	rule.Aliases = r.texts(custom.Get("aliases"), "aliases")
	if params := custom.Get("params"); params != nil {
		rule.Params = r.params(params, append(slices.Clone(Profiles), rule.Profiles...))
	}
}

// note keeps where the entries of a map stand.
func (r *metadataReader) note(prefix string, n *tree.Node) {
	if r.module.entries == nil {
		r.module.entries = map[string]int{}
	}
	for _, m := range n.Members {
		r.module.entries[prefix+m.Key.Text] = r.place(int(m.Key.Line), 0).Line
	}
}

// keys checks that all required keys and no unknown ones are there.
func (r *metadataReader) keys(n *tree.Node, name string, required, optional []string) {
	for _, key := range required {
		if n.Get(key) == nil {
			r.fail(n, "%s lacks %s", name, key)
		}
	}
	known := append(slices.Clone(required), optional...)
	for _, m := range n.Members {
		if !slices.Contains(known, m.Key.Text) {
			r.fail(m.Key, "%s has no key %q%s", name, m.Key.Text, didYouMean(m.Key.Text, known))
		}
	}
}

// is checks a node's kind; a missing node was reported before.
func (r *metadataReader) is(n *tree.Node, name string, kind tree.Kind) bool {
	if n != nil && n.Kind != kind {
		r.fail(n, "%s must be %s, not %s", name, kind, n.Kind)
	}
	return n != nil && n.Kind == kind
}

func (r *metadataReader) text(parent *tree.Node, key string) string {
	n := parent.Get(key)
	if n == nil {
		return ""
	}
	text := strings.TrimSpace(n.Scalar())
	if text == "" {
		r.fail(n, "%s must not be empty", key)
	}
	return text
}

func (r *metadataReader) texts(n *tree.Node, name string) []string {
	if !r.is(n, name, tree.List) {
		return nil
	}
	texts := make([]string, 0, len(n.Items))
	for _, item := range n.Items {
		text, ok := item.Str()
		if !ok || text == "" {
			r.fail(item, "%s holds %s, it must hold strings", name, item.Kind)
		}
		texts = append(texts, text)
	}
	return texts
}

// chosen reads a list of known names, none of them twice.
func (r *metadataReader) chosen(n *tree.Node, name string, known []string, least int) []string {
	texts := r.texts(n, name)
	if n != nil && len(texts) < least {
		r.fail(n, "%s must not be empty", name)
	}
	for i, text := range texts {
		if !slices.Contains(known, text) {
			r.fail(n.Items[i], "%s has no value %q%s", name, text, didYouMean(text, known))
		}
		if slices.Contains(texts[:i], text) {
			r.fail(n.Items[i], "%s holds %q twice", name, text)
		}
	}
	return texts
}

// profiles reads names of profiles, none of them twice.
func (r *metadataReader) profiles(n *tree.Node) []string {
	texts := r.texts(n, "profiles")
	for i, text := range texts {
		if problem := profileProblem(text, r.module.source.Custom); problem != "" {
			r.fail(n.Items[i], "profiles has no value %q%s", text, problem)
		}
		if slices.Contains(texts[:i], text) {
			r.fail(n.Items[i], "profiles holds %q twice", text)
		}
	}
	return texts
}

// frameworks reads ids of controls. Those of frameworks that guard does not know
// are anybody's.
func (r *metadataReader) frameworks(n *tree.Node) []string {
	ids := r.texts(n, "frameworks")
	for i, id := range ids {
		if framework.Misnamed(id) {
			r.fail(n.Items[i], "frameworks: there is no control %q%s", id, didYouMean(id, framework.ControlIDs()))
		}
	}
	return ids
}

// day reads a date, quoted or not.
func (r *metadataReader) day(n *tree.Node, name string) string {
	if n == nil {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, n.Scalar()); err != nil {
		r.fail(n, "%s: expected a date like 2027-01-15, found %q", name, n.Scalar())
		return ""
	}
	return n.Scalar()
}

func (r *metadataReader) severity(n *tree.Node) finding.Severity {
	severity, err := finding.ParseSeverity(n.Scalar())
	if err != nil {
		r.fail(n, "%v", err)
	}
	return severity
}

func (r *metadataReader) related(n *tree.Node) []finding.RelatedLink {
	if !r.is(n, "related_resources", tree.List) {
		return nil
	}
	var links []finding.RelatedLink
	for _, item := range n.Items {
		if !r.is(item, "related_resources", tree.Map) {
			continue
		}
		r.keys(item, "related_resources", []string{"ref"}, []string{"description"})
		link := finding.RelatedLink{URL: r.text(item, "ref"), Description: r.text(item, "description")}
		if !strings.HasPrefix(link.URL, "https://") {
			r.fail(item, "related_resources: ref %q must start with https://", link.URL)
		}
		links = append(links, link)
	}
	return links
}

// schemas checks that the type check sees the input the rule will be given.
func (r *metadataReader) schemas(rule *finding.Rule, n *tree.Node) {
	if !r.is(n, "schemas", tree.List) {
		return
	}
	want := inputSchema(rule.Kinds)
	for _, item := range n.Items {
		for _, m := range item.Members {
			if m.Key.Text == "input" && m.Value.Scalar() == want {
				return
			}
		}
	}
	r.fail(n, "schemas must hold %q, as kinds says", "- input: "+want)
}

// inputSchema names the schema of what a rule of these kinds sees.
func inputSchema(kinds []string) string {
	if len(kinds) == 1 && kinds[0] != anyKind {
		return "schema." + kinds[0]
	}
	return "schema.input"
}

func (r *metadataReader) params(n *tree.Node, profiles []string) []finding.Param {
	if !r.is(n, "params", tree.Map) {
		return nil
	}
	r.note("params.", n)
	var params []finding.Param
	for _, m := range n.Members {
		if r.is(m.Value, "params: "+m.Key.Text, tree.Map) {
			params = append(params, r.param(m.Key.Text, m.Value, profiles))
		}
	}
	return params
}

func (r *metadataReader) param(name string, n *tree.Node, known []string) finding.Param {
	r.keys(n, "parameter "+name, []string{"type", "default", "description"}, []string{"profiles"})
	param := finding.Param{Name: name, Type: r.text(n, "type"), Description: r.text(n, "description")}
	if n.Get("type") != nil && !slices.Contains(paramTypes, param.Type) {
		r.fail(n.Get("type"), "parameter %s has no type %q, expected one of %s", name, param.Type, strings.Join(paramTypes, ", "))
		return param
	}
	param.Default = r.paramValue(&param, n.Get("default"), "default")
	profiles := n.Get("profiles")
	if !r.is(profiles, "profiles", tree.Map) {
		return param
	}
	param.Profiles = map[string]any{}
	for _, m := range profiles.Members {
		if !slices.Contains(known, m.Key.Text) {
			r.fail(m.Key, "there is no profile %q%s", m.Key.Text, didYouMean(m.Key.Text, known))
		}
		param.Profiles[m.Key.Text] = r.paramValue(&param, m.Value, "value for "+m.Key.Text)
	}
	return param
}

func (r *metadataReader) paramValue(param *finding.Param, n *tree.Node, what string) any {
	if n == nil {
		return nil
	}
	value := plainValue(n)
	if err := checkParam(*param, value); err != nil {
		r.fail(n, "parameter %s: %s: %v", param.Name, what, err)
	}
	return value
}

func didYouMean(name string, known []string) string {
	if near := finding.Nearest(name, known); near != "" {
		return fmt.Sprintf(", did you mean %q?", near)
	}
	if len(known) > maxNamed {
		known = append(slices.Clone(known[:maxNamed]), "…")
	}
	return fmt.Sprintf(", expected one of %s", strings.Join(known, ", "))
}

// maxNamed is how many names a message lists where none is near.
const maxNamed = 30
