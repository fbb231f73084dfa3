package policy

import "context"

// CheckReport is what [Check] looked at.
type CheckReport struct {
	Files int // Rego files
	Rules int
	Tests int // files with unit tests
}

// Check proves sources as strictly as production does, their unit tests
// included, and looks for what can never say anything. Its error is [Errors] where something is wrong with them.
func Check(ctx context.Context, sources []Source) (CheckReport, error) {
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
	return report, ctx.Err()
}

// loadAuthored loads and proves sources with their unit tests.
func loadAuthored(sources []Source) (*library, error) {
	var errs Errors
	lib := loadLibrary(sources, true, &errs)
	lib.settle(Settings{}, &errs)
	lib.prove(lib.authored(), &errs)
	return lib, lib.result(errs)
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
