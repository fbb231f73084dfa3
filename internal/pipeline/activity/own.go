package activity

import (
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline/shell"
)

// ownScript looks at a script of the repository: into it where it can be read
// and is of a shell, else at its name.
func (f *finder) ownScript(c *call, program string) {
	if !f.shellFile(c, program) {
		f.opaque(c.scope, c.index, program, path.Base(program))
	}
}

// shellFile looks into a file of shell commands.
func (f *finder) shellFile(c *call, program string) bool {
	name, located := c.scope.inDir(program)
	if !located || c.scope.remote != "" {
		return false
	}
	text, ok := f.files.get(name)
	if !ok {
		return false
	}
	first, _, _ := strings.Cut(text, "\n")
	reader, known := shell.Reader{}, strings.HasSuffix(name, ".sh") || strings.HasSuffix(name, ".bash")
	if line, ok := strings.CutPrefix(first, "#!"); ok {
		reader, known = shell.ReaderFor(strings.Fields(line))
	}
	if !known {
		return false
	}
	before := c.scope.names
	c.scope.names = append([]string{path.Base(program)}, before...)
	defer func() { c.scope.names = before }()
	return f.text(c, text, name, reader)
}

// interpreted looks at a program that runs a script of the repository:
// python ci.py, bash deploy.sh, source env.sh.
func (f *finder) interpreted(c *call) bool {
	file := c.operand(0)
	switch c.name {
	case "bash", "sh", "zsh", "ksh", "dash", "ash":
		if c.has("-c") || c.switched('c') || file == "" || file == "-" || c.switched('s') {
			return true
		}
		f.ownScript(c, file)
		return true
	case "source", ".":
		if file != "" && !isEnvironment(file) && (f.shellFile(c, file) || len(speaksOf(path.Base(file))) == 0) {
			return true
		}
		if file != "" && !isEnvironment(file) {
			f.opaque(c.scope, c.index, c.name, path.Base(file))
		}
		return true
	case "python", "node", "ruby", "perl", "php", "tsx", "ts-node", "Rscript", "pwsh", "powershell", "lua", "julia", "groovy", "osascript":
		if c.has("-c|-e|--eval|-p|--print|--version|-V|-v|-r|-h|-m") && len(c.operands) == 0 || file == "" && len(c.values("-File|-f")) == 0 || c.has("-c|-e") {
			return file != "" || !isOneOf(c.name, "tsx|ts-node")
		}
		if base := path.Base(file); rowsOf()[base] != nil && !generic()[base] {
			f.line(c.scope, c.index, shell.Word{Text: base, Known: true}, c.operands[1:], maxDepth)
			return true
		}
		f.opaque(c.scope, c.index, strings.TrimSpace(c.name+" "+path.Base(file)), bases(append(texts(c.operands), c.value("-File|-f")))...)
		return true
	case "go", "cargo", "dart", "swift", "deno", "bun", "flutter", "stack", "cabal":
		if isOneOf(c.operand(0), "run|generate") && c.operand(0) == "run" {
			f.opaque(c.scope, c.index, c.name+" run", append(texts(c.operands[1:]), texts(c.tail)...)...)
			return true
		}
	}
	return false
}

// isEnvironment tells whether a sourced file only sets variables.
func isEnvironment(file string) bool {
	base := path.Base(file)
	return slices.Contains([]string{"activate", ".env", ".bashrc", ".profile", ".bash_profile", ".zshrc", "conda.sh", "nvm.sh", "setenv.sh", "env", "emsdk_env.sh", "os-release", "bash.bashrc", "setup.bash", "environment", "venv"}, base) ||
		strings.Contains(file, "bin/activate") || strings.Contains(base, "env")
}

// bases lists the last parts of paths.
func bases(names []string) []string {
	for i, name := range names {
		names[i] = path.Base(name)
	}
	return names
}
