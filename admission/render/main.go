// Command render writes the plain manifests of guard's webhook: the chart as
// Helm renders it. Helm is a library of this module alone.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// manifests is where the plain manifests are, from the directory of this file.
const manifests = "../manifests"

func main() {
	files, err := plain(chartDir)
	if err == nil {
		err = write(manifests, files)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "render: "+err.Error())
		os.Exit(1)
	}
}

// write writes files by their paths below a directory.
func write(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
