package azure

import (
	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// finish takes the places within scripts away that do not stand so in this
// file.
func (r *reader) finish() {
	for _, script := range r.stray {
		flatten(script)
	}
}

// flatten puts everything of a script where the script itself stands.
func flatten(s *pipeline.Script) {
	for i := range s.Commands {
		flattenCommand(&s.Commands[i], s.Path)
	}
	for i := range s.Expressions {
		s.Expressions[i].Path = s.Path
	}
	for i := range s.Secrets {
		s.Secrets[i].Path = s.Path
	}
}

func flattenCommand(c *shell.Command, path finding.Path) {
	c.Path = path
	for i := range c.Args {
		c.Args[i].Path = path
	}
	for i := range c.Assigns {
		c.Assigns[i].Path, c.Assigns[i].Value.Path = path, path
	}
	for i := range c.Redirect {
		c.Redirect[i].Path, c.Redirect[i].Target.Path = path, path
	}
}
