package activity

import (
	"encoding/json"
	"strings"

	"guard/internal/tree"
)

// readTaskfile reads a Taskfile as rules whose recipes are its commands.
func readTaskfile(text string) *makefile {
	m := &makefile{rules: map[string]*makeRule{}, variables: map[string]string{}, unsure: map[string]bool{}}
	parts := tree.ParseYAML(text)
	if len(parts) == 0 || parts[0].Err != nil {
		return m
	}
	tasks := parts[0].Root.Get("tasks")
	if tasks.Type() != tree.Map {
		return m
	}
	for _, member := range tasks.Members {
		m.rules[member.Key.Text] = readTask(member.Value)
	}
	return m
}

// readTask reads a task: a command, a list of them, or a map with cmds.
func readTask(n *tree.Node) *makeRule {
	rule := &makeRule{}
	commands := n
	if n.Type() == tree.Map {
		commands = n.Get("cmds")
		if !commands.IsSet() {
			commands = n.Get("cmd")
		}
		if deps := n.Get("deps"); deps.Type() == tree.List {
			for _, item := range deps.Items {
				rule.needs = append(rule.needs, orElse(item.Scalar(), item.Get("task").Scalar()))
			}
		}
	}
	items := []*tree.Node{commands}
	if commands.Type() == tree.List {
		items = commands.Items
	}
	for _, item := range items {
		rule.task(item)
	}
	return rule
}

func (r *makeRule) task(n *tree.Node) {
	command, prefix := n.Scalar(), ""
	if n.Type() == tree.Map {
		command = n.Get("cmd").Scalar()
		if name := n.Get("task").Scalar(); name != "" {
			command = "task " + name
		}
		if spared, _ := n.Get("ignore_error").Bool(); spared {
			prefix = "-"
		}
	}
	if command != "" {
		r.recipe = append(r.recipe, prefix+strings.ReplaceAll(justValue.ReplaceAllString(command, "$$VALUE"), "$", "$$"))
	}
}

// composerScripts reads the scripts of composer.json, each a command or a
// list of them.
func composerScripts(text string) map[string][]string {
	var file struct {
		Scripts map[string]any `json:"scripts"`
	}
	scripts := map[string][]string{}
	if json.Unmarshal([]byte(text), &file) != nil {
		return scripts
	}
	for name, value := range file.Scripts {
		switch value := value.(type) {
		case string:
			scripts[name] = []string{value}
		case []any:
			for _, one := range value {
				if command, ok := one.(string); ok {
					scripts[name] = append(scripts[name], command)
				}
			}
		}
	}
	return scripts
}
