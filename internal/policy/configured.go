package policy

import (
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/imageref"
)

// Configured are the settings that a configuration makes, and nothing else.
func Configured(c *config.Config) Settings {
	return Settings{
		Profile: c.Profile, FailOn: c.FailOn, Rules: c.Rules,
		ProfileFrom: said("configuration", c.ProfilePlace), FailOnFrom: said("configuration", c.FailOnPlace),
	}
}

// Reading is how documents are read by a configuration. Branches are names of
// branches besides those that its environments have.
func Reading(c *config.Config, branches ...string) document.Options {
	return document.Options{
		Images: &imageref.Classifier{Branches: append(c.BranchPatterns(), branches...)},
		Own:    c.Images.Own,
		Pods:   podPaths(c.Pods),
	}
}

// podPaths hands on the configuration's own kinds that hold a Pod.
func podPaths(configured []config.PodPath) []document.PodPath {
	paths := make([]document.PodPath, len(configured))
	for i, p := range configured {
		steps := make([]any, len(p.Path))
		for j, key := range p.Path {
			steps[j] = key
		}
		paths[i] = document.PodPath{Group: p.Group, Kind: p.Kind, Path: finding.NewPath(steps...), Spec: p.Spec}
	}
	return paths
}
