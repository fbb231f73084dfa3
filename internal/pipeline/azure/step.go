package azure

import (
	"fmt"
	"regexp"
	"strings"

	"guard/internal/pipeline"
)

// steps appends steps to a job. Hook is the part of a deployment that they
// belong to.
func (r *reader) steps(model *pipeline.Job, info *job, entries []*value, hook string) {
	for _, v := range entries {
		if r.stepsLeft == 0 {
			r.exceeded(v.path, "more than %d steps; this one and those behind it were not read", MaxSteps)
		}
		if r.stepsLeft--; r.stepsLeft < 0 {
			return
		}
		if !v.isMap() {
			continue
		}
		model.Steps = append(model.Steps, r.step(v, len(model.Steps)+1, info))
		info.steps = append(info.steps, step{
			when: v.when, condition: v.get("condition").scalar(), tolerated: v.get("continueOnError").scalar(),
			enabled: v.get("enabled").scalar(), hook: hook,
		})
	}
}

func (r *reader) step(v *value, number int, info *job) pipeline.Step {
	s := pipeline.Step{
		ID:        v.get("name").scalar(),
		Name:      v.get("displayName").scalar(),
		Path:      v.path,
		Condition: r.text(v, "condition"),
		With:      []pipeline.Variable{},
		Env:       r.pairs(v.get("env")),
		MayFail:   r.text(v, "continueOnError"),
	}
	s.Holder = stepHolder(s, number)
	s.Directory = directory(v)
	for _, form := range stepForms {
		if at := v.get(form.key); v.hasKey(form.key) {
			form.read(r, &s, at, v, info)
			return s
		}
	}
	return s
}

// directory is where the script of a step runs, as written; "" for the directory
// of the sources.
func directory(v *value) string {
	for _, at := range []*value{v.get("workingDirectory"), anyCase(v.get("inputs"), "workingDirectory"), anyCase(v.get("inputs"), "cwd")} {
		if at.scalar() != "" {
			return at.scalar()
		}
	}
	return ""
}

func stepHolder(s pipeline.Step, number int) string {
	switch {
	case s.Name != "":
		return fmt.Sprintf("step %q", s.Name)
	case s.ID != "":
		return "step " + s.ID
	default:
		return fmt.Sprintf("step %d", number)
	}
}

// stepForm is a sort of step, known by its first key.
type stepForm struct {
	key  string
	read func(r *reader, s *pipeline.Step, at, v *value, info *job)
}

var stepForms = []stepForm{
	{"script", readScript}, {"bash", readBash}, {"pwsh", readPowerShell}, {"powershell", readPowerShell}, {"task", readTask},
	builtin("checkout"), builtin("download"), builtin("downloadBuild"), builtin("publish"), builtin("upload"), builtin("getPackage"), builtin("reviewApp"),
}

// readScript reads script:, which is a script for cmd on Windows.
func readScript(r *reader, s *pipeline.Step, at, v *value, info *job) {
	if info.windows || forWindows(v.get("condition").scalar()) {
		s.Script = r.script(at, "cmd")
		return
	}
	s.Script = r.script(at, "")
}

// forWindows tells whether a condition lets a step run on Windows only.
func forWindows(condition string) bool {
	condition = lower(condition)
	return onlyWindows.MatchString(condition) && !strings.Contains(condition, "not(") && !strings.Contains(condition, "or(")
}

var onlyWindows = regexp.MustCompile(`\beq\(\s*variables(?:\['agent\.os'\]|\.agent\.os)\s*,\s*'windows_nt'\s*\)`)

func readBash(r *reader, s *pipeline.Step, at, _ *value, _ *job) {
	s.Script = r.script(at, "bash")
}

func readPowerShell(r *reader, s *pipeline.Step, at, v *value, _ *job) {
	name := "pwsh"
	if !v.hasKey("pwsh") {
		name = "powershell"
	}
	s.Script = r.script(at, name)
}

// builtin reads checkout, download and publish, which are tasks of their own
// kind.
func builtin(key string) stepForm {
	return stepForm{key, func(r *reader, s *pipeline.Step, at, v *value, _ *job) {
		s.Uses = &pipeline.Use{Raw: key + ": " + at.scalar(), Kind: "task", Name: key, Path: at.path}
		for _, m := range v.list() {
			if m.value.isScalar() && m.key != "displayName" && m.key != "name" && m.key != "condition" {
				s.With = append(s.With, r.variable(m.key, m.value))
			}
		}
	}}
}

// readTask reads task: with its inputs. A task whose input is a script is that
// script.
func readTask(r *reader, s *pipeline.Step, at, v *value, info *job) {
	name, version, _ := strings.Cut(at.scalar(), "@")
	s.Uses = &pipeline.Use{Raw: at.scalar(), Kind: "task", Name: name, Ref: version, Path: at.path}
	s.With = r.pairs(v.get("inputs"))
	text, shell := inlineScript(lower(name), v.get("inputs"), info.windows)
	if text.scalar() == "" {
		return
	}
	s.Script = r.script(text, shell)
	if isPlainScript(lower(name)) {
		s.Uses = nil
	}
}

// isPlainScript tells whether a task does nothing but run a script, as bash:
// and script: do.
func isPlainScript(task string) bool {
	return task == "bash" || task == "cmdline" || task == "powershell"
}

// inlineScript finds the script in the inputs of a task that runs one, and its
// shell. It is not set where the task runs a file, or none.
func inlineScript(task string, inputs *value, windows bool) (text *value, shell string) {
	switch task {
	case "bash", "powershell":
		if !strings.EqualFold(anyCase(inputs, "targetType").scalar(), "inline") {
			return nil, ""
		}
		if task == "powershell" && anyCase(inputs, "pwsh").isTrue() {
			task = "pwsh"
		}
		return anyCase(inputs, "script"), task
	case "cmdline":
		if windows {
			return anyCase(inputs, "script"), "cmd"
		}
		return anyCase(inputs, "script"), ""
	case "azurecli":
		if lower(anyCase(inputs, "scriptLocation").scalar()) != "inlinescript" {
			return nil, ""
		}
		return anyCase(inputs, "inlineScript"), azureShell(anyCase(inputs, "scriptType").scalar())
	case "azurepowershell":
		return anyCase(inputs, "Inline"), "powershell"
	}
	return nil, ""
}

// azureShell is the shell that AzureCLI@2 names: bash, batch, ps, pscore.
func azureShell(kind string) string {
	switch lower(kind) {
	case "bash":
		return "bash"
	case "batch":
		return "cmd"
	}
	return "pwsh"
}

// anyCase is an input, whose name counts without case.
func anyCase(v *value, key string) *value {
	for _, m := range v.list() {
		if strings.EqualFold(m.key, key) {
			return m.value
		}
	}
	return nil
}
