package authoring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
)

// maxEvaluation bounds the time in which the documents of one example are
// judged.
const maxEvaluation = 10 * time.Second

// exampleRun judges examples by rules that are all on.
type exampleRun struct {
	tree  exampleTree
	rules map[string]finding.Rule
	ids   []string
	alone *policy.Evaluator // the library's rules and no others
	all   *policy.Evaluator // guard's own as well
}

// examples compares what rules find in their example files with what these
// say: exactly that under bad, and nothing under good.
func (l *Library) examples(ctx context.Context, ids []string, o TestOptions) ([]Case, error) {
	if len(l.trees) == 0 {
		return nil, nil
	}
	run, err := l.newExampleRun(ctx, ids)
	if err != nil {
		return nil, err
	}
	var cases []Case
	for _, run.tree = range l.trees {
		found, err := run.judgeAll(ctx, ids, o)
		if err != nil {
			return nil, err
		}
		cases = append(cases, found...)
	}
	return cases, ctx.Err()
}

// judgeAll judges the examples of one tree.
func (r *exampleRun) judgeAll(ctx context.Context, ids []string, o TestOptions) ([]Case, error) {
	var cases []Case
	for _, id := range ids {
		for _, kind := range []string{"bad", "good"} {
			found, err := r.directory(ctx, id, kind, o)
			if err != nil {
				return nil, fmt.Errorf("read the examples of %s: %w", id, err)
			}
			cases = append(cases, found...)
		}
	}
	return append(cases, r.tree.strangers(ids, o)...), nil
}

func (l *Library) newExampleRun(ctx context.Context, ids []string) (*exampleRun, error) {
	run := &exampleRun{rules: map[string]finding.Rule{}}
	var err error
	if run.alone, err = policy.Compile(ctx, l.Sources, policy.Settings{Only: ids, Now: Day}); err != nil {
		return nil, err
	}
	run.alone = run.alone.GivingUp()
	on := make([]config.Rule, len(ids))
	for i, id := range ids {
		on[i] = config.Rule{ID: id, Action: finding.Deny}
	}
	if run.all, err = policy.Compile(ctx, l.Sources, policy.Settings{Rules: on, Now: Day}); err != nil {
		return nil, err
	}
	run.all = run.all.GivingUp()
	for _, r := range run.alone.Rules() {
		run.rules[r.ID] = r
		run.ids = append(run.ids, r.ID)
	}
	return run, nil
}

// directory judges the examples below <id>/bad or <id>/good.
func (r *exampleRun) directory(ctx context.Context, id, kind string, o TestOptions) ([]Case, error) {
	dir := path.Join(id, kind)
	files, err := Files(r.tree.fsys, dir)
	if err != nil {
		return nil, err
	}
	if AboutProject(r.rules[id]) {
		return r.project(ctx, id, dir, files, o), nil
	}
	var cases []Case
	wanted := 0
	for _, file := range files {
		if !o.wants(id, path.Join(kind, file)) {
			continue
		}
		c, marks := r.file(ctx, id, dir, file)
		wanted += marks
		cases = append(cases, c)
	}
	return r.marked(cases, dir, wanted), nil
}

// AboutProject tells whether a rule sees only what all files say together.
func AboutProject(r finding.Rule) bool {
	return slices.Equal(r.Kinds, []string{string(document.KindProject)})
}

// marked wants marks in bad examples and none in good ones.
func (r *exampleRun) marked(cases []Case, dir string, wanted int) []Case {
	if len(cases) == 0 {
		return nil
	}
	first := &cases[0]
	switch bad := path.Base(dir) == "bad"; {
	case bad && wanted == 0:
		first.fail(Problem{File: path.Join(r.tree.name, dir), Message: `nothing in this directory is marked with # want <category>/<name> "regular expression"`})
	case !bad && wanted > 0:
		first.fail(Problem{File: path.Join(r.tree.name, dir), Message: "these are good examples, but something in them is marked with # want"})
	}
	return cases
}

func (c *Case) fail(p Problem) {
	c.Passed = false
	c.Problems = append(c.Problems, p)
}

func (r *exampleRun) newCase(id, dir, file string) Case {
	return Case{Rule: id, Name: path.Join(path.Base(dir), file), File: path.Join(r.tree.name, dir, file), Passed: true}
}

// file compares what is found in a file with what it says, and returns how
// much it said.
func (r *exampleRun) file(ctx context.Context, id, dir, file string) (c Case, marks int) {
	start := time.Now()
	c = r.newCase(id, dir, file)
	defer func() { c.Millis = elapsed(start) }()
	text, wants, ok := r.read(&c, dir, file)
	if !ok {
		return c, len(wants)
	}
	results, err := r.judge(ctx, dir, file, text)
	if err != nil {
		c.fail(Problem{File: c.File, Message: err.Error()})
	}
	asked := map[string]bool{id: true}
	for _, w := range wants {
		asked[w.Rule] = true
	}
	for _, result := range results {
		if asked[result.Rule] && !Meet(wants, result.Finding) {
			c.fail(unexpected(c.File, string(text), result.Finding))
		}
	}
	c.unmet(string(text), wants)
	return c, len(wants)
}

// read reads an example and what it says.
func (r *exampleRun) read(c *Case, dir, file string) (text []byte, wants []*Want, ok bool) {
	name := path.Join(dir, file)
	text, err := readSmall(r.tree.fsys, name)
	if err == nil {
		wants, err = ReadWants(r.tree.fsys, name, string(text))
	}
	wrong := new(WantError)
	switch {
	case errors.As(err, &wrong):
		c.fail(Problem{File: c.File, Line: wrong.Line, Message: wrong.Message, Excerpt: policy.Excerpt(string(text), wrong.Line, 0)})
	case err != nil:
		c.fail(Problem{File: c.File, Message: err.Error()})
	}
	for _, w := range wants {
		if _, known := r.rules[w.Rule]; !known {
			message := fmt.Sprintf("there is no rule %q", w.Rule)
			if near := finding.Nearest(w.Rule, r.ids); near != "" {
				message += fmt.Sprintf(", did you mean %q?", near)
			}
			c.fail(Problem{File: c.File, Line: w.Line, Message: message, Excerpt: policy.Excerpt(string(text), w.Line, 0)})
		}
	}
	return text, wants, err == nil
}

func (r *exampleRun) judge(ctx context.Context, dir, file string, text []byte) ([]policy.Result, error) {
	ctx, stop := context.WithTimeout(ctx, maxEvaluation)
	defer stop()
	documents, err := Documents(ctx, r.tree.fsys, dir, file, text)
	if err != nil {
		return nil, err
	}
	var results []policy.Result
	for _, doc := range documents {
		found, err := r.alone.Evaluate(ctx, doc)
		if err != nil {
			return nil, err
		}
		results = append(results, found...)
	}
	return results, nil
}

func unexpected(shown, text string, f finding.Finding) Problem {
	return Problem{
		File: shown, Line: f.Line, Column: f.Column, Excerpt: policy.Excerpt(text, f.Line, f.Column),
		Message: fmt.Sprintf("%s finds what no # want expects, at %s", f.Rule, pathOrWhole(f.Path)), Unexpected: []string{f.Message},
	}
}

func pathOrWhole(at string) string {
	if at == "" {
		return "the whole document"
	}
	return at
}

// unmet tells the expectations that nothing has fulfilled.
func (c *Case) unmet(text string, wants []*Want) {
	for _, w := range wants {
		if !w.Met {
			c.fail(Problem{
				File: c.File, Line: w.Line, Excerpt: policy.Excerpt(text, w.Line, 0),
				Message: w.Rule + " finds nothing here that matches", Missing: []string{w.Message.String()},
			})
		}
	}
}

// project checks a directory as guard check does, as a project of its own.
func (r *exampleRun) project(ctx context.Context, id, dir string, files []string, o TestOptions) []Case {
	if len(files) == 0 || !o.wants(id, path.Base(dir)) {
		return nil
	}
	start, c := time.Now(), r.newCase(id, dir, "")
	wants, texts, marks := map[string][]*Want{}, map[string]string{}, 0
	for _, file := range files {
		text, list, _ := r.read(&c, dir, file)
		wants[file], texts[file], marks = list, string(text), marks+len(list)
	}
	found, err := r.checked(ctx, dir)
	if err != nil {
		c.fail(Problem{File: c.File, Message: err.Error()})
	}
	for _, f := range found {
		if f.Rule == id && !Meet(wants[f.File], f) {
			c.fail(unexpected(path.Join(c.File, f.File), texts[f.File], f))
		}
	}
	whole := c.File
	for _, file := range slices.Sorted(maps.Keys(wants)) {
		c.File = path.Join(whole, file)
		c.unmet(texts[file], wants[file])
	}
	c.File, c.Millis = whole, elapsed(start)
	return r.marked([]Case{c}, dir, marks)
}

func (r *exampleRun) checked(ctx context.Context, dir string) ([]finding.Finding, error) {
	ctx, stop := context.WithTimeout(ctx, maxEvaluation)
	defer stop()
	settings, err := r.configuration(dir)
	if err != nil {
		return nil, err
	}
	root := filepath.Join(r.tree.dir, filepath.FromSlash(dir))
	if root, err = filepath.Abs(root); err != nil {
		return nil, err
	}
	outcome, err := check.Run(ctx, check.Options{
		Root: root, Dir: root, Paths: []string{"."}, Evaluator: r.all, Config: settings, Now: Day,
	})
	if err != nil {
		return nil, err
	}
	return outcome.Report.Findings, nil
}

// configuration is what a project's .guard.yaml says.
func (r *exampleRun) configuration(dir string) (*config.Config, error) {
	text, err := readSmall(r.tree.fsys, path.Join(dir, config.Names[0]))
	if errors.Is(err, fs.ErrNotExist) {
		return config.Default(), nil
	}
	if err != nil {
		return nil, err
	}
	return config.Load(config.Names[0], []byte(strings.TrimSpace(string(text))+"\n"))
}

// strangers fails for every directory of examples that no rule has: whoever
// wrote it believes that it is looked at.
func (t exampleTree) strangers(ids []string, o TestOptions) []Case {
	dirs, err := fs.Glob(t.fsys, "*/*")
	if err != nil || o.Run != nil || !t.inside {
		return nil
	}
	var cases []Case
	for _, dir := range dirs {
		if info, err := fs.Stat(t.fsys, dir); err != nil || !info.IsDir() || slices.Contains(ids, dir) {
			continue
		}
		message := fmt.Sprintf("there is no rule %q", dir)
		if near := finding.Nearest(dir, ids); near != "" {
			message += fmt.Sprintf(", did you mean %q?", near)
		}
		shown := path.Join(t.name, dir)
		cases = append(cases, Case{Rule: dir, Name: "examples", File: shown, Problems: []Problem{{File: shown, Message: message}}})
	}
	return cases
}
