package policy

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"

	"guard/internal/config"
)

// CheckReport is what [Check] looked at.
type CheckReport struct {
	Files int // Rego files
	Rules int
	Tests int // files with unit tests
}

// Check proves sources as strictly as production does, their unit tests
// included, and looks for what can never say anything. Its error is [Errors] where something is wrong with them.
func Check(ctx context.Context, sources []Source) (CheckReport, error) {
	report, err := within(ctx, maxCompilation(), func(context.Context) (CheckReport, error) { return checkAuthored(sources) })
	return report, compiling(err)
}

func checkAuthored(sources []Source) (CheckReport, error) {
	lib, err := loadAuthored(sources)
	if err != nil {
		return CheckReport{}, err
	}
	var errs Errors
	if lib.proveAlive(&errs); len(errs) > 0 {
		return CheckReport{}, lib.result(errs)
	}
	var report CheckReport
	for _, m := range lib.authored() {
		report.Files++
		switch m.role {
		case roleRule:
			report.Rules++
		case roleTest:
			report.Tests++
		}
	}
	return report, nil
}

// loadAuthored loads and proves sources with their unit tests.
func loadAuthored(sources []Source) (*library, error) {
	var errs Errors
	sources = layeredSources(sources, &errs)
	lib := loadLibrary(sources, true, &errs)
	lib.settle(Settings{}, &errs)
	lib.prove(lib.authored(), &errs)
	return lib, lib.result(errs)
}

// layeredSources reads what directories of rules demand of those who will use
// them as bundles.
func layeredSources(sources []Source, errs *Errors) []Source {
	sources = slices.Clone(sources)
	for i, source := range sources {
		data, err := config.Read(source.FS, config.LayerName)
		if !source.Custom || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		name := path.Join(source.Name, config.LayerName)
		if err == nil {
			sources[i].Layer, err = config.LoadLayer(name, data)
		}
		var wrong config.Errors
		if errors.As(err, &wrong) {
			for _, one := range wrong {
				errs.add(configured(one.Place), "%s", one.Message)
			}
		} else if err != nil {
			errs.add(Place{File: name}, "%v", err)
		}
	}
	return sources
}

// authored lists the modules that are not part of the library that guard
// carries.
func (lib *library) authored() []*module {
	var modules []*module
	for _, m := range lib.modules {
		if !m.source.builtin() {
			modules = append(modules, m)
		}
	}
	return modules
}
