package config

import _ "embed"

// Template is a commented configuration to start from. It loads, and says
// what holds anyway.
//
//go:embed template.yaml
var Template string
