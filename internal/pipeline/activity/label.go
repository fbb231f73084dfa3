package activity

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"guard/internal/pipeline"
)

// Labels that say where an image comes from.
const (
	revisionLabel = "org.opencontainers.image.revision"
	sourceLabel   = "org.opencontainers.image.source"
)

// labelled collects the labels of a build.
type labelled struct {
	finder *finder
	keys   []string
	doubt  string // why there may be others
}

func (l *labelled) write(a *pipeline.Activity) {
	slices.Sort(l.keys)
	a.Labels, a.LabelsUnknown = append([]string{}, slices.Compact(l.keys)...), l.doubt
}

func (l *labelled) maybe(reason string) { l.doubt = orElse(l.doubt, reason) }

// line adds the key of name=value. The kinds of manifests that an annotation
// may name before its key are not looked at.
func (l *labelled) line(text string) {
	key, _, _ := strings.Cut(strings.TrimSpace(text), "=")
	if colon := strings.LastIndexByte(key, ':'); colon >= 0 {
		key = key[colon+1:]
	}
	key = strings.Trim(key, ` "'`)
	if strings.ContainsAny(key, "$`{") {
		l.maybe("which label " + key + " is, is not known")
		return
	}
	l.keys = append(l.keys, key)
}

// dockerfile adds those labels of a Dockerfile that rules ask for. It is
// enough that a line names them: which stage sets them is not looked at.
func (l *labelled) dockerfile(names ...string) {
	for _, name := range names {
		if text, ok := l.finder.files.get(name); ok {
			l.linesOf(text)
			return
		}
	}
	l.maybe(names[0] + " was not read")
}

func (l *labelled) linesOf(text string) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, key := range []string{revisionLabel, sourceLabel} {
			if strings.Contains(line, key) {
				l.keys = append(l.keys, key)
			}
		}
	}
}

// withoutLabels completes an activity whose labels nobody looked at.
func withoutLabels(a *pipeline.Activity) {
	if a.Labels != nil {
		return
	}
	a.Labels = []string{}
	if a.Kind == pipeline.Build {
		a.LabelsUnknown = "which labels " + a.Tool + " sets is not known"
	}
}

// labels reads the labels of a command that builds as docker build does; file
// is its option that names the Dockerfile.
func (c *call) labels(a *pipeline.Activity, file string) {
	l := &labelled{finder: c.scope.finder}
	defer l.write(a)
	for _, word := range c.values("--label|--annotation") {
		l.line(word.Text)
	}
	if c.has("--label-file|--annotation-file") || c.gitLabels() {
		l.maybe("which labels " + a.Tool + " adds by itself is not known")
	}
	context := orElse(c.value("-c|--context"), ".")
	for _, operand := range c.operands {
		if strings.HasPrefix(operand.Text, "$") {
			l.maybe("what " + operand.Text + " holds is not known")
		}
		context = orElse(strings.TrimPrefix(operand.Text, "dir://"), context)
	}
	if len(c.operands) > 0 && isOneOf(c.operands[len(c.operands)-1].Text, "build|b|bud|build-using-dockerfile") {
		context = "."
	}
	l.dockerfiles(c.scope, context, c.value(file), a.Tool)
}

// dockerfiles looks into the Dockerfile of a command.
func (l *labelled) dockerfiles(s *scope, context, file, tool string) {
	names := []string{path.Join(context, "Dockerfile"), path.Join(context, "Containerfile")}
	if file != "" {
		names = []string{file, path.Join(context, file)}
	}
	for i, name := range names {
		located, ok := s.fileOf(name)
		if !ok || strings.Contains(context, "://") || context == "-" || file == "-" {
			l.maybe("which Dockerfile " + tool + " takes is not known")
			return
		}
		names[i] = located
	}
	l.dockerfile(names...)
}

// fileOf is a file that a command of a scope names, by its path from the root
// of the repository.
func (s *scope) fileOf(name string) (string, bool) {
	for _, root := range workspaces {
		if below, found := strings.CutPrefix(name, root); found {
			return path.Join(".", below), true
		}
	}
	return s.inDir(name)
}

// gitLabels tells whether buildx is asked to add labels by itself.
func (c *call) gitLabels() bool {
	return c.scope.finder.variable(c.scope, "BUILDX_GIT_LABELS") != nil
}

// ofStep matches an output of a step in an expression.
var ofStep = regexp.MustCompile(`^\$\{\{\s*steps\.([A-Za-z0-9_-]+)\.outputs\.(labels|annotations)\s*\}\}$`)

// labels reads the labels of docker/build-push-action.
func (u *useCall) labels(a *pipeline.Activity) {
	l := &labelled{finder: u.finder}
	defer l.write(a)
	for _, input := range []string{"labels", "annotations"} {
		for _, line := range lines(u.value(input)) {
			u.label(l, strings.TrimSpace(line))
		}
	}
	if u.finder.variable(u.scope, "BUILDX_GIT_LABELS") != nil {
		l.maybe("which labels " + a.Tool + " adds by itself is not known")
	}
	context := strings.TrimPrefix(orElse(u.value("context"), "."), "{{defaultContext}}:")
	root := *u.scope
	root.dir, root.located = "", true
	l.dockerfiles(&root, context, u.value("file"), a.Tool)
}

// label reads a line of an input. What docker/metadata-action hands over holds
// both labels that say where an image comes from.
func (u *useCall) label(l *labelled, line string) {
	match := ofStep.FindStringSubmatch(line)
	switch {
	case line == "":
	case match != nil && u.isMetadata(match[1]):
		l.keys = append(l.keys, revisionLabel, sourceLabel)
	case strings.HasPrefix(line, "${{"):
		l.maybe("which labels " + line + " holds is not known")
	default:
		l.line(line)
	}
}

// isMetadata tells whether a step of the same job makes the names of images.
func (u *useCall) isMetadata(id string) bool {
	return slices.ContainsFunc(u.finder.pipeline.Jobs[u.scope.job].Steps, func(step pipeline.Step) bool {
		return step.ID == id && step.Uses != nil && path.Base(step.Uses.Name) == "metadata-action"
	})
}
