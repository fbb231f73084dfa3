package activity

import (
	"slices"
	"strings"
	"sync"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// action is a line of the built-in table.
type action struct {
	uses   string
	kinds  []pipeline.ActivityKind
	images string // inputs that name images, | between
	push   string // the input that says whether a build pushes
	files  string // inputs that name manifests
	script string // inputs that hold commands
	read   func(u *useCall, a *pipeline.Activity)
	when   func(u *useCall) bool
	args   string // an input whose words are the arguments of a program, "program:input"
}

// useCall is one use of an action or task.
type useCall struct {
	finder *finder
	scope  *scope
	step   *pipeline.Step
}

// input is the input of some name, whatever its case; nil where it is not set.
func (u *useCall) input(names string) *pipeline.Variable {
	for name := range strings.SplitSeq(names, "|") {
		for i := range u.step.With {
			if strings.EqualFold(u.step.With[i].Name, name) {
				return &u.step.With[i]
			}
		}
	}
	return nil
}

// value is the text of an input; "" where it is not set.
func (u *useCall) value(names string) string {
	if v := u.input(names); v != nil {
		return strings.TrimSpace(v.Value)
	}
	return ""
}

func (u *useCall) operands(names string) []pipeline.Operand {
	if names == "" {
		return nil
	}
	var all []pipeline.Operand
	for name := range strings.SplitSeq(names, "|") {
		all = append(all, inputOperands(u.input(name))...)
	}
	return all
}

// use looks at a step that uses an action.
func (f *finder) use(s scope, step *pipeline.Step) {
	u := &useCall{finder: f, scope: &s, step: step}
	names := usesNames(step.Uses)
	if f.useFromTable(u, names) || isScriptTask(step) {
		return
	}
	found := false
	for _, a := range linesOf(step.Uses.Kind).find(names) {
		found = true
		u.apply(a)
	}
	if found || isHarmlessAction(names[0]) || f.local(s, step.Uses) {
		return
	}
	if names[0] == "actions/github-script" && len(speaksOf(step.Name)) == 0 {
		return // it speaks to the forge, as a rule
	}
	f.opaqueUse(s, step.Uses)
}

// isScriptTask tells whether a task is the script that it holds, which is looked
// at by itself.
func isScriptTask(step *pipeline.Step) bool { return step.Uses.Kind == "task" && step.Script != nil }

func (e *Entry) namesOne(names []string) bool { return slices.ContainsFunc(names, e.names) }

// useFromTable adds what the team's table says of an action.
func (f *finder) useFromTable(u *useCall, names []string) bool {
	for i := range f.options.Table {
		entry := &f.options.Table[i]
		if !entry.namesOne(names) {
			continue
		}
		for _, kind := range entry.Kinds {
			a := u.activity(kind)
			a.Images = u.operands(strings.Join(entry.Images, "|"))
			a.Files = u.files(strings.Join(entry.Files, "|"))
			a.Pushes = u.pushes(kind, entry.Push)
			f.add(u.scope, -1, a)
		}
		return true
	}
	return false
}

func (u *useCall) activity(kind pipeline.ActivityKind) pipeline.Activity {
	return pipeline.Activity{Kind: kind, Tool: toolOf(u.step.Uses), Path: u.step.Uses.Path}
}

// toolOf is how an action is called in messages.
func toolOf(use *pipeline.Use) string {
	if use.Name != "" && use.Kind != "task" {
		return use.Name
	}
	return use.Raw
}

func (u *useCall) files(names string) []string {
	all := []string{}
	if names == "" {
		return all
	}
	for _, operand := range u.operands(names) {
		all = append(all, operand.Text)
	}
	return all
}

func (u *useCall) pushes(kind pipeline.ActivityKind, input string) string {
	switch {
	case kind != pipeline.Build:
		return ""
	case input == "":
		return "yes"
	}
	return condition(u.value(input))
}

// apply adds what a line of the table says.
func (u *useCall) apply(a *action) {
	if a.when != nil && !a.when(u) {
		return
	}
	for _, kind := range a.kinds {
		activity := u.activity(kind)
		activity.Images = u.operands(a.images)
		activity.Files = u.files(a.files)
		activity.Pushes = u.pushes(kind, a.push)
		if a.read != nil {
			a.read(u, &activity)
		}
		u.finder.add(u.scope, -1, activity)
		if kind == pipeline.Build {
			u.finder.insideUse(u, append(u.files("target"), u.files("targets")...))
		}
	}
	if a.script != "" {
		for name := range strings.SplitSeq(a.script, "|") {
			if v := u.input(name); v != nil {
				u.finder.inputScript(u, v.Value)
			}
		}
	}
	if program, input, ok := strings.Cut(a.args, ":"); ok {
		u.finder.inputScript(u, program+" "+u.value(input))
	}
}

// inputScript looks at commands that an input holds.
func (f *finder) inputScript(u *useCall, text string) {
	s := *u.scope
	s.depth++
	s.from = &origin{command: -1, path: u.step.Uses.Path}
	commands, err := shell.Reader{Errexit: true}.Read(text, nil)
	if err != nil || !f.files.spend(len(text)) || !f.files.spendCommands(len(commands)) {
		f.opaqueUse(s, u.step.Uses)
		return
	}
	f.script(s, newScript(text, commands))
}

// local looks into an action of the repository.
func (f *finder) local(s scope, use *pipeline.Use) bool {
	if use.Kind != "local" || f.options.Local == nil || s.depth >= maxDepth || f.locals >= maxReads {
		return false
	}
	f.locals++
	model := f.options.Local(use.Name)
	if model == nil || len(model.Jobs) != 1 {
		return false
	}
	inside := &finder{pipeline: model, options: f.options, files: f.files, locals: f.locals}
	for i := range model.Jobs[0].Steps {
		inside.stepAt(0, i, s.depth+1)
	}
	f.locals = inside.locals
	for _, a := range inside.found {
		a.Images = elsewhereOperands(a.Images, use)
		s := s
		s.from, s.file = &origin{command: -1, path: use.Path, ignored: a.Ignored}, use.Name
		f.add(&s, -1, a)
	}
	return true
}

// elsewhereOperands marks operands that stand in another file.
func elsewhereOperands(operands []pipeline.Operand, use *pipeline.Use) []pipeline.Operand {
	for i := range operands {
		operands[i].File, operands[i].Path = use.Name, use.Path
	}
	return operands
}

// opaqueUse notes an action, or a workflow, that is not known.
func (f *finder) opaqueUse(s scope, use *pipeline.Use) {
	before := len(f.found)
	f.opaque(&s, -1, toolOf(use), speakingName(use))
	for i := before; i < len(f.found); i++ {
		if s.from == nil {
			f.found[i].Path = use.Path
		}
	}
}

// insideUse notes what may go on inside the build of an image that an action
// makes.
func (f *finder) insideUse(u *useCall, targets []string) {
	before := len(f.found)
	f.insideBuild(u.scope, -1, toolOf(u.step.Uses), targets)
	for i := before; i < len(f.found); i++ {
		if u.scope.from == nil {
			f.found[i].Path = u.step.Uses.Path
		}
	}
}

// actionIndex finds the lines of a table by what uses: names.
type actionIndex struct {
	exact map[string][]int // by name
	globs []lineGlob       // by pattern
	table []action
}

type lineGlob struct {
	pattern string
	line    int
}

var (
	githubIndex = sync.OnceValue(func() *actionIndex { return indexed(githubActions) })
	azureIndex  = sync.OnceValue(func() *actionIndex { return indexed(azureTasks) })
)

func linesOf(kind string) *actionIndex {
	if kind == "task" {
		return azureIndex()
	}
	return githubIndex()
}

func indexed(table []action) *actionIndex {
	index := &actionIndex{exact: map[string][]int{}, table: table}
	for i := range table {
		for pattern := range strings.SplitSeq(table[i].uses, "|") {
			if strings.Contains(pattern, "*") {
				index.globs = append(index.globs, lineGlob{pattern, i})
				continue
			}
			index.exact[pattern] = append(index.exact[pattern], i)
		}
	}
	return index
}

// find lists the lines that speak of one of some names, in their order.
func (x *actionIndex) find(names []string) []*action {
	var at []int
	for _, name := range names {
		at = append(at, x.exact[name]...)
	}
	for _, glob := range x.globs {
		if (&Entry{Uses: glob.pattern}).namesOne(names) {
			at = append(at, glob.line)
		}
	}
	slices.Sort(at)
	at = slices.Compact(at)
	lines := make([]*action, len(at))
	for i, n := range at {
		lines[i] = &x.table[n]
	}
	return lines
}

// speakingName is the part of what uses: names that tells what it does: not
// the owner, nor the repository where a path stands behind it.
func speakingName(use *pipeline.Use) string {
	if use.Kind == "docker" {
		return programOfImage(strings.TrimPrefix(use.Raw, "docker://"))
	}
	name := use.Name
	for _, folder := range []string{".github/workflows/", ".github/actions/"} {
		if _, behind, found := strings.Cut(name, folder); found {
			return behind
		}
	}
	parts := strings.Split(name, "/")
	if use.Kind == "local" || len(parts) < 2 {
		return orElse(name, use.Raw)
	}
	if len(parts) > 2 {
		return strings.Join(parts[2:], "/")
	}
	return parts[1]
}
