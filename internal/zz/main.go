package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/pipeline/flow"
)

func main() {
	name := os.Args[1]
	data, _ := os.ReadFile(filepath.Join(os.Args[2], name))
	var environments []flow.Environment
	for _, e := range config.Default().Environments {
		environments = append(environments, flow.Environment(e))
	}
	for _, d := range document.Load(name, data, document.Options{Pipelines: document.Pipelines{Environments: environments}, Lookup: func(p string) ([]byte, error) { return os.ReadFile(filepath.Join(os.Args[2], p)) }}) {
		if d.Pipeline == nil {
			continue
		}
		p := d.Pipeline
		for _, x := range p.Incomplete {
			fmt.Println("INC", x.Message)
		}
		out, _ := json.MarshalIndent(map[string]any{"activities": p.Activities, "pushes": p.Pushes, "tests": p.Tests, "runs": p.Runs, "invalid": p.Invalid}, "", " ")
		fmt.Println(string(out))
	}
}
