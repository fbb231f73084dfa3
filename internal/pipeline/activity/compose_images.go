package activity

import (
	"path"

	"guard/internal/pipeline"
	"guard/internal/tree"
)

// composeImages lists the images of the services that a Compose file builds;
// none where the file is not known.
func (f *finder) composeImages(c *call) []pipeline.Operand {
	names := texts(c.values("-f|--file"))
	if len(names) == 0 {
		names = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}
	}
	var all []pipeline.Operand
	for _, name := range names {
		at, located := c.scope.inDir(name)
		if !located {
			continue
		}
		if text, ok := f.files.get(at); ok {
			all = append(all, builtServices(c, at, text)...)
		}
	}
	return all
}

func builtServices(c *call, file, text string) []pipeline.Operand {
	parts := tree.ParseYAML(text)
	if len(parts) == 0 || parts[0].Err != nil {
		return nil
	}
	services := parts[0].Root.Get("services")
	if services.Type() != tree.Map {
		return nil
	}
	var all []pipeline.Operand
	for _, m := range services.Members {
		image := m.Value.Get("image").Scalar()
		if image != "" && m.Value.Get("build").IsSet() && len(all) < maxEdits {
			all = append(all, pipeline.Operand{Text: image, Path: c.command.Path, File: path.Clean(file)})
		}
	}
	return all
}
